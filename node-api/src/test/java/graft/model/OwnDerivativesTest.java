package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import graft.Golden;
import graft.file.BuiltIn;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.NativeArrays;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import graft.tensor.Tape;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frozen blocks that go back by derivatives of their own, beside libtorch's record of the same. */
class OwnDerivativesTest {

    private static final Compute CPU = Compute.choose("cpu");

    private static final int TIME = 24;

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    /** Windows gathered and given back, by oneDNN and without; tiles; libtorch's own; weights kept narrow and as int8 rows. */
    @ParameterizedTest
    @CsvSource({
        "512, 256, 512, 5, 6, FP32",
        "1280, 0, 1280, 4, 4, FP32",
        "512, 0, 512, 32, 33, FP32",
        "1024, 0, 832, 17, 16, FP32",
        "1024, 0, 832, 17, 16, AS_IN_FILE",
        "512, 0, 512, 5, 6, AS_IN_FILE",
        "64, 32, 96, 9, 8, FP32",
        "64, 0, 64, 9, 8, INT8",
        "512, 0, 512, 5, 6, INT8",
        "512, 256, 512, 5, 6, INT8_FAST",
        "64, 0, 64, 30, 30, INT8_FAST"
    })
    void aResnetsGradientsAreThoseOfTheRecord(
            int channels, int joined, int out, int height, int width, WeightStorage storage) {
        try (NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            Weights weights = Weights.of(new Random(new RandomWeights(manager), storage, manager));
            ResnetBlock block = new ResnetBlock(weights, channels + joined, out, TIME, 32, 1e-5, manager);
            TorchRandom numbers = new TorchRandom(5);
            NDArray x = Operators.channelsLast(numbers.randn(manager, 2, channels, height, width));
            NDArray skip = joined == 0
                    ? Operators.NONE
                    : Operators.channelsLast(numbers.randn(manager, 2, joined, height, width));
            NDArray time = numbers.randn(manager, 2, TIME);
            NDArray weight = Operators.channelsLast(numbers.randn(manager, 2, out, height, width));
            List<NDArray> leaves = joined == 0 ? List.of(x, time) : List.of(x, skip, time);

            leaves.forEach(Gradient::leaf);
            NDArray recorded = Gradient.on(() -> block.forward(x, skip, time, Patches.NONE));
            List<NDArray> expected = new ArrayList<>(List.of(recorded.stopGradient()));
            expected.addAll(Gradient.on(() -> Gradient.of(recorded.mul(weight).sum(), leaves)));
            List<NDArray> once = taped(block, leaves, weight, manager);
            List<NDArray> again = taped(block, leaves, weight, manager);
            for (int i = 0; i < expected.size(); i++) {
                float[] found = once.get(i).toFloatArray();
                assertThat(again.get(i).toFloatArray()).isEqualTo(found);
                double off = off(found, expected.get(i).toFloatArray());
                if (storage == WeightStorage.INT8_FAST && Operators.hasWholeProducts()) {
                    assertThat(off).as("result %d", i).isBetween(1e-4, 5e-2);
                } else {
                    assertThat(off).as("result %d", i).isLessThan(2e-5);
                }
            }
        }
    }

