package graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights kept as narrow as they are in the file give the same bits as weights that were widened once. */
class WeightStorageTest {

    private static final Compute CPU = Compute.choose("cpu");

    @TempDir
    private Path folder;

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    /** The model of the reference vectors, its weights rounded. */
    private Path rounded(String model, DType dtype) throws IOException {
        Path from = Golden.ours(model);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(from.relativize(file));
                Files.createDirectories(to.getParent());
                if (!file.toString().endsWith(".safetensors")) {
                    Files.copy(file, to);
                } else if (file.getParent().getParent().equals(from)) {
                    try (SafeTensors read = SafeTensors.open(file)) {
                        List<Tensor> tensors = new ArrayList<>();
                        read.names()
                                .forEach(name -> tensors.add(
                                        Tensor.of(name, dtype, read.entry(name).shape(), read.floats(name))));
                        SafeTensors.write(to, tensors, Map.of());
                    }
                }
            }
        }
        return folder;
    }

    /** What network and text encoders give, with a low-rank change that learns; and its gradients. */
    private static List<float[]> results(Path model, WeightStorage storage) {
        List<float[]> results = new ArrayList<>();
        try (Checkpoint checkpoint =
                        Checkpoint.load(model, java.util.Optional.empty(), CPU, UnaryOperator.identity(), storage);
                NDManager manager = CPU.newManager();
                SafeTensors expected = SafeTensors.open(Golden.ours("sdxl/expected.safetensors"));
                Scope scope = Scope.open()) {
            Context context = checkpoint.anything(2).of(new PictureSizes(64, 48, 3, 0, 32, 32), manager);
            context.arrays().forEach(array -> results.add(array.toFloatArray()));
            NDArray latents = Golden.array(manager, expected, "unet.sample");
            String layer = checkpoint.network().moduleNames().stream()
                    .filter(name -> name.endsWith("attn1.to_q"))
                    .findFirst()
                    .orElseThrow();
            long[] shape = checkpoint.network().weightShape(layer);
            NDArray down = Gradient.leaf(manager.ones(new ai.djl.ndarray.types.Shape(2, shape[1])));
            NDArray up = Gradient.leaf(manager.ones(new ai.djl.ndarray.types.Shape(shape[0], 2)));
            Patches patches = Patches.of(Map.of(layer, List.of(new LowRank(down, up, 0.01))));
            Gradient.on(() -> {
                NDArray out =
                        checkpoint.network().forward(latents, manager.create(new float[] {500, 3}), context, patches);
                results.add(out.toFloatArray());
                Gradient.of(out.square().mean(), List.of(down, up))
                        .forEach(gradient -> results.add(gradient.toFloatArray()));
                return 0;
            });
            assertThat(checkpoint.networkDamage()).isEmpty();
        }
        return results;
    }

    @ParameterizedTest
    @CsvSource({"sd15,F16", "sdxl,F16", "sdxl,BF16"})
    void theResultIsTheSameBitForBit(String model, DType dtype) throws IOException {
        Path rounded = rounded(model, dtype);
        List<float[]> wide = results(rounded, WeightStorage.FP32);
        List<float[]> narrow = results(rounded, WeightStorage.AS_IN_FILE);
        assertThat(wide).hasSizeGreaterThanOrEqualTo(4);
        for (int i = 0; i < wide.size(); i++) {
            assertThat(narrow.get(i)).as("result " + i).containsExactly(wide.get(i));
        }
    }

    @ParameterizedTest
    @CsvSource({"sd15,F16", "sdxl,BF16"})
    void anArrayTakesTwoBytesANumber(String model, DType dtype) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.load(
                rounded(model, dtype),
                java.util.Optional.empty(),
                CPU,
                UnaryOperator.identity(),
                WeightStorage.AS_IN_FILE)) {
            assertThat(checkpoint.network().weights().arrays())
                    .noneMatch(array -> array.getDataType() == DataType.FLOAT32);
        }
    }
}
