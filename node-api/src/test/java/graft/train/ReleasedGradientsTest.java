package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Network;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.TextEncoder;
import graft.model.sd.SmallModel;
import graft.node.Problem;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.NativeArrays;
import graft.train.optimizer.Adafactor;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.AdamW8bit;
import graft.train.optimizer.Lion;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings whose gradients go block by block beside those that keep them all. */
class ReleasedGradientsTest {

    private static final Compute CPU = Compute.choose("cpu");
    private static final int STEPS = 3;

    @TempDir
    Path folder;

    private SafeTensors expected;
    private Checkpoint model;

    @BeforeEach
    void open() {
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.ours("training/expected.safetensors"));
        model = SmallModel.checkpoint(CPU);
    }

    @AfterEach
    void close() {
        model.close();
        expected.close();
    }

    /** How a training went, and what it left. */
    private record Ended(Losses losses, List<float[]> weights) {

        void isAs(Ended other) {
            assertThat(losses).isEqualTo(other.losses);
            for (int i = 0; i < weights.size(); i++) {
                assertThat(Arrays.equals(weights.get(i), other.weights.get(i)))
                        .as("weight %d", i)
                        .isTrue();
            }
        }
    }

    /**
     * All weights of the network learn, and those of the text encoder at another rate if wanted.
     *
     * @param again whether blocks are computed twice (gradient checkpointing)
     */
    private Ended train(
            Optimizer.Settings optimizer,
            boolean released,
            boolean again,
            boolean text,
            TrainingLoop.Saves saves,
            int until) {
        try (NDManager manager = CPU.newManager();
                Network network = model.networkToLearn();
                TextEncoder encoder = model.encoderToLearn(Parts.TEXT)) {
            List<ParameterGroup> groups =
                    new ArrayList<>(List.of(new ParameterGroup(network.weights().arrays(), 1e-4)));
            if (text) {
                groups.add(new ParameterGroup(encoder.weights().arrays(), 3e-5));
            }
            List<NDArray> weights = ParameterGroup.weights(groups);
            weights.forEach(Gradient::leaf);
            LearningNetwork learning = LearningNetwork.of(network, Patches.NONE);
            TrainingLoop loop = new TrainingLoop(
                    groups,
                    new Objective(NoiseSchedule.of(model.scheduler()), 0),
                    again ? learning.checkpointed(manager) : learning,
                    new TrainingLoop.Plan(
                            STEPS, 1, new RateSchedule(RateSchedule.Curve.COSINE, 1, STEPS, 1, 1), 0, true, released),
                    optimizer,
                    manager);
            int[][] ids = Golden.ids(expected, "input_ids");
            Losses losses = loop.run(
                    (step, part) -> new Batch(
                            Golden.array(manager, expected, "latents").get(step - 1),
                            Golden.array(manager, expected, "noise").get(step - 1),
                            Golden.ids(expected, "timesteps")[step - 1],
                            () -> Context.of(encoder.encode(ids, Patches.NONE)),
                            new float[] {1, 1}),
                    (step, look) -> step.step() < until,
                    saves);
            return new Ended(losses, weights.stream().map(NDArray::toFloatArray).toList());
        }
    }

    private Ended train(Optimizer.Settings optimizer, boolean released, boolean again, boolean text) {
        return train(optimizer, released, again, text, TrainingLoop.Saves.NONE, STEPS);
    }

    static Stream<Optimizer.Settings> oneByOne() {
        return Stream.of(
                new AdamW.Settings(0.9, 0.999, 1e-8, 0.01),
                new AdamW8bit.Settings(0.9, 0.999, 1e-8, 0.01),
                new Adafactor.Settings(1, 0.01),
                new Lion.Settings(0.9, 0.99, 0.01));
    }

    @ParameterizedTest
    @MethodSource("oneByOne")
    void weightsBecomeWhatAStepOfAllMakesOfThemBitForBit(Optimizer.Settings optimizer) {
        Ended ofAll = train(optimizer, false, false, true);
        train(optimizer, true, false, true).isAs(ofAll);
        train(optimizer, true, true, true).isAs(ofAll);
    }

    @ParameterizedTest
    @MethodSource("oneByOne")
    void aTrainingThatWasTakenUpEndsAsOneThatWentThrough(Optimizer.Settings optimizer) {
        Ended through = train(optimizer, true, false, false);
        List<Integer> takenUp = new ArrayList<>();
        TrainingLoop.Saves saves = new TrainingLoop.Saves(folder.resolve("state"), 2, 0, takenUp::add, problem -> {
            throw problem;
        });
        train(optimizer, true, false, false, saves, 2);
        train(optimizer, true, false, false, saves, STEPS).isAs(through);
        assertThat(takenUp).containsExactly(2);
    }

    /** Counts the arrays that are there whenever weights step. */
    private record Counting(Optimizer.Settings of, AtomicLong most) implements Optimizer.Settings {

        @Override
        public OptimizerMethod method() {
            return of.method();
        }

        @Override
        public Optimizer create(List<ParameterGroup> groups, NDManager manager) {
            Optimizer optimizer = of.create(groups, manager);
            return new Optimizer() {
                @Override
                public void step(List<NDArray> gradients, double learningRate) {
                    most.accumulateAndGet(NativeArrays.count(), Math::max);
                    optimizer.step(gradients, learningRate);
                }

                @Override
                public Map<String, NDArray> state() {
                    return optimizer.state();
                }

                @Override
                public void after(long steps) {
                    optimizer.after(steps);
                }
            };
        }
    }

    /** @param fewer share of the weights; where blocks are not computed twice, what was kept of them is still there and counts */
    @ParameterizedTest
    @CsvSource({"true, 0.66", "false, 0.33"})
    void gradientsAreNeverAllThere(boolean again, double fewer) {
        Optimizer.Settings lion = new Lion.Settings(0.9, 0.99, 0);
        AtomicLong together = new AtomicLong();
        AtomicLong apart = new AtomicLong();
        int weights = train(new Counting(lion, together), false, again, false)
                .weights()
                .size();
        train(new Counting(lion, apart), true, again, false);
        assertThat((double) (together.get() - apart.get())).isGreaterThan(fewer * weights);
    }

    @Test
    void nothingIsAppliedOnceAGradientIsNotFinite() {
        try (NDManager manager = CPU.newManager()) {
            List<NDArray> weights =
                    List.of(manager.ones(new Shape(3)), manager.ones(new Shape(3)), manager.ones(new Shape(3)));
            ReleasedSteps steps = new ReleasedSteps(
                    List.of(new ParameterGroup(weights, 0.1)), new Lion.Settings(0.9, 0.99, 0), manager);
            steps.begin(0.1);
            steps.take(2, manager.ones(new Shape(3)));
            steps.take(1, manager.full(new Shape(3), Float.NaN));
            steps.take(0, manager.ones(new Shape(3)));
            steps.end();
            assertThat(steps.norm()).isNaN();
            assertThat(steps.any()).isTrue();
            assertThat(weights.get(2).toFloatArray()).containsOnly(0.9f);
            assertThat(weights.get(1).toFloatArray()).containsOnly(1);
            assertThat(weights.get(0).toFloatArray()).containsOnly(1);
        }
    }

    @Test
    void aWeightThatTwoBlocksUseIsRefused() {
        try (NDManager manager = CPU.newManager()) {
            ReleasedSteps steps = new ReleasedSteps(
                    List.of(new ParameterGroup(List.of(manager.ones(new Shape(3))), 0.1)),
                    new Lion.Settings(0.9, 0.99, 0),
                    manager);
            steps.begin(0.1);
            steps.take(0, manager.ones(new Shape(3)));
            assertThatThrownBy(() -> steps.take(0, manager.ones(new Shape(3))))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("turn the release of gradients off");
        }
    }

    @Test
    void classPicturesOfAnotherSizeAreRefused() {
        try (NDManager manager = CPU.newManager();
                Network network = model.networkToLearn()) {
            List<NDArray> weights = network.weights().arrays();
            weights.forEach(Gradient::leaf);
            TrainingLoop loop = new TrainingLoop(
                    List.of(new ParameterGroup(weights, 1e-4)),
                    new Objective(NoiseSchedule.of(model.scheduler()), 0),
                    LearningNetwork.of(network, Patches.NONE),
                    new TrainingLoop.Plan(1, 1, RateSchedule.CONSTANT, 0, false, true),
                    AdamW.Settings.DEFAULT,
                    manager);
            Batch batch = Batch.of(
                    manager.ones(new Shape(1, 4, 8, 8)),
                    manager.ones(new Shape(1, 4, 8, 8)),
                    new int[] {5},
                    () -> Context.of(model.encoder(Parts.TEXT).encode(new int[][] {{1}}, Patches.NONE)));
            assertThatThrownBy(() -> loop.step(1, (step, part) -> batch.with(batch.asPriors())))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("load both at one size");
        }
    }
}
