package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Context;
import graft.model.FakeNetwork;
import graft.model.Patches;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Scope;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.ParameterGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PriorPreservationTest {

    private static final double WEIGHT = 0.7;

    private NDManager manager;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        manager = compute.newManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private Batch batch(int samples, int side, float noise) {
        Shape shape = new Shape(samples, 1, side, side);
        int[] timesteps = new int[samples];
        Arrays.fill(timesteps, 300);
        return Batch.of(manager.ones(shape), manager.full(shape, noise), timesteps, Context.of(manager.ones(shape)));
    }

    /** Loss, gradient norm and learnt factor after one step of a network that is one factor. */
    private List<Double> step(TrainingLoop.Batches batches) {
        try (Scope scope = Scope.open()) {
            NDArray factor = scope.keep(Gradient.leaf(manager.ones(new Shape(1))), manager);
            TrainingLoop loop = new TrainingLoop(
                    List.of(new ParameterGroup(List.of(factor), 0.1)),
                    new Objective(
                            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false), 0),
                    LearningNetwork.of(FakeNetwork.of((noised, times, context) -> noised.mul(factor)), Patches.NONE),
                    new TrainingLoop.Plan(1, 1, RateSchedule.CONSTANT, 0, false),
                    AdamW.Settings.DEFAULT,
                    manager);
            Losses.Step taken = loop.step(1, batches);
            return List.of(taken.loss(), taken.gradientNorm(), (double) factor.getFloat());
        }
    }

    @Test
    void apartTheLossAndItsGradientAreWhatTheyAreTogether() {
        Batch subject = batch(2, 4, 0.5f);
        Batch classes = batch(3, 4, -0.2f);
        Batch both = new PriorPreservation((step, part) -> subject, (step, part) -> classes, WEIGHT).batch(1, 0);
        assertThat(both.apart()).isEmpty();

        List<Double> together = step((step, part) -> both);
        List<Double> apart = step((step, part) -> subject.with(classes.weighted(WEIGHT)));

        for (int i = 0; i < together.size(); i++) {
            assertThat(apart.get(i)).isCloseTo(together.get(i), within(1e-6 * Math.abs(together.get(i))));
        }
    }

    @Test
    void classPicturesOfAnotherSizeGoInAPassOfTheirOwn() {
        Batch both = new PriorPreservation((step, part) -> batch(1, 4, 1), (step, part) -> batch(1, 2, 1), WEIGHT)
                .batch(1, 0);

        assertThat(both.latents().getShape()).isEqualTo(new Shape(1, 1, 4, 4));
        assertThat(both.apart().orElseThrow().weights()).containsExactly((float) WEIGHT);
    }

    @Test
    void classPicturesBesideAMaskedSubjectCountWholly() {
        NDArray mask = manager.full(new Shape(1, 1, 2, 2), 0.1f);
        Batch masked = batch(1, 2, 1).masked(Optional.of(mask));

        Batch both = new PriorPreservation((step, part) -> masked, (step, part) -> batch(1, 2, 1), 1).batch(1, 0);

        assertThat(both.mask().orElseThrow().toFloatArray()).containsExactly(0.1f, 0.1f, 0.1f, 0.1f, 1, 1, 1, 1);
    }
}
