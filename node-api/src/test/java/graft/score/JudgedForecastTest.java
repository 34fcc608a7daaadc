package graft.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.Golden;
import graft.file.BuiltIn;
import graft.model.ModelShape;
import graft.model.TransformersFolder;
import graft.sample.Sampler;
import graft.train.DrawingForecast;
import graft.train.Judge;
import graft.train.data.DatasetSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a judge will take of a training: every look, every picture of it, every step of each. */
class JudgedForecastTest {

    private static final Path DINO = BuiltIn.path("builtin:emoji-dino");
    private static final Path CLIP = BuiltIn.path("builtin:emoji-clip");
    private static final DatasetSpec IMAGES = new DatasetSpec(5, 32, 32);

    private static DrawingForecast.Model model;

    @BeforeAll
    static void theModelIsMeasured() {
        model = DrawingForecast.Model.plain(ModelShape.read(Golden.ours("sd15")));
        assertThat(judge(50, 2, 1, 1, 10).seconds(model, IMAGES, 600, "cpu", true))
                .isPositive();
    }

    private static Judge.Outlook judge(int every, int prompts, int unrelated, int seeds, int steps) {
        return judge(every, prompts, unrelated, seeds, steps, Sampler.DPMPP_2M);
    }

    private static Judge.Outlook judge(int every, int prompts, int unrelated, int seeds, int steps, Sampler sampler) {
        Questions questions = new Questions(
                "sks dog",
                "dog",
                Collections.nCopies(prompts, "a {subject}"),
                Collections.nCopies(unrelated, "a box"),
                LongStream.range(0, seeds).boxed().toList());
        return new SubjectJudge(every, false, questions, new Artist(sampler, steps, 7, 4), DINO, CLIP).outlook();
    }

    private static double seconds(Judge.Outlook judge, int steps) {
        return judge.seconds(model, IMAGES, steps, "cpu", false);
    }

    /** Of one look more. */
    private static double look(Judge.Outlook judge) {
        return seconds(judge, 2 * judge.every()) - seconds(judge, judge.every());
    }

    @Test
    void itLooksBeforeTheFirstStepEverySoManyAndAfterTheLast() {
        assertThat(judge(50, 1, 0, 1, 10).looks(600)).isEqualTo(13);
        assertThat(judge(50, 1, 0, 1, 10).looks(601)).isEqualTo(14);
        assertThat(judge(50, 1, 0, 1, 10).looks(49)).isEqualTo(2);
    }

    @Test
    void eachLookTakesAsLong() {
        Judge.Outlook judge = judge(50, 2, 1, 1, 10);

        assertThat(seconds(judge, 600) - seconds(judge, 50)).isCloseTo(11 * look(judge), within(1e-9));
    }

    /** Two prompts of two seeds are four pictures of the subject; of the class and of others one a prompt is drawn. */
    @Test
    void aLookIsItsPicturesTimesTheirSteps() {
        double step = look(judge(50, 1, 0, 1, 11)) - look(judge(50, 1, 0, 1, 10));

        assertThat(step).isPositive();
        assertThat(look(judge(50, 2, 3, 2, 20)) - look(judge(50, 2, 3, 2, 10)))
                .isCloseTo((4 + 2 + 3) / 2.0 * 10 * step, within(1e-9));
    }

    /** Nine pictures a look, with guidance two predictions a step. */
    @Test
    void theNetworkIsAskedForEachStepOfEachPicture() {
        assertThat(judge(50, 2, 3, 2, 10).predictions(600)).isEqualTo(13 * 9 * 10 * 2);
    }

    @Test
    void whatNobodyMeasuredIsNotKnown() {
        Judge.Outlook judge = judge(50, 2, 1, 1, 10, Sampler.LCM);
        DatasetSpec odd = new DatasetSpec(5, 32, 40);

        assertThat(judge.seconds(model, odd, 600, "cpu", false)).isNaN();
    }

    @Test
    void theNetworksThatLookAreHeldToTheEnd() {
        long networks = new TransformersFolder(DINO).weightBytes() + new TransformersFolder(CLIP).weightBytes();
        Judge.Held held = judge(50, 2, 1, 1, 10).held(model.shape(), IMAGES);

        assertThat(held.always()).isEqualTo(networks);
        assertThat(held.looking()).isGreaterThan(networks);
    }
}