    /** With the built-in model's own weights: rounding what comes back leaves the direction in which a LoRA learns. */
    @Test
    void gradientsInWholeNumbersAreAFewHundredthsOff() {
        assumeTrue(Operators.hasWholeProducts(), "this processor does not multiply whole numbers");
        try (Checkpoint model = Checkpoint.load(
                        BuiltIn.path("builtin:emoji-sd"),
                        Optional.empty(),
                        CPU,
                        UnaryOperator.identity(),
                        WeightStorage.INT8_FAST);
                NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            Network network = model.network();
            TorchRandom numbers = new TorchRandom(8);
            NDArray latents = numbers.randn(manager, 2, model.spec().latentChannels(), 16, 16);
            NDArray weight = numbers.randn(manager, 2, model.spec().latentChannels(), 16, 16);
            NDArray times = manager.create(new float[] {100, 700});
            Context told = model.encode(List.of("a red apple", "a dog face"));
            List<NDArray> leaves = new ArrayList<>();
            Map<String, List<Change>> changes = new LinkedHashMap<>();
            for (String path : network.moduleNames()) {
                if (path.matches(".*(to_q|to_v|net\\.2)")) {
                    long[] shape = network.weightShape(path);
                    NDArray down = numbers.randn(manager, 2, shape[1]).mul(0.1f);
                    NDArray up = numbers.randn(manager, shape[0], 2).mul(0.1f);
                    changes.put(path, List.of(new LowRank(down, up, 0.1)));
                    leaves.addAll(List.of(down, up));
                }
            }
            Patches patches = Patches.of(changes);
            leaves.forEach(Gradient::leaf);

            List<NDArray> expected = Gradient.on(() -> Gradient.of(
                    network.forward(latents, times, told, patches).mul(weight).sum(), leaves));
            List<NDArray> actual = new ArrayList<>(Collections.nCopies(leaves.size(), null));
            try (Tape tape = Tape.ofRecords(manager, true)) {
                NDArray predicted = Gradient.on(() -> network.forward(latents, times, told, patches, tape));
                tape.backward(predicted, weight.duplicate(), leaves, actual, manager, () -> {});
            }
            double[] off = IntStream.range(0, leaves.size())
                    .mapToDouble(i ->
                            off(actual.get(i).toFloatArray(), expected.get(i).toFloatArray()))
                    .sorted()
                    .toArray();
            assertThat(off[off.length / 2]).isBetween(1e-3, 5e-2);
            assertThat(off[off.length - 1]).isLessThan(0.2);
        }
    }

