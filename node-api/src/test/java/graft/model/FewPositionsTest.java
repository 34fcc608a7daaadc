package graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large weights at few positions are multiplied in other ways, up to rounding the same as by libtorch in float64. */
class FewPositionsTest {

    private static final Compute CPU = Compute.choose("cpu");

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    /** A linear layer by oneDNN; a frozen convolution by rows, and one that learns, at more positions. */
    @ParameterizedTest
    @CsvSource({
        "1280, 1280, 1, 4, false",
        "1280, 1280, 3, 8, false",
        "1100, 1100, 3, 16, false",
        "800, 768, 3, 20, true"
    })
    void theyAreTheLayer(int in, int out, int side, int size, boolean learns) {
        try (NDManager manager = CPU.newManager();
                Scope scope = Scope.open()) {
            TorchRandom random = new TorchRandom(3);
            NDArray x = random.randn(manager, 1, in, size, size + 1);
            NDArray kernel = Operators.channelsLast(random.randn(manager, out, in, side, side));
            NDArray bias = random.randn(manager, out);
            List<NDArray> single = computed(x, kernel, bias, side, learns);
            List<NDArray> again = computed(x, kernel, bias, side, learns);
            List<NDArray> exact = computed(
                    x.toType(DataType.FLOAT64, true),
                    Operators.channelsLast(kernel.toType(DataType.FLOAT64, true)),
                    bias.toType(DataType.FLOAT64, true),
                    side,
                    learns);
            for (int i = 0; i < exact.size(); i++) {
                float[] found = single.get(i).toFloatArray();
                assertThat(found).isEqualTo(again.get(i).toFloatArray());
                double[] expected = exact.get(i).toDoubleArray();
                double error = 0;
                double most = 0;
                for (int j = 0; j < expected.length; j++) {
                    double difference = found[j] - expected[j];
                    error += difference * difference;
                    most += expected[j] * expected[j];
                }
                assertThat(Math.sqrt(error / most)).as("result %d", i).isLessThan(2e-6);
            }
        }
    }

    /** The layer without gradients; and with them, if the weight learns those of the result's sum of squares too. */
    private static List<NDArray> computed(NDArray x, NDArray kernel, NDArray bias, int side, boolean learns) {
        int padding = side / 2;
        NDArray constants = Operators.constants(x.getManager(), 1, padding, padding);
        List<NDArray> weights = List.of(kernel, bias);
        List<NDArray> results = new ArrayList<>();
        results.add(Blocks.convolution(x, weights, Operators.NO_UPDATES, constants));
        List<NDArray> leaves = learns ? List.of(x, kernel, bias) : List.of(x);
        leaves.forEach(Gradient::leaf);
        results.addAll(Gradient.on(() -> Gradient.of(
                Blocks.convolution(x, weights, Operators.NO_UPDATES, constants)
                        .square()
                        .sum(),
                leaves)));
        leaves.forEach(Gradient::settled);
        return results;
    }
}
