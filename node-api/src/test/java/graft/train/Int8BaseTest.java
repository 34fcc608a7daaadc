package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.WeightStorage;
import graft.node.Cancelled;
import graft.sample.Guidance;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.Sampling;
import graft.sample.Spacing;
import graft.sample.StepListener;
import graft.sample.StepNoise;
import graft.sample.StepPlan;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How far pictures and losses of the built-in model come from its own when its layers are int8 rows. */
class Int8BaseTest {

    private static final Compute CPU = Compute.choose("cpu");
    private static final int STEPS = 3;

    private static Checkpoint whole;
    private static Checkpoint rounded;
    private static Checkpoint fast;
    /** How a LoRA learns over the rounded model in float32. */
    private static List<Losses.Step> learnt;

    @BeforeAll
    static void open() {
        Compute.prepareThread();
        whole = load(WeightStorage.FP32);
        rounded = load(WeightStorage.INT8);
        fast = load(WeightStorage.INT8_FAST);
        learnt = steps(rounded, Precision.FP32, false);
    }

    @AfterAll
    static void close() {
        fast.close();
        rounded.close();
        whole.close();
    }

    private static Checkpoint load(WeightStorage storage) {
        return Checkpoint.load(
                BuiltIn.path("builtin:emoji-sd"), Optional.empty(), CPU, UnaryOperator.identity(), storage);
    }

    private float[] latents(Checkpoint model, String prompt, long seed) throws Cancelled {
        NoiseSchedule schedule = NoiseSchedule.of(model.scheduler());
        try (Scope scope = Scope.open();
                NDManager walk = CPU.newManager()) {
            int size = 64 / model.vae().factor();
            TorchRandom random = new TorchRandom(seed);
            Guidance guidance =
                    Guidance.of(walk, model, model.encode(List.of(prompt)), model.encode(List.of("")), 5, 1);
            return Sampling.run(
                            StepPlan.of(Sampler.DDIM, Spacing.AUTO, schedule, 12, 1),
                            schedule,
                            guidance,
                            random.randn(walk, 1, model.spec().latentChannels(), size, size),
                            null,
                            StepNoise.of(random),
                            StepListener.NONE)
                    .toFloatArray();
        }
    }

    private static double deviation(float[] actual, float[] expected) {
        double off = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            off += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return Math.sqrt(off / size);
    }

    @Test
    void latentsOfAPictureAreAHundredthOff() throws Cancelled {
        double apple = deviation(latents(rounded, "a red apple", 42), latents(whole, "a red apple", 42));
        double dog = deviation(latents(rounded, "a dog face", 7), latents(whole, "a dog face", 7));
        assertThat(Math.max(apple, dog)).isBetween(0.001, 0.03);
    }

    @Test
    void inWholeNumbersTheyAreAFewHundredthsOffAndTheSameEachTime() throws Cancelled {
        assumeTrue(Operators.hasWholeProducts(), "this processor does not multiply whole numbers");
        float[] apple = latents(fast, "a red apple", 42);
        double off = Math.max(
                deviation(apple, latents(whole, "a red apple", 42)),
                deviation(latents(fast, "a dog face", 7), latents(whole, "a dog face", 7)));
        assertThat(off).isBetween(0.005, 0.06);
        assertThat(latents(fast, "a red apple", 42)).containsExactly(apple);
    }

    /** A small network keeps libtorch's record, of which whole numbers can be no part: how a large one goes back is OwnDerivativesTest's. */
    @Test
    void whereWholeNumbersCannotBeALoraLearnsAsOverTheRoundedModel() {
        assertThat(steps(fast, Precision.FP32, false)).isEqualTo(learnt);
    }

    private static List<Losses.Step> steps(Checkpoint model, Precision precision, boolean checkpointing) {
        try (NDManager memory = CPU.newManager();
                Scope scope = Scope.open()) {
            LoraWeights lora = LoraWeights.fresh(
                    model, LoraSettings.plain(4, 4, LoraSettings.Targets.ALL_LINEAR), 1, "node", memory);
            lora.leaves().forEach(Gradient::leaf);
            LearningNetwork plain = LearningNetwork.of(lora.over(model)).in(precision);
            TrainingLoop loop = new TrainingLoop(
                    List.of(new ParameterGroup(lora.leaves(), 3e-3)),
                    new Objective(NoiseSchedule.of(model.scheduler()), 0),
                    checkpointing ? plain.checkpointed(memory) : plain,
                    new TrainingLoop.Plan(STEPS, 1, RateSchedule.CONSTANT, 0, false),
                    AdamW.Settings.DEFAULT,
                    memory);
            Context told = model.encode(List.of("a red apple", "a dog"));
            TorchRandom random = new TorchRandom(3);
            int channels = model.spec().latentChannels();
            NDArray clean = random.randn(memory, 2, channels, 16, 16);
            NDArray noise = random.randn(memory, 2, channels, 16, 16);
            return loop.run(
                            (step, part) -> new Batch(
                                    clean,
                                    noise,
                                    new int[] {600, 300},
                                    () -> told.map(NDArray::duplicate),
                                    new float[] {1, 1}),
                            (step, look) -> true,
                            TrainingLoop.Saves.NONE)
                    .steps();
        }
    }

    @Test
    void aLoraLearnsOverItAsOverTheModelItself() {
        List<Losses.Step> expected = steps(whole, Precision.FP32, false);
        double most = 0;
        for (int i = 0; i < STEPS; i++) {
            most = Math.max(
                    most, Math.abs(learnt.get(i).loss() / expected.get(i).loss() - 1));
        }
        assertThat(most).isBetween(1e-5, 2e-3);
        assertThat(learnt.get(STEPS - 1).loss()).isLessThan(learnt.get(0).loss());
        assertThat(steps(rounded, Precision.FP32, true)).isEqualTo(learnt);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP16", "BF16"})
    void itComputesInHalfPrecisionToo(Precision precision) {
        List<Losses.Step> actual = steps(rounded, precision, false);
        for (int i = 0; i < STEPS; i++) {
            assertThat(actual.get(i).loss() / learnt.get(i).loss()).isBetween(0.99, 1.01);
        }
    }

    @Test
    void aWordLearnsOverIt() {
        try (NDManager manager = CPU.newManager()) {
            NDArray word = Gradient.leaf(
                    manager.zeros(new Shape(1, rounded.encoder(Parts.TEXT).width())));
            int[][] ids = {rounded.tokens("a apple"), rounded.tokens("a dog")};
            ids[0][2] = rounded.encoder(Parts.TEXT).vocabulary();
            List<float[]> gradients = new ArrayList<>();
            for (Checkpoint model : List.of(whole, rounded)) {
                try (Scope scope = Scope.open()) {
                    TorchRandom random = new TorchRandom(3);
                    NDArray latents = random.randn(manager, 2, model.spec().latentChannels(), 16, 16);
                    gradients.add(Gradient.on(() -> Gradient.of(
                                    model.network()
                                            .forward(
                                                    latents,
                                                    manager.create(new float[] {600, 300}),
                                                    Context.of(model.encoder(Parts.TEXT)
                                                            .encode(ids, Patches.NONE, word)),
                                                    Patches.NONE)
                                            .square()
                                            .mean(),
                                    List.of(word))
                            .get(0)
                            .toFloatArray()));
                }
            }
            assertThat(deviation(gradients.get(1), gradients.get(0))).isBetween(0.001, 0.05);
        }
    }
}
