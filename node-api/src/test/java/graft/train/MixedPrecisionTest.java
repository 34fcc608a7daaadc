package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.FakeNetwork;
import graft.model.Network;
import graft.model.OutputHead;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.Weights;
import graft.model.sd.SmallModel;
import graft.node.Problem;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.NativeArrays;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings in half precision beside the float32 ones of diffusers and peft. */
class MixedPrecisionTest {

    private static final Compute CPU = Compute.of("cpu");
    private static final int STEPS = 4;

    @TempDir
    Path folder;

    private SafeTensors expected;
    private Checkpoint model;
    private NDManager manager;
    private Context states;

    @BeforeEach
    void open() {
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.ours("training/expected.safetensors"));
        manager = CPU.newManager();
        use(SmallModel.checkpoint(CPU));
    }

    private void use(Checkpoint learning) {
        model = learning;
        states = Context.of(model.encoder(Parts.TEXT).encode(Golden.ids(expected, "input_ids"), Patches.NONE));
        states.states().attach(manager);
    }

    /** The model that the expected losses are of, in place of the small one. */
    private void useGolden() {
        model.close();
        use(Checkpoint.load(Golden.ours("sd15"), CPU));
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
        expected.close();
    }

    private Batch batch(int step, Supplier<Context> context, float... weights) {
        return new Batch(
                Golden.array(manager, expected, "latents").get(step - 1),
                Golden.array(manager, expected, "noise").get(step - 1),
                Golden.ids(expected, "timesteps")[step - 1],
                context,
                weights);
    }

    private Context context() {
        return states.map(NDArray::duplicate);
    }

    private TrainingLoop loop(LearningNetwork network, List<NDArray> leaves, double rate, double decay) {
        return new TrainingLoop(
                List.of(new ParameterGroup(leaves, rate)),
                new Objective(NoiseSchedule.of(model.scheduler()), 0),
                network,
                new TrainingLoop.Plan(STEPS, 1, RateSchedule.CONSTANT, 0, false),
                new AdamW.Settings(0.9, 0.999, 1e-8, decay),
                manager);
    }

    private static void lossesComeNear(List<Losses.Step> steps, float[] wanted, double tolerance) {
        for (Losses.Step step : steps) {
            float loss = wanted[step.step() - 1];
            assertThat(step.loss()).as("loss of step %d", step.step()).isCloseTo(loss, within(tolerance * loss));
        }
    }

    private static List<Losses.Step> run(TrainingLoop loop, TrainingLoop.Batches batches) {
        return run(loop, batches, STEPS);
    }

    private static List<Losses.Step> run(TrainingLoop loop, TrainingLoop.Batches batches, int steps) {
        return loop.run(batches, (step, look) -> step.step() < steps, TrainingLoop.Saves.NONE)
                .steps();
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP16", "BF16"})
    void aWholeUnetLearnsAsInFloat32(Precision precision) {
        useGolden();
        try (Network learning = model.networkToLearn()) {
            List<NDArray> leaves = learning.weights().arrays();
            leaves.forEach(Gradient::leaf);
            LearningNetwork network =
                    LearningNetwork.of(model.withNetwork(learning)).in(precision);
            List<Losses.Step> steps =
                    run(loop(network, leaves, 1e-4, 1e-2), (step, part) -> batch(step, this::context, 2, 2));
            lossesComeNear(steps, expected.floats("dreambooth.losses"), 1e-2);
            assertThat(leaves).allSatisfy(leaf -> assertThat(leaf.getDataType()).isEqualTo(DataType.FLOAT32));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP16", "BF16"})
    void aWordLearnsAsInFloat32OverARoundedModel(Precision precision) {
        useGolden();
        float[] initial = expected.floats("ti.init");
        NDArray word = Gradient.leaf(manager.create(initial, new Shape(1, initial.length)));
        int[][] ids = Golden.ids(expected, "ti.input_ids");
        try (Network rounded = model.roundedNetwork(precision)) {
            LearningNetwork network =
                    LearningNetwork.of(model.withNetwork(rounded)).in(precision);
            List<Losses.Step> steps = run(
                    loop(network, List.of(word), 5e-3, 0),
                    (step, part) -> batch(
                            step, () -> Context.of(model.encoder(Parts.TEXT).encode(ids, Patches.NONE, word)), 1, 1));
            lossesComeNear(steps, expected.floats("ti.losses"), 1e-2);
        }
    }

    private LoraWeights lora(LoraSettings.Kind kind) {
        LoraSettings settings = new LoraSettings(
                kind,
                new LoraSettings.Rank(2, 4),
                new LoraSettings.Rank(2, 1),
                false,
                LoraSettings.Targets.ALL_LINEAR,
                BlockRanks.NONE,
                false,
                -1,
                0.4);
        LoraWeights lora = LoraWeights.fresh(model, settings, 1, "node", manager);
        lora.dropping(1, "node").begin(1, 0);
        return lora;
    }

    /** With convolutions and dropout; the second step sees what the first taught. */
    @ParameterizedTest
    @EnumSource(LoraSettings.Kind.class)
    void everyKindOfAdapterLearnsAsInFloat32OverARoundedModel(LoraSettings.Kind kind) {
        LoraWeights whole = lora(kind);
        TrainingLoop.Batches batches = (step, part) -> batch(step, this::context, 1, 1);
        List<Losses.Step> wanted =
                run(loop(LearningNetwork.of(whole.learning(model)), whole.leaves(), 1e-3, 0), batches, 2);
        float[] losses = new float[2];
        wanted.forEach(step -> losses[step.step() - 1] = (float) step.loss());
        for (Precision precision : List.of(Precision.FP16, Precision.BF16)) {
            LoraWeights half = lora(kind);
            try (Network rounded = model.roundedNetwork(precision)) {
                Checkpoint view = half.learning(model).withNetwork(rounded);
                List<Losses.Step> steps =
                        run(loop(LearningNetwork.of(view).in(precision), half.leaves(), 1e-3, 0), batches, 2);
                lossesComeNear(steps, losses, 1e-2);
                assertThat(steps.get(0).gradientNorm())
                        .isCloseTo(
                                wanted.get(0).gradientNorm(),
                                within(5e-2 * wanted.get(0).gradientNorm()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP16", "BF16"})
    void checkpointingGivesTheSameNumbers(Precision precision) {
        try (Network rounded = model.roundedNetwork(precision)) {
            List<List<float[]>> learnt = new ArrayList<>();
            for (boolean checkpointing : new boolean[] {false, true}) {
                LoraWeights lora = lora(LoraSettings.Kind.LORA);
                Checkpoint view = lora.learning(model).withNetwork(rounded);
                LearningNetwork half = LearningNetwork.of(view).in(precision);
                run(
                        loop(checkpointing ? half.checkpointed(manager) : half, lora.leaves(), 1e-3, 0),
                        (step, part) -> batch(step, this::context, 1, 1),
                        2);
                learnt.add(lora.leaves().stream().map(NDArray::toFloatArray).toList());
            }
            assertThat(learnt.get(1)).usingRecursiveComparison().isEqualTo(learnt.get(0));
        }
    }

    @Test
    void thePredictionIsComputedInHalfAndGivenInFloat32() {
        List<DataType> types = new ArrayList<>();
        Network spied = FakeNetwork.of((noised, timesteps, context) -> {
            types.add(noised.getDataType());
            types.add(context.states().getDataType());
            NDArray prediction = model.network().forward(noised, timesteps, context, Patches.NONE);
            types.add(prediction.getDataType());
            return prediction;
        });
        try (Scope scope = Scope.open()) {
            Batch batch = batch(1, this::context, 1, 1);
            NDArray times = manager.create(new float[] {321, 999});
            float[] whole = model.network()
                    .forward(batch.latents(), times, states, Patches.NONE)
                    .toFloatArray();
            NDArray half =
                    LearningNetwork.of(spied, Patches.NONE).in(Precision.FP16).predict(batch.latents(), times, states);
            assertThat(types).containsOnly(DataType.FLOAT16);
            assertThat(half.getDataType()).isEqualTo(DataType.FLOAT32);
            // Fp16 rounds at 5e-4; a network in float32 would come within 1e-6.
            assertThat(Golden.error(half.toFloatArray(), whole)).isBetween(1e-5, 2e-2);
        }
    }

    @Test
    void groupNormsOfLargeNumbersDoNotOverflowInHalf() {
        // Their squares exceed what fp16 holds.
        float[] numbers = new float[2 * 32 * 16 * 16];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = 1000 * (float) Math.sin(i);
        }
        try (Scope scope = Scope.open()) {
            NDArray x = Operators.channelsLast(manager.create(numbers, new Shape(2, 32, 16, 16)));
            Map<String, NDArray> numbersOf = Map.of(
                    "conv_norm_out.weight", manager.ones(new Shape(32)),
                    "conv_norm_out.bias", manager.zeros(new Shape(32)),
                    "conv_out.weight", manager.ones(new Shape(4, 32, 3, 3)).mul(0.01f),
                    "conv_out.bias", manager.zeros(new Shape(4)));
            OutputHead head = new OutputHead(Weights.of(source(numbersOf)), 32, 4, 8, 1e-5, manager);
            NDArray whole = head.forward(x, Patches.NONE);
            NDArray half = Operators.toFloat(head.forward(Operators.converted(x, Precision.FP16), Patches.NONE));
            assertThat(Golden.error(half.toFloatArray(), whole.toFloatArray())).isLessThan(5e-3);
        }
    }

    private static Weights.Source source(Map<String, NDArray> weights) {
        return new Weights.Source() {
            @Override
            public String name() {
                return "the test";
            }

            @Override
            public Set<String> keys() {
                return weights.keySet();
            }

            @Override
            public Optional<long[]> shape(String key, long[] wanted) {
                return Optional.ofNullable(weights.get(key))
                        .map(weight -> weight.getShape().getShape());
            }

            @Override
            public NDArray read(String key, long[] shape) {
                return weights.get(key);
            }
        };
    }

    // --- loss scale
    // ----------------------------------------------------------------------------------------------------

    /** The second step's loss counts so much that its gradients overflow at the first scale. */
    private Batch overflowing(int step, int part) {
        float weight = step == 2 ? 3e4f : 1;
        return batch(step, this::context, weight, weight);
    }

    private TrainingLoop.Saves saves() {
        return new TrainingLoop.Saves(folder.resolve("state"), 1, 0, step -> {}, problem -> {
            throw problem;
        });
    }

    private double savedScale() {
        try (SafeTensors state = SafeTensors.open(folder.resolve("state"))) {
            return state.bytes("loss_scale").getDouble();
        }
    }

    @Test
    void gradientsThatOverflowAreTakenAgainWithALowerScaleAndAResumedTrainingEndsBitEqual() {
        try (Network rounded = model.roundedNetwork(Precision.FP16)) {
            LoraWeights lora = lora(LoraSettings.Kind.LORA);
            List<Losses.Step> wanted =
                    run(loop(LearningNetwork.of(lora.learning(model)), lora.leaves(), 1e-3, 0), this::overflowing);

            lora = lora(LoraSettings.Kind.LORA);
            List<Losses.Step> through = run(half(lora, rounded), this::overflowing);
            List<float[]> learnt =
                    lora.leaves().stream().map(NDArray::toFloatArray).toList();
            for (int i = 0; i < STEPS; i++) {
                Losses.Step whole = wanted.get(i);
                assertThat(through.get(i).loss()).isCloseTo(whole.loss(), within(1e-2 * whole.loss()));
                assertThat(through.get(i).gradientNorm())
                        .isCloseTo(whole.gradientNorm(), within(5e-2 * whole.gradientNorm()));
            }

            lora = lora(LoraSettings.Kind.LORA);
            List<Double> scales = new ArrayList<>();
            half(lora, rounded).run(this::overflowing, (step, look) -> step.step() < 1, saves());
            scales.add(savedScale());
            lora = lora(LoraSettings.Kind.LORA);
            half(lora, rounded).run(this::overflowing, (step, look) -> step.step() < 3, saves());
            scales.add(savedScale());
            lora = lora(LoraSettings.Kind.LORA);
            List<Losses.Step> resumed = half(lora, rounded)
                    .run(this::overflowing, (step, look) -> true, saves())
                    .steps();
            assertThat(scales.get(0)).isEqualTo(65536);
            assertThat(scales.get(1)).isBetween(1.0, 32768.0);
            assertThat(resumed).isEqualTo(through);
            assertThat(lora.leaves().stream().map(NDArray::toFloatArray).toList())
                    .usingRecursiveComparison()
                    .isEqualTo(learnt);
        }
    }

    private TrainingLoop half(LoraWeights lora, Network rounded) {
        Checkpoint view = lora.learning(model).withNetwork(rounded);
        return loop(LearningNetwork.of(view).in(Precision.FP16), lora.leaves(), 1e-3, 0);
    }

    @Test
    void gradientsThatAreNoNumbersAtAnyScaleEndTheTraining() {
        NDArray leaf = Gradient.leaf(manager.ones(new Shape(1)));
        List<Integer> tries = new ArrayList<>();
        NDArray one = manager.ones(new Shape(1));
        NDArray nought = manager.zeros(new Shape(1));
        // A root's slope at nought has no end, and nought times that is no number; the loss itself is one.
        Network broken = FakeNetwork.of(
                (noised, timesteps, context) -> noised.add(leaf.sub(one).sqrt().mul(nought)));
        TrainingLoop loop = loop(LearningNetwork.of(broken, Patches.NONE).in(Precision.FP16), List.of(leaf), 1e-3, 0);
        assertThatThrownBy(() -> loop.step(1, (step, part) -> {
                    tries.add(part);
                    return batch(1, this::context, 1, 1);
                }))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the gradients became NaN");
        // 65536, 32768 … 1.
        assertThat(tries).hasSize(17);
        assertThat(leaf.toFloatArray()).containsExactly(1);
    }

    @Test
    void theScaleDoublesAfterManyGoodSteps() {
        LossScale scale = LossScale.dynamic(manager);
        scale.worked();
        assertThat(scale.lower()).isTrue();
        for (int step = 0; step < 1999; step++) {
            scale.worked();
        }
        assertThat(scale.factor()).isEqualTo(32768);
        scale.worked();
        assertThat(scale.factor()).isEqualTo(65536);
    }

    // --- memory
    // --------------------------------------------------------------------------------------------------------

    @Test
    void aRoundedUnetTakesHalfTheBytesAndLeavesTheModelAsItIs() {
        float[] before = model.network().weights().get("conv_in.weight").toFloatArray();
        long whole = bytes(model.network());
        try (Network rounded = model.roundedNetwork(Precision.FP16)) {
            assertThat(bytes(rounded)).isEqualTo(whole / 2);
            assertThat(rounded.weights().get("conv_in.weight").toFloatArray()).isNotEqualTo(before);
        }
        assertThat(model.network().weights().get("conv_in.weight").toFloatArray())
                .containsExactly(before);
    }

    @Test
    void theModelsOwnUnetDoesNotLieInMemoryBesideTheRoundedOne() {
        model.network();
        long before = NativeArrays.count();
        try (Network rounded = model.roundedNetwork(Precision.FP16)) {
            assertThat(NativeArrays.count()).isEqualTo(before);
        }
    }

    private static long bytes(Network network) {
        return network.weights().arrays().stream()
                .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
                .sum();
    }
}