    /** Factors over the transformers learn, and the text; blocks without a derivative keep their record or are computed twice. */
    @Test
    void aNetworksGradientsAreThoseOfTheRecord() {
        try (Checkpoint model = Checkpoint.load(Golden.ours("sd15"), CPU);
                NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            TorchRandom numbers = new TorchRandom(6);
            Network network = model.network();
            NDArray latents = numbers.randn(manager, 2, model.spec().latentChannels(), 16, 16);
            NDArray weight = numbers.randn(manager, 2, model.spec().latentChannels(), 16, 16);
            NDArray times = manager.create(new float[] {10, 700});
            NDArray states =
                    numbers.randn(manager, 2, 7, model.encoder(Parts.TEXT).width());
            List<NDArray> leaves = new ArrayList<>(List.of(states));
            Map<String, List<Change>> changes = new LinkedHashMap<>();
            for (String path : network.moduleNames()) {
                if (path.matches(".*(to_k|to_out\\.0|proj_in|proj_out|net\\.0\\.proj|net\\.2)")) {
                    long[] shape = network.weightShape(path);
                    NDArray down = numbers.randn(manager, 2, shape[1]);
                    NDArray up = numbers.randn(manager, shape[0], 2);
                    changes.put(path, List.of(new LowRank(down, up, 0.1)));
                    leaves.addAll(List.of(down, up));
                }
            }
            Patches patches = Patches.of(changes);
            leaves.forEach(Gradient::leaf);

            List<NDArray> expected = Gradient.on(() -> {
                Context told = Context.of(states.reshape(states.getShape()));
                NDArray predicted = network.forward(latents, times, told, patches);
                return Gradient.of(predicted.mul(weight).sum(), leaves);
            });
            List<NDArray> once = new ArrayList<>(Collections.nCopies(leaves.size(), null));
            List<NDArray> twice = new ArrayList<>(once);
            for (boolean again : new boolean[] {false, true}) {
                try (Tape tape = again ? Tape.of(manager, true) : Tape.ofRecords(manager, true)) {
                    NDArray predicted = Gradient.on(() -> network.forward(
                            latents, times, Context.of(states.reshape(states.getShape())), patches, tape));
                    tape.backward(predicted, weight.duplicate(), leaves, again ? twice : once, manager, () -> {});
                }
            }
            for (int i = 0; i < leaves.size(); i++) {
                float[] found = once.get(i).toFloatArray();
                assertThat(off(found, expected.get(i).toFloatArray()))
                        .as("leaf %d of shape %s", i, leaves.get(i).getShape())
                        .isLessThan(2e-5);
                assertThat(twice.get(i).toFloatArray()).isEqualTo(found);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsLeftOfABackwardPass(boolean again) {
        try (Checkpoint model = Checkpoint.load(Golden.ours("sd15"), CPU)) {
            Network network = model.network();
            String path = network.moduleNames().stream()
                    .filter(each -> each.endsWith("attn2.to_v"))
                    .findFirst()
                    .orElseThrow();
            List<Long> alive = new ArrayList<>();
            for (int pass = 0; pass < 3; pass++) {
                try (NDManager manager = CPU.newManager();
                        Scope scope = Scope.open();
                        Tape tape = again ? Tape.of(manager, true) : Tape.ofRecords(manager, true)) {
                    TorchRandom numbers = new TorchRandom(7);
                    NDArray latents = numbers.randn(manager, 1, model.spec().latentChannels(), 16, 16);
                    NDArray states = numbers.randn(
                            manager, 1, 7, model.encoder(Parts.TEXT).width());
                    long[] shape = network.weightShape(path);
                    List<NDArray> leaves =
                            List.of(numbers.randn(manager, 2, shape[1]), numbers.randn(manager, shape[0], 2));
                    leaves.forEach(Gradient::leaf);
                    Patches patches = Patches.of(Map.of(path, List.of(new LowRank(leaves.get(0), leaves.get(1), 1))));
                    NDArray predicted = Gradient.on(() -> network.forward(
                            latents, manager.create(new float[] {10}), Context.of(states), patches, tape));
                    List<NDArray> gradients = new ArrayList<>(Collections.nCopies(2, null));
                    tape.backward(predicted, latents.duplicate(), leaves, gradients, manager, () -> {});
                    assertThat(gradients).doesNotContainNull();
                }
                alive.add(NativeArrays.count());
            }
            assertThat(alive.get(2)).isEqualTo(alive.get(1));
        }
    }

    /** Random weights, those of layers as int8 rows or rounded to 16 bits where asked for. */
    private record Random(RandomWeights wide, WeightStorage storage, NDManager manager) implements Weights.Source {
        @Override
        public String name() {
            return wide.name();
        }

        @Override
        public Set<String> keys() {
            return wide.keys();
        }

        @Override
        public Optional<long[]> shape(String key, long[] wanted) {
            return wide.shape(key, wanted);
        }

        @Override
        public NDArray read(String key, long[] shape) {
            NDArray read = wide.read(key, shape);
            return storage == WeightStorage.AS_IN_FILE ? Operators.converted(read, Precision.FP16) : read;
        }

        @Override
        public Optional<Int8Rows> rows(String key, long[] shape) {
            if (!storage.isRounded()) {
                return Optional.empty();
            }
            List<NDArray> rows = Operators.int8Rows(wide.read(key, shape));
            rows.forEach(each -> each.attach(manager));
            NDArray scales =
                    storage == WeightStorage.INT8 ? rows.get(1) : rows.get(1).toType(DataType.FLOAT64, false);
            return Optional.of(new Int8Rows(rows.get(0), scales));
        }
    }

    /** The result, then the gradients by the inputs. */
    private static List<NDArray> taped(ResnetBlock block, List<NDArray> leaves, NDArray weight, NDManager manager) {
        List<NDArray> found;
        try (Tape tape = Tape.ofRecords(manager, true)) {
            Optional<Tape.Derivative> derivative = block.derivative(Patches.NONE, tape);
            // Not the leaves themselves: DJL tells lists by the names of what is in them.
            NDArray[] inputs = leaves.stream()
                    .map(leaf -> Gradient.on(() -> leaf.reshape(leaf.getShape())))
                    .toArray(NDArray[]::new);
            NDArray result = Gradient.on(() -> tape.through(derivative.orElseThrow(), inputs));
            List<NDArray> gradients = new ArrayList<>(Collections.nCopies(leaves.size(), null));
            tape.backward(result, weight.duplicate(), leaves, gradients, manager, () -> {});
            found = new ArrayList<>(List.of(result));
            found.addAll(gradients);
        }
        return found;
    }

    /** How far two are apart, in norms of the second. */
    private static double off(float[] found, float[] expected) {
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += ((double) found[i] - expected[i]) * ((double) found[i] - expected[i]);
            size += (double) expected[i] * expected[i];
        }
        return Math.sqrt(error / size);
    }
}
