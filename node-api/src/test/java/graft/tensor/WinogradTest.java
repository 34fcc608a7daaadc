package graft.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large 3×3 convolutions are computed tile by tile where no gradients are wanted, and give the same up to rounding. */
class WinogradTest {

    private static final Compute CPU = Compute.choose("cpu");

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    /**
     * Tiles of four, and at last of two; sides that no tile divides; fewer outputs in the last block; a side of one; two bands.
     *
     * <p>Where gradients are wanted libtorch's convolution computes, in float32: its own rounding is of 1e-6. What one value may
     * be off is what the reference vectors allow, 1e-4 of the deviation.
     */
    @ParameterizedTest
    @CsvSource({"1, 256, 320, 45, 46", "1, 256, 256, 1, 2050", "1, 256, 256, 131, 130", "1, 1280, 1280, 23, 23"})
    void itIsTheConvolution(int n, int in, int out, int height, int width) {
        try (NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            TorchRandom random = new TorchRandom(3);
            NDArray x = random.randn(manager, n, in, height, width);
            NDArray kernel = Operators.channelsLast(random.randn(manager, out, in, 3, 3));
            NDArray bias = random.randn(manager, out);
            NDArray constants = Operators.constants(manager, 1, 1, 1);
            NDArray tiled = Operators.convolution(x, List.of(kernel, bias), Operators.NO_UPDATES, constants);
            NDArray again = Operators.convolution(x, List.of(kernel, bias), Operators.NO_UPDATES, constants);
            NDArray whole =
                    Gradient.on(() -> Operators.convolution(x, List.of(kernel, bias), Operators.NO_UPDATES, constants));

            assertThat(tiled.getShape()).isEqualTo(new Shape(n, out, height, width));
            assertThat(tiled.toFloatArray()).isEqualTo(again.toFloatArray());
            float[] expected = whole.toFloatArray();
            float[] found = tiled.toFloatArray();
            double error = 0;
            double size = 0;
            double most = 0;
            for (int i = 0; i < expected.length; i++) {
                double difference = found[i] - expected[i];
                error += difference * difference;
                most = Math.max(most, Math.abs(difference));
                size += (double) expected[i] * expected[i];
            }
            assertThat(Math.sqrt(error / size)).isPositive().isLessThan(4e-6);
            assertThat(most / Math.sqrt(size / expected.length)).isLessThan(1e-4);
        }
    }
}
