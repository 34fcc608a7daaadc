package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Run;
import graft.picture.GridDrawing;
import graft.picture.Picture;
import graft.sample.NoiseSchedule;
import graft.score.Artist;
import graft.score.Encoders;
import graft.score.Questions;
import graft.score.Score;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Scores one LoRA after the other over the same model, with the same prompts and noise. */
final class LoraScoring {

    /** How many scorings are done, of how many, and since when. */
    private static final class Count {
        private int done;
        private int all;
        private final long began = System.nanoTime();
    }

    private final Run run;
    private final Checkpoint model;
    private final Questions questions;
    private final List<Score.Example> examples;
    private final Encoders encoders;
    private final Artist artist;
    private final Count count;
    private Score before;

    /** @param asked whose questions are asked, but for the unrelated ones */
    LoraScoring(Run run, Checkpoint model, Score asked, Encoders encoders, Artist artist) {
        this(run, model, asked.questions().withoutOthers(), asked.examples(), encoders, artist, new Count());
    }

    private LoraScoring(
            Run run,
            Checkpoint model,
            Questions questions,
            List<Score.Example> examples,
            Encoders encoders,
            Artist artist,
            Count count) {
        this.run = run;
        this.model = model;
        this.questions = questions;
        this.examples = examples;
        this.encoders = encoders;
        this.artist = artist;
        this.count = count;
    }

    /** The same questions with noise that nothing was chosen by. */
    LoraScoring withOtherNoise() {
        long step = 1
                + questions.seeds().stream().mapToLong(Long::longValue).max().orElseThrow()
                - questions.seeds().stream().mapToLong(Long::longValue).min().orElseThrow();
        return new LoraScoring(
                run,
                model,
                new Questions(
                        questions.subject(),
                        questions.className(),
                        questions.prompts(),
                        List.of(),
                        questions.seeds().stream().map(seed -> seed + step).toList()),
                examples,
                encoders,
                artist,
                count);
    }

    Questions questions() {
        return questions;
    }

    List<Score.Example> examples() {
        return examples;
    }

    /** @param most how many scorings there will be at most */
    void begin(int most) {
        count.all = most;
        run.log("At most " + most + " scorings of " + 2 * questions.ofSubject().size() + " pictures each.");
    }

    /** Of the model without any LoRA, which the leak of all others is measured from. */
    Score before() throws Cancelled {
        before = score("before", model);
        return before;
    }

    Score of(Lora lora) throws Cancelled {
        try (Checkpoint view = AdapterStack.apply(model, List.of(new AdapterStack.Entry(lora, 1, 1)))) {
            return score(lora.name(), view);
        }
    }

    private Score score(String name, Checkpoint drawn) throws Cancelled {
        Score.Drawings drawings =
                new Score.Drawings(drawn(drawn, questions.ofSubject()), drawn(drawn, questions.ofClass()), List.of());
        Score score = Score.of(
                new Score.Origin(name, "", Optional.ofNullable(before), Optional.empty()),
                questions,
                examples,
                drawings,
                encoders);
        count.done++;
        run.progress("scoring", count.done, count.all, Map.of());
        if (count.done == 1) {
            double seconds = (System.nanoTime() - count.began) / 1e9;
            run.log(String.format(
                    Locale.ROOT, "The first took %.1f s: all take about %.0f s.", seconds, seconds * count.all));
        }
        if (run.previewed()) {
            run.preview(new GridDrawing(List.of(drawings.ofSubject(), drawings.ofClass()), List.of(), List.of())
                    .draw(1, 4));
        }
        return score;
    }

    private List<Picture> drawn(Checkpoint drawn, List<Questions.Question> asked) throws Cancelled {
        Picture like = examples.get(0).picture();
        return artist.draw(
                artist.with(drawn, like.width(), like.height()),
                NoiseSchedule.of(drawn.scheduler()),
                asked,
                (done, total, at, expected) -> run.checkCancelled(),
                pictures -> {});
    }
}
