package graft.nodes.sampling;

import graft.file.Location;
import graft.model.CheckpointSpec;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.sample.Spacing;
import graft.sample.StepPlan;
import graft.score.Artist;
import graft.score.ModelEncoders;
import graft.score.Questions;
import graft.score.ScoreSpec;
import graft.score.ScoringForecast;
import graft.tensor.Compute;
import graft.vision.ClipModel;
import graft.vision.DinoModel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** How pictures that are scored are drawn, but for the steps, and what looks at them. */
final class ScoringSettings {

    private static final String DINO = "builtin:emoji-dino, or a folder with a ViT in the layout of Hugging Face";
    private static final String CLIP =
            "builtin:emoji-clip, or a folder with a CLIP model in the layout of Hugging Face";

    @Setting(min = 0, max = 30, step = 0.5, help = "How strongly prompts are followed.")
    double guidance = 7;

    @Setting(advanced = true, group = "drawing", help = "The way from noise to picture.")
    SamplerMethod sampler = Sampler.DPMPP_2M;

    @Setting(
            advanced = true,
            group = "drawing",
            min = 1,
            max = 64,
            unit = "pictures",
            help = "How many are drawn at once: more is faster and takes more memory.")
    int batch = 4;

    @Setting(
            title = "DINO model",
            advanced = true,
            group = "what looks",
            control = Control.FOLDER,
            collection = Collection.VISION,
            help =
                    "What tells whether it is the same thing: builtin:emoji-dino for emoji, facebook/dino-vits16 for photos.")
    String dino = "builtin:emoji-dino";

    @Setting(
            title = "CLIP model",
            advanced = true,
            group = "what looks",
            control = Control.FOLDER,
            collection = Collection.VISION,
            help =
                    "What compares pictures with pictures and words: builtin:emoji-clip for emoji, openai/clip-vit-base-patch32"
                            + " for photos.")
    String clip = "builtin:emoji-clip";

    /** @throws Problem where a model cannot be drawn with so */
    void check(CheckpointSpec model, int steps) {
        StepPlan.of(sampler, Spacing.AUTO, NoiseSchedule.of(model.scheduler()), steps, 1);
    }

    /** @throws Problem placed at the model that is not there, or is another */
    void checkModels(Specs specs) {
        inspect(specs, "dino", dino(), DinoModel::inspect);
        inspect(specs, "clip", clip(), ClipModel::inspect);
    }

    private static void inspect(Specs specs, String setting, Path folder, Consumer<Path> look) {
        specs.reads(folder);
        try {
            look.accept(folder);
        } catch (Problem e) {
            throw e.at(setting);
        }
    }

    Artist artist(int steps) {
        return new Artist(sampler, steps, guidance, batch);
    }

    /**
     * What scorings will take.
     *
     * @param asked what is drawn for each
     */
    ScoringForecast forecast(ScoreSpec asked, int steps) {
        Questions questions = asked.questions();
        return new ScoringForecast(
                artist(steps).forecast(asked.width(), asked.height()),
                questions.ofSubject().size(),
                questions.ofClass().size(),
                questions.ofOthers().size(),
                asked.examples(),
                dino(),
                clip());
    }

    Path dino() {
        return Location.of(dino, "dino", DINO);
    }

    Path clip() {
        return Location.of(clip, "clip", CLIP);
    }

    /** Both, to be closed by the caller. */
    ModelEncoders encoders(Compute compute) {
        return ModelEncoders.load(dino(), clip(), compute);
    }
}
