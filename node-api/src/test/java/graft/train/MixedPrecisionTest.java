package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Patches;
import graft.model.UNet;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.NativeArrays;
import graft.tensor.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trainings in half precision beside the float32 ones of diffusers and peft. */
class MixedPrecisionTest {

    private static final int STEPS = 4;

    @TempDir
    Path folder;

    private SafeTensors expected;
    private Checkpoint model;
    private NDManager manager;
    private NDArray states;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        expected = SafeTensors.open(Golden.path("training/expected.safetensors"));
        model = Checkpoint.load(Golden.path("sd15"), compute);
        manager = compute.newManager();
        states = model.textEncoder().encode(Golden.ids(expected, "input_ids"), Patches.NONE);
        states.attach(manager);
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
        expected.close();
    }

    private Batch batch(int step, Supplier<NDArray> context, float... weights) {
        return new Batch(
                Golden.array(manager, expected, "latents").get(step - 1),
                Golden.array(manager, expected, "noise").get(step - 1),
                Golden.ids(expected, "timesteps")[step - 1],
                context,
                weights);
    }

    private static Objective.Network network(Checkpoint view) {
        return (noised, timesteps, context) -> view.unet().forward(noised, timesteps, context, view.unetPatches());
    }

    private TrainingLoop loop(Objective.Network network, List<NDArray> leaves, double rate, double decay) {
        return new TrainingLoop(
                List.of(ParameterGroup.of(leaves)),
                new Objective(NoiseSchedule.of(model.scheduler()), 0),
                network,
                new TrainingLoop.Plan(STEPS, 1, LearningRate.constant(rate), 0, false),
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
        return loop.run(batches, (step, look) -> true, TrainingLoop.Saves.NONE).steps();
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP16", "BF16"})
    void aWholeUnetLearnsAsInFloat32(Precision precision) {
        try (UNet learning = model.unetToLearn()) {
            List<NDArray> leaves = learning.weights().arrays();
            leaves.forEach(Gradient::leaf);
            Objective.Network network = MixedPrecision.of(network(model.withUnet(learning)), precision);
            List<Losses.Step> steps =
                    run(loop(network, leaves, 1e-4, 1e-2), (step, part) -> batch(step, () -> states.duplicate(), 2, 2));
            lossesComeNear(steps, expected.floats("dreambooth.losses"), 1e-2);
            assertThat(leaves).allSatisfy(leaf -> assertThat(leaf.getDataType()).isEqualTo(DataType.FLOAT32));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP16", "BF16"})
    void aWordLearnsAsInFloat32OverARoundedModel(Precision precision) {
        float[] initial = expected.floats("ti.init");
        NDArray word = Gradient.leaf(manager.create(initial, new Shape(1, initial.length)));
        int[][] ids = Golden.ids(expected, "ti.input_ids");
        try (UNet rounded = model.roundedUnet(precision)) {
            Objective.Network network = MixedPrecision.of(network(model.withUnet(rounded)), precision);
            List<Losses.Step> steps = run(
                    loop(network, List.of(word), 5e-3, 0),
                    (step, part) -> batch(step, () -> model.textEncoder().encode(ids, Patches.NONE, word), 1, 1));
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

    /** With convolutions and dropout. */
    @ParameterizedTest
    @EnumSource(LoraSettings.Kind.class)
    void everyKindOfAdapterLearnsAsInFloat32OverARoundedModel(LoraSettings.Kind kind) {
        LoraWeights whole = lora(kind);
        TrainingLoop.Batches batches = (step, part) -> batch(step, () -> states.duplicate(), 1, 1);
        List<Losses.Step> wanted = run(loop(network(whole.learning(model)), whole.leaves(), 1e-3, 0), batches);
        float[] losses = new float[STEPS];
        wanted.forEach(step -> losses[step.step() - 1] = (float) step.loss());
        for (Precision precision : List.of(Precision.FP16, Precision.BF16)) {
            LoraWeights half = lora(kind);
            try (UNet rounded = model.roundedUnet(precision)) {
                Checkpoint view = half.learning(model).withUnet(rounded);
                List<Losses.Step> steps =
                        run(loop(MixedPrecision.of(network(view), precision), half.leaves(), 1e-3, 0), batches);
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
        try (UNet rounded = model.roundedUnet(precision)) {
            List<List<float[]>> learnt = new ArrayList<>();
            for (boolean checkpointing : new boolean[] {false, true}) {
                LoraWeights lora = lora(LoraSettings.Kind.LORA);
                Checkpoint view = lora.learning(model).withUnet(rounded);
                Objective.Network network = checkpointing ? CheckpointedNetwork.of(view, manager) : network(view);
                run(
                        loop(MixedPrecision.of(network, precision), lora.leaves(), 1e-3, 0),
                        (step, part) -> batch(step, () -> states.duplicate(), 1, 1));
                learnt.add(lora.leaves().stream().map(NDArray::toFloatArray).toList());
            }
            assertThat(learnt.get(1)).usingRecursiveComparison().isEqualTo(learnt.get(0));
        }
    }

    @Test
    void aRoundedUnetTakesHalfTheBytesAndLeavesTheModelAsItIs() {
        float[] before = model.unet().weights().get("conv_in.weight").toFloatArray();
        long whole = bytes(model.unet());
        try (UNet rounded = model.roundedUnet(Precision.FP16)) {
            assertThat(bytes(rounded)).isEqualTo(whole / 2);
            assertThat(rounded.weights().get("conv_in.weight").toFloatArray()).isNotEqualTo(before);
        }
        assertThat(model.unet().weights().get("conv_in.weight").toFloatArray()).containsExactly(before);
    }

    @Test
    void theModelsOwnUnetDoesNotLieInMemoryBesideTheRoundedOne() {
        model.unet();
        long before = NativeArrays.count();
        try (UNet rounded = model.roundedUnet(Precision.FP16)) {
            assertThat(NativeArrays.count()).isEqualTo(before);
        }
    }

    private static long bytes(UNet unet) {
        return unet.weights().arrays().stream()
                .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
                .sum();
    }
}
