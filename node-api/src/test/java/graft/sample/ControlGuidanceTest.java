package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.AppliedControl;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.model.Control;
import graft.model.ControlNetwork;
import graft.model.FakeNetwork;
import graft.model.Network;
import graft.model.Patches;
import graft.node.Cancelled;
import graft.picture.Images;
import graft.picture.Picture;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When, how strongly and by which picture ControlNets steer. */
class ControlGuidanceTest {

    private static final NoiseSchedule SCHEDULE =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);

    private final NDManager manager = NDManager.newBaseManager();
    private final List<Integer> asked = new ArrayList<>();
    private final List<Shape> pictures = new ArrayList<>();

    @AfterEach
    void close() {
        manager.close();
    }

    /** Gives the mean of the picture's first row, once for a place and once for the middle. */
    private Control control() {
        return new Control(new ControlNetwork() {
            @Override
            public String name() {
                return "a function";
            }

            @Override
            public int contextWidth() {
                return 1;
            }

            @Override
            public int latentChannels() {
                return 1;
            }

            @Override
            public int pixelsPerLatent() {
                return 2;
            }

            @Override
            public List<NDArray> seen(NDArray picture) {
                pictures.add(picture.getShape());
                return List.of(picture.get(":, 0:1, 0:1, :").mean(new int[] {3}, true));
            }

            @Override
            public List<NDArray> residuals(
                    NDArray latents, NDArray times, Context context, List<NDArray> seen, Patches patches) {
                return List.of(seen.get(0).duplicate(), seen.get(0).mul(10));
            }

            @Override
            public long added(int height, int width) {
                return 8L * height * width;
            }

            @Override
            public void close() {}
        });
    }

    /** What is added, and nothing else. */
    private final Network network = FakeNetwork.of((x, times, told) -> {
        asked.add(told.residuals().size());
        NDArray nothing = x.mul(0);
        return told.residuals().isEmpty()
                ? nothing
                : nothing.add(told.residuals().get(0)).add(told.residuals().get(1));
    });

    private ConditioningEntry prompt() {
        return new ConditioningEntry(Context.of(manager.ones(new Shape(1, 1, 1))), "");
    }

    private static Images grey(float... shades) {
        List<Picture> all = new ArrayList<>();
        for (float shade : shades) {
            float[] rgb = new float[3 * 4 * 4];
            Arrays.fill(rgb, shade);
            all.add(new Picture(4, 4, rgb));
        }
        return new Images(all);
    }

    private AppliedControl applied(double strength, double start, double end, float... shades) {
        return new AppliedControl(control(), grey(shades), strength, start, end);
    }

    private Guidance guidance(ConditioningEntry positive, ConditioningEntry negative, double scale) {
        return Guidance.of(manager, network, List.of(positive), List.of(negative), scale, new Shape(3, 1, 2, 2), 2);
    }

    private float[] said(Guidance guidance, double sigma) {
        NDArray x = manager.ones(new Shape(3, 1, 2, 2));
        float[] all = guidance.at(SCHEDULE, SCHEDULE.straight((float) sigma))
                .predict(x, 500)
                .toFloatArray();
        return new float[] {all[0], all[4], all[8]};
    }

    @Test
    void eachPictureOfABatchIsSteeredByItsOwnOneOverAndOver() {
        AppliedControl two = applied(0.5, 0, 1, 0.2f, 0.6f);
        Guidance both = guidance(prompt().steeredBy(two, false), prompt().steeredBy(two, false), 3);
        assertThat(said(both, 2)).containsExactly(new float[] {1.1f, 3.3f, 1.1f}, within(1e-5f));
        assertThat(asked).containsExactly(2);
        assertThat(pictures).containsExactly(new Shape(2, 3, 4, 4));

        asked.clear();
        assertThat(said(both.within(2), 1)).containsExactly(new float[] {1.1f, 3.3f, 1.1f}, within(1e-5f));
        assertThat(asked).hasSize(3);
        assertThat(pictures).hasSize(1);
    }

    /** Two at once are a sum and what is added to it; of one there is itself alone. */
    @Test
    void whatIsAddedCountsIntoTheBatchLimit() {
        ConditioningEntry once = prompt().steeredBy(applied(1, 0, 1, 0.2f), false);
        ConditioningEntry thrice =
                once.steeredBy(applied(2, 0, 1, 0.1f), false).steeredBy(applied(2, 0, 1, 0.1f), false);
        assertThat(guidance(prompt(), prompt(), 2).added(3, 5)).isZero();
        assertThat(guidance(once, prompt(), 2).added(3, 5)).isEqualTo(120);
        assertThat(guidance(once, thrice, 2).added(3, 5)).isEqualTo(240);
    }

    @Test
    void severalAddUp() {
        ConditioningEntry steered =
                prompt().steeredBy(applied(1, 0, 1, 0.2f), false).steeredBy(applied(2, 0, 1, 0.1f), false);
        assertThat(said(guidance(steered, steered, 1), 2))
                .containsExactly(new float[] {4.4f, 4.4f, 4.4f}, within(1e-5f));
    }

    @Test
    void thePromptWithoutOneIsAskedByItself() {
        ConditioningEntry steered = prompt().steeredBy(applied(1, 0, 1, 0.1f), false);
        assertThat(said(guidance(steered, prompt(), 3), 2))
                .containsExactly(new float[] {3.3f, 3.3f, 3.3f}, within(1e-5f));
        assertThat(asked).containsExactly(0, 2);

        asked.clear();
        ConditioningEntry shared = prompt().steeredBy(applied(1, 0, 1, 0.1f), true);
        assertThat(said(guidance(shared, prompt(), 3), 2))
                .containsExactly(new float[] {1.1f, 1.1f, 1.1f}, within(1e-5f));
        assertThat(asked).containsExactly(2);
    }

    /** σ is 3.33 at 0.3 of the timesteps and .695 at 0.75. */
    @Test
    void outsideOfItsRangeItIsNotAsked() {
        AppliedControl ranged = applied(1, 0.3, 0.75, 0.1f);
        Guidance guidance = guidance(prompt().steeredBy(ranged, false), prompt(), 1);
        assertThat(said(guidance, 3.4)).containsOnly(0);
        assertThat(said(guidance, 3.3)).doesNotContain(0);
        assertThat(said(guidance, 0.7)).doesNotContain(0);
        assertThat(said(guidance, 0.69)).containsOnly(0);
        assertThat(asked).containsExactly(0, 2, 2, 0);
    }

    /** The middle of a picture of 8 × 2 is 4 × 2 wide; of its columns 2 to 5 are seen, twice as large. */
    @Test
    void thePictureIsCutInTheMiddleToTheShapeThatIsDrawn() {
        float[] rgb = new float[3 * 8 * 2];
        for (int i = 0; i < 16; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, i % 8);
        }
        Images wide = new Images(List.of(new Picture(8, 2, rgb)));
        ConditioningEntry steered = prompt().steeredBy(new AppliedControl(control(), wide, 1, 0, 1), false);
        Guidance guidance = Guidance.of(manager, network, List.of(steered), List.of(), 1, new Shape(1, 1, 2, 4), 2);
        NDArray said = guidance.predict(manager.ones(new Shape(1, 1, 2, 4)), 500);
        assertThat(pictures).containsExactly(new Shape(1, 3, 4, 8));
        assertThat(said.toFloatArray()).containsOnly(11 * 3.5f);
    }

    @Test
    void whatIsSeenOutlivesTheSteps() throws Cancelled {
        ConditioningEntry steered = prompt().steeredBy(applied(1, 0, 1, 0.1f), true);
        Guidance guidance =
                Guidance.of(manager, network, List.of(steered), List.of(prompt()), 2, new Shape(1, 1, 2, 2), 2);
        Sampling.run(
                StepPlan.of(Sampler.EULER, Spacing.AUTO, SCHEDULE, 4, 1),
                SCHEDULE,
                guidance,
                new TorchRandom(1).randn(manager, 1, 1, 2, 2),
                null,
                StepNoise.of(new TorchRandom(1)),
                StepListener.NONE);
        assertThat(asked).containsExactly(2, 2, 2, 2);
        assertThat(pictures).hasSize(1);
    }
}
