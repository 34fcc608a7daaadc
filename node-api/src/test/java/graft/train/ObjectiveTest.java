package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Context;
import graft.model.FakeNetwork;
import graft.model.Patches;
import graft.sample.NoiseSchedule;
import graft.sample.Prediction;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Scope;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectiveTest {

    private static final int SAMPLES = 64;

    private final NoiseSchedule schedule =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);
    private final Objective objective = new Objective(schedule, 5);

    @Test
    void theGradientIsTheSameWhenJavaCollectsItsGarbageBetweenLossAndBackward() {
        Compute.choose("cpu");
        Compute.prepareThread();
        try (NDManager manager = Compute.of("cpu").newManager()) {
            float[] expected = gradient(manager, () -> {});
            for (int round = 0; round < 5; round++) {
                assertThat(gradient(manager, () -> FreedBuffers.reuse(SAMPLES * Float.BYTES)))
                        .containsExactly(expected);
            }
        }
    }

    /** The vectors are of torch, by the formulas of kohya's sd-scripts. */
    @ParameterizedTest
    @CsvSource({
        "SQUARED, CONSTANT, l2",
        "HUBER, CONSTANT, huber.constant",
        "HUBER, EXPONENTIAL, huber.exponential",
        "HUBER, SNR, huber.snr",
        "SMOOTH_L1, CONSTANT, smooth_l1.constant",
        "SMOOTH_L1, EXPONENTIAL, smooth_l1.exponential",
        "SMOOTH_L1, SNR, smooth_l1.snr"
    })
    void distancesAreKohyas(Distance.Kind kind, Distance.Growth growth, String name) {
        Objective plain = new Objective(schedule, 0, false, new Distance(kind, growth, 0.1));
        try (SafeTensors peer = SafeTensors.open(Golden.resource("/graft/train/objective.safetensors"))) {
            assertClose(losses(plain, peer), peer.floats(name));
        }
    }

    @ParameterizedTest
    @CsvSource({"EPSILON, epsilon", "V_PREDICTION, v"})
    void timestepsAreWeighedAsKohyaDoes(Prediction prediction, String name) {
        NoiseSchedule predicted = schedule.with(prediction);
        try (SafeTensors peer = SafeTensors.open(Golden.resource("/graft/train/objective.safetensors"))) {
            float[] debiased = peer.floats("debiased." + name);
            float[] minSnr = peer.floats("min_snr5." + name);
            int[] timesteps = timesteps(peer);
            for (int i = 0; i < timesteps.length; i++) {
                assertThat(new Objective(predicted, 0, true, Distance.SQUARED).weightAt(timesteps[i]))
                        .isCloseTo(debiased[i], Percentage.withPercentage(1e-3));
                assertThat(new Objective(predicted, 5).weightAt(timesteps[i]))
                        .isCloseTo(minSnr[i], Percentage.withPercentage(1e-3));
                assertThat(new Objective(predicted, 5, true, Distance.SQUARED).weightAt(timesteps[i]))
                        .isCloseTo(minSnr[i] * debiased[i], Percentage.withPercentage(1e-3));
            }
        }
    }

    @Test
    void eachSampleIsWeighedByItsOwnTimestepBesidePriorPreservation() {
        Compute.prepareThread();
        try (NDManager manager = Compute.of("cpu").newManager();
                Scope scope = Scope.open()) {
            Shape shape = new Shape(1, 1, 1, 1);
            // The network predicts nothing, so each loss is the square of the noise.
            LearningNetwork nothing = network((noised, times, context) -> noised.zerosLike());
            TrainingLoop.Batches subject = (step, part) -> Batch.of(
                    manager.ones(shape), manager.full(shape, 2f), new int[] {0}, Context.of(manager.ones(shape)));
            TrainingLoop.Batches classes = (step, part) -> Batch.of(
                    manager.ones(shape), manager.full(shape, 3f), new int[] {900}, Context.of(manager.ones(shape)));
            Batch both = new PriorPreservation(subject, classes, 0.5).batch(1, 0);

            double expected = 4 * schedule.minSnrWeight(0, 5) + 0.5 * 9 * schedule.minSnrWeight(900, 5);
            assertThat((double) objective.loss(nothing, both).getFloat())
                    .isCloseTo(expected, Percentage.withPercentage(1e-3));
            assertThat(schedule.minSnrWeight(0, 5)).isLessThan(0.01f);
            assertThat(both.priors()).isEqualTo(1);
        }
    }

    /** The losses of the predictions in a file. */
    private float[] losses(Objective plain, SafeTensors peer) {
        Compute.prepareThread();
        try (NDManager manager = Compute.of("cpu").newManager();
                Scope scope = Scope.open()) {
            NDArray prediction = Golden.array(manager, peer, "prediction");
            NDArray target = Golden.array(manager, peer, "target");
            Batch batch = Batch.of(target, target, timesteps(peer), Context.of(target));
            return plain.losses(network((noised, times, context) -> prediction), batch)
                    .toFloatArray();
        }
    }

    private static LearningNetwork network(FakeNetwork.Function function) {
        return LearningNetwork.of(FakeNetwork.of(function), Patches.NONE);
    }

    private static int[] timesteps(SafeTensors peer) {
        float[] values = peer.floats("timesteps");
        return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    }

    private static void assertClose(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], Percentage.withPercentage(1e-3));
        }
    }

    @Test
    void aMaskWeighsTheSquaredErrorOfEachPlaceAndTheMeanIsOverAll() {
        Compute.choose("cpu");
        Compute.prepareThread();
        Objective plain = new Objective(schedule, 0);
        Shape shape = new Shape(2, 2, 1, 2);
        try (NDManager manager = Compute.of("cpu").newManager();
                Scope scope = Scope.open()) {
            NDArray noise = manager.create(new float[] {1, 2, 3, 4, 1, 1, 1, 1}, shape);
            Batch batch = Batch.of(manager.ones(shape), noise, new int[] {5, 9}, Context.of(manager.ones(shape)));
            NDArray mask = manager.create(new float[] {1, 0.1f, 1, 1}, new Shape(2, 1, 1, 2));

            float found = plain.loss(
                            network((noised, times, context) -> noised.mul(0)), batch.masked(Optional.of(mask)))
                    .getFloat();

            // The first sample: (1 + 0.1·4 + 9 + 0.1·16)/4; the second: 1.
            assertThat(found).isCloseTo((float) ((12.0 / 4 + 1) / 2), within(1e-6f));
        }
    }

    /** The gradient of a network that is one factor for each sample. */
    private float[] gradient(NDManager manager, Runnable between) {
        Shape shape = new Shape(SAMPLES, 1, 1, 1);
        int[] timesteps = new int[SAMPLES];
        float[] noise = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            timesteps[i] = 15 * i;
            noise[i] = 1 + i;
        }
        try (Scope scope = Scope.open()) {
            NDArray factors = Gradient.leaf(manager.ones(shape));
            Batch batch = Batch.of(
                    manager.ones(shape), manager.create(noise, shape), timesteps, Context.of(manager.ones(shape)));
            return Gradient.on(() -> {
                NDArray loss = objective.loss(network((noised, times, context) -> noised.mul(factors)), batch);
                between.run();
                return Gradient.of(loss, List.of(factors)).get(0).toFloatArray();
            });
        }
    }
}
