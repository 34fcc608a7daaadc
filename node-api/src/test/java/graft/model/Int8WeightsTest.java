package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.CopiedFolder;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.model.sd.CheckpointFile;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.NativeArrays;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers as int8 rows beside float32 layers of the same numbers, on the built-in model. */
class Int8WeightsTest {

    private static final Compute CPU = Compute.choose("cpu");
    private static final Pattern FILE = Pattern.compile("(?:kept in|taken from) (.+\\.safetensors)\\.$");

    @TempDir
    private Path folder;

    private Checkpoint model;
    private NDManager manager;

    private static Checkpoint load(WeightStorage storage) {
        return load(BuiltIn.path("builtin:emoji-sd"), storage);
    }

    private static Checkpoint load(Path model, WeightStorage storage) {
        return Checkpoint.load(model, Optional.empty(), CPU, UnaryOperator.identity(), storage);
    }

    @BeforeEach
    void open() {
        Compute.prepareThread();
        model = load(WeightStorage.INT8);
        manager = CPU.newManager();
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    private static double deviation(NDArray actual, NDArray expected) {
        NDArray wide = actual.toType(DataType.FLOAT32, false);
        return Math.sqrt(wide.sub(expected).square().mean().getFloat()
                / expected.square().mean().getFloat());
    }

    private NDArray random(long... shape) {
        return manager.randomNormal(new Shape(shape));
    }

    /** Changes of every way in which they act: on outputs, on weights, on biases; of linear layers, convolutions and several. */
    private Patches changes(Network network) {
        Map<String, List<Change>> changes = new java.util.LinkedHashMap<>();
        for (String layer : network.moduleNames()) {
            long[] shape = network.weightShape(layer);
            if (new Shape(shape).size() < 16_384) {
                continue;
            }
            long[] down = shape.clone();
            down[0] = 2;
            long[] up = {shape[0], 2};
            LowRank low = new LowRank(random(down).mul(0.1f), random(up).mul(0.1f), 0.3);
            if (layer.endsWith("to_q")) {
                changes.put(layer, List.of(low));
            } else if (layer.endsWith("conv1")) {
                NDArray norms = Operators.outputNorms(network.weights().wide(layer + ".weight"));
                changes.put(layer, List.of(new Change.Dora(low, norms.mul(1.1f), 1), low));
            } else if (layer.endsWith("conv2") || layer.endsWith("ff.net.2")) {
                NDArray weight = random(shape).mul(0.01f);
                changes.put(
                        layer,
                        List.of(
                                new Change.Difference(
                                        shape.length == 4 ? Operators.channelsLast(weight) : weight,
                                        random(shape[0]).mul(0.01f),
                                        1),
                                low,
                                new Change.Difference(
                                        Operators.NONE, random(shape[0]).mul(0.01f), 1)));
            }
        }
        assertThat(changes).hasSizeGreaterThan(10);
        return Patches.of(changes);
    }

    @ParameterizedTest
    @CsvSource({"false,FP32,1e-5", "true,FP32,1e-5", "false,BF16,3e-2", "true,BF16,3e-2", "false,FP16,4e-3"})
    void rowsComputeWhatTheWeightsDoThatTheyStandFor(boolean changed, Precision precision, double most) {
        try (Scope scope = Scope.open();
                Network same = model.network().copy(CPU, Precision.FP32)) {
            Patches patches = changed ? changes(same) : Patches.NONE;
            NDArray latents = random(2, 4, 8, 8);
            NDArray times = manager.create(new float[] {700, 20});
            Context context = model.encode(List.of("a red apple", "a dog"));
            NDArray expected = same.forward(latents, times, context, patches);
            NDArray actual = model.network()
                    .forward(
                            Operators.converted(latents, precision),
                            times,
                            context.map(array -> Operators.converted(array, precision)),
                            patches);
            assertThat(deviation(Operators.toFloat(actual), expected)).isLessThan(most);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inWholeNumbersTheyComeNearWhateverChangesThem(boolean changed) {
        assumeTrue(Operators.hasWholeProducts(), "this processor does not multiply whole numbers");
        try (Scope scope = Scope.open();
                Checkpoint fast = load(WeightStorage.INT8_FAST);
                Network same = model.network().copy(CPU, Precision.FP32)) {
            Patches patches = changed ? changes(same) : Patches.NONE;
            NDArray latents = random(2, 4, 8, 8);
            NDArray times = manager.create(new float[] {700, 20});
            Context context = model.encode(List.of("a red apple", "a dog"));
            NDArray expected = same.forward(latents, times, context, patches);
            NDArray actual = fast.network().forward(latents, times, context, patches);
            assertThat(deviation(actual, expected)).isBetween(1e-4, 5e-2);
            assertThat(fast.roundings())
                    .anyMatch(note -> note.endsWith("What goes into its layers is rounded as well."));
        }
    }

    @Test
    void gradientsAreThoseOfTheWeightsThatTheyStandFor() {
        try (Scope scope = Scope.open();
                Network same = model.network().copy(CPU, Precision.FP32)) {
            Patches patches = changes(same);
            List<NDArray> leaves = new ArrayList<>();
            same.moduleNames().forEach(layer -> patches.at(layer).forEach(change -> leaves.addAll(change.arrays())));
            leaves.forEach(Gradient::leaf);
            NDArray latents = random(1, 4, 8, 8);
            leaves.add(Gradient.leaf(latents));
            Context context = model.encode(List.of("a red apple"));
            NDArray times = manager.create(new float[] {300});
            List<List<NDArray>> gradients = new ArrayList<>();
            for (Network network : List.of(same, model.network())) {
                gradients.add(Gradient.on(() -> Gradient.of(
                        network.forward(latents, times, context, patches)
                                .square()
                                .mean(),
                        leaves)));
            }
            for (int i = 0; i < leaves.size(); i++) {
                assertThat(deviation(gradients.get(1).get(i), gradients.get(0).get(i)))
                        .as("leaf %d", i)
                        .isLessThan(1e-4);
            }
        }
    }

    @Test
    void whatIsRoundedTakesAByteANumberAndLiesAsBefore() {
        try (Checkpoint plain = load(WeightStorage.FP32)) {
            Weights rounded = model.network().weights();
            Weights whole = plain.network().weights();
            assertThat(rounded.names()).containsExactlyElementsOf(whole.names());
            long narrow = 0;
            for (String name : rounded.names()) {
                NDArray array = rounded.get(name);
                assertThat(array.getShape()).isEqualTo(whole.get(name).getShape());
                if (array.getDataType() == DataType.INT8) {
                    narrow += array.size();
                    // The same layout: otherwise kernels would be turned at every step.
                    try (NDArray wide = rounded.wide(name);
                            NDArray copy = whole.get(name).duplicate()) {
                        assertThat(deviation(wide, copy)).as(name).isLessThan(0.02);
                    }
                }
            }
            long all = whole.arrays().stream().mapToLong(NDArray::size).sum();
            assertThat((double) narrow / all).isGreaterThan(0.9);
            assertThat(rounded.get("conv_in.weight").getDataType()).isEqualTo(DataType.FLOAT16);
        }
    }

    private Path file(String part) {
        Matcher matcher = FILE.matcher(model.roundings().stream()
                .filter(note -> note.contains("\"" + part + "\""))
                .findFirst()
                .orElseThrow());
        assertThat(matcher.find()).isTrue();
        return Path.of(matcher.group(1));
    }

    private float[] output() {
        try (Scope scope = Scope.open()) {
            NDArray latents = manager.ones(new Shape(1, 4, 8, 8));
            NDArray times = manager.create(new float[] {500});
            return model.network()
                    .forward(latents, times, model.encode(List.of("a cat")), Patches.NONE)
                    .toFloatArray();
        }
    }

    /** The built-in model with a config that no other has, so that nobody else reads the rows of its weights. */
    private Path copy() throws IOException {
        Path copy = CopiedFolder.of(BuiltIn.path("builtin:emoji-sd"), folder.resolve("model"));
        Path config = copy.resolve("unet/config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\\{", "{\"_of\": \"" + UUID.randomUUID() + "\","));
        return copy;
    }

    private void reopen(Path copy) {
        model.close();
        model = load(copy, WeightStorage.INT8);
    }

    @Test
    void rowsAreMadeOnceAndAnewWhereTheirFileIsDamaged() throws IOException {
        Path copy = copy();
        reopen(copy);
        assertThat(model.roundings().toString()).contains("made now");
        Path file = file(Parts.DENOISER);
        float[] made = output();
        byte[] written = Files.readAllBytes(file);

        reopen(copy);
        assertThat(model.roundings().toString()).contains("taken from " + file);
        assertThat(output()).containsExactly(made);
        model.close();

        try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
            cut.setLength(written.length / 2);
        }
        reopen(copy);
        assertThat(model.roundings().toString()).contains("made now");
        assertThat(output()).containsExactly(made);
        assertThat(Files.readAllBytes(file)).isEqualTo(written);
    }

    @Test
    void theErrorIsToldInPercentOfTheWeights() {
        assertThat(model.roundings()).hasSize(2).allSatisfy(note -> assertThat(note)
                .containsPattern("off by 0\\.[5-9]\\d % of their size"));
    }

    @Test
    void whatIsSavedAndWhatLearnsAreTheFilesOwnNumbers() throws IOException {
        Path rounded = folder.resolve("rounded.safetensors");
        Path plain = folder.resolve("plain.safetensors");
        try (Checkpoint whole = load(WeightStorage.FP32);
                Network learning = model.networkToLearn();
                TextEncoder reading = model.encoderToLearn(Parts.TEXT)) {
            CheckpointFile.writeSingle(rounded, model, SafeTensors.DType.F32);
            CheckpointFile.writeSingle(plain, whole, SafeTensors.DType.F32);
            same(learning.weights(), whole.network().weights());
            same(reading.weights(), whole.encoder(Parts.TEXT).weights());
            try (LayerWeights layers = LayerWeights.of(model, Parts.DENOISER);
                    LayerWeights expected = LayerWeights.of(whole, Parts.DENOISER)) {
                for (String key : layers.keys()) {
                    assertThat(equal(layers.read(key), expected.read(key)))
                            .as(key)
                            .isTrue();
                }
            }
        }
        try (SafeTensors one = SafeTensors.open(rounded);
                SafeTensors other = SafeTensors.open(plain)) {
            assertThat(one.names()).isEqualTo(other.names());
            for (String name : one.names()) {
                assertThat(one.bytes(name)).as(name).isEqualTo(other.bytes(name));
            }
        }
    }

    private static void same(Weights actual, Weights expected) {
        for (String name : expected.names()) {
            assertThat(equal(actual.get(name), expected.get(name))).as(name).isTrue();
        }
    }

    private static boolean equal(NDArray one, NDArray other) {
        return Arrays.equals(one.toFloatArray(), other.toFloatArray());
    }

    @Test
    void whatWasReadIsFreedWhenItIsSetAside() {
        output();
        model.setAside(Parts.DENOISER, Parts.TEXT);
        long before = NativeArrays.count();
        for (int i = 0; i < 3; i++) {
            output();
            model.setAside(Parts.DENOISER, Parts.TEXT);
        }
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "INT8", "INT8_FAST"})
    void theHashTellsRoundedModelsApart(WeightStorage storage) {
        try (Checkpoint other = load(storage)) {
            assertThat(other.hash().equals(model.hash())).isEqualTo(storage == WeightStorage.INT8);
        }
    }
}
