package graft.model.sd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.model.Weights;
import graft.tensor.Compute;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each model of the reference set, read from its folder and from its single file: the same parts, bit for bit. */
final class ModelFilesGoldenTest {

    @ParameterizedTest
    @CsvSource({"sd15,sd1,1", "sd21,sd2,1", "sdxl,sdxl,2"})
    void allWeightsAreTheSame(String model, String family, int encoders) {
        Path folder = Golden.path("").resolve(model);
        assumeTrue(Files.exists(folder), () -> folder + " is not in this reference set");
        try (NDManager manager = Compute.of("cpu").newManager();
                ModelFiles parts = ModelFiles.open(folder);
                ModelFiles single = ModelFiles.open(folder.resolve("single_file.safetensors"))) {
            assertThat(parts.family()).isEqualTo(single.family()).isEqualTo(family);
            assertThat(parts.unetConfig()).isEqualTo(single.unetConfig());
            assertThat(parts.textConfigs()).isEqualTo(single.textConfigs()).hasSize(encoders);
            assertThat(parts.vaeConfig()).isEqualTo(single.vaeConfig());
            assertThat(parts.scheduler()).isEqualTo(single.scheduler());
            assertSame(parts.unet(manager), single.unet(manager));
            assertSame(parts.vae(manager), single.vae(manager));
            for (int i = 0; i < encoders; i++) {
                assertSame(parts.textEncoder(i, manager), single.textEncoder(i, manager));
            }
        }
    }

    private static void assertSame(Weights.Source one, Weights.Source other) {
        assertThat(one.keys()).isEqualTo(other.keys()).isNotEmpty();
        for (String key : one.keys()) {
            long[] shape = one.shape(key, new long[0]).orElseThrow();
            long[] there = other.shape(key, new long[0]).orElseThrow();
            try (NDArray expected = one.read(key, shape);
                    NDArray found = other.read(key, there)) {
                assertThat(found.toFloatArray()).as(key).isEqualTo(expected.toFloatArray());
                long numbers =
                        java.util.Arrays.stream(shape).filter(axis -> axis > 1).count();
                assertThat(java.util.Arrays.stream(there)
                                .filter(axis -> axis > 1)
                                .count())
                        .as(key)
                        .isEqualTo(numbers);
            }
        }
    }
}
