package graft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of int8 rows in whole numbers: sums are exact, and what goes in is rounded by its own row or picture alone. */
class WholeProductsTest {

    private static final ScriptedModule LAYERS = new ScriptedModule(WholeProductsTest.class, "layers.torchscript");

    private NDManager manager;
    private Scope scope;

    @BeforeEach
    void open() {
        assumeTrue(Operators.hasWholeProducts(), "this processor does not multiply whole numbers");
        Compute.prepareThread();
        manager = Compute.choose("cpu").newManager();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        if (scope != null) {
            scope.close();
            manager.close();
        }
    }

    private static NDArray called(String layer, NDArray x, NDArray rows, NDArray scales) {
        return LAYERS.call(layer)
                .with(x)
                .with(rows)
                .with(scales)
                .with(Operators.NO_UPDATES)
                .run();
    }

    /** By the formula, in float64: what goes in is rounded to 127 parts of the largest of its row. */
    private static NDArray expected(NDArray x, NDArray rows, NDArray scales) {
        NDArray wide = x.toType(DataType.FLOAT64, false);
        NDArray scale = wide.abs().max(new int[] {1}, true).div(127);
        return wide.div(scale)
                .round()
                .matMul(rows.toType(DataType.FLOAT64, false).transpose())
                .mul(scale)
                .mul(scales.get("0:1"))
                .add(scales.get("1:2"));
    }

    private static double deviation(NDArray actual, NDArray expected) {
        NDArray wide = actual.toType(DataType.FLOAT64, false);
        return Math.sqrt(wide.sub(expected).square().mean().getDouble()
                / expected.square().mean().getDouble());
    }

    @ParameterizedTest
    @CsvSource({"1,64,32", "77,320,640", "513,40,1000", "2048,320,320"})
    void aLinearLayerIsWhatTheFormulaSays(int count, int in, int out) {
        NDArray x = manager.randomNormal(new Shape(count, in));
        NDArray rows = WholeLayers.rows(manager, out, in);
        NDArray scales = WholeLayers.scales(manager, out);
        // A number that lies between two parts falls to either by the last bit of its scale.
        assertThat(deviation(called("linear", x, rows, scales), expected(x, rows, scales)))
                .isLessThan(2e-4);
    }

    @Test
    void itComesNearToTheLayerInFloat32() {
        NDArray x = manager.randomNormal(new Shape(200, 320));
        NDArray rows = WholeLayers.rows(manager, 640, 320);
        NDArray scales = WholeLayers.scales(manager, 640);
        NDArray wide = called("linear", x, rows, scales.toType(DataType.FLOAT32, false));
        assertThat(deviation(called("linear", x, rows, scales), wide.toType(DataType.FLOAT64, false)))
                .isBetween(1e-3, 1e-2);
    }

    @ParameterizedTest
    @CsvSource({"convolution,9,7", "convolution,80,70", "halving,16,12"})
    void aConvolutionIsThatOfRoundedPictures(String layer, int height, int width) {
        NDArray x = Operators.channelsLast(manager.randomNormal(new Shape(2, 32, height, width)));
        NDArray rows = Operators.channelsLast(WholeLayers.rows(manager, 48, 32, 3, 3));
        NDArray scales = WholeLayers.scales(manager, 48);
        NDArray scale = x.reshape(2, -1).abs().max(new int[] {1}, true).div(127).reshape(2, 1, 1, 1);
        NDArray rounded = Operators.channelsLast(x.div(scale).round().mul(scale));

        NDArray actual = called(layer, x, rows, scales);

        NDArray expected = called(layer, rounded, rows, scales.toType(DataType.FLOAT32, false));
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        assertThat(deviation(actual, expected.toType(DataType.FLOAT64, false))).isLessThan(2e-4);
    }

    @ParameterizedTest
    @CsvSource({"linear", "convolution"})
    void aPictureIsTheSameWhateverIsBesideIt(String layer) {
        boolean linear = layer.equals("linear");
        NDArray x = linear
                ? manager.randomNormal(new Shape(600, 64))
                : Operators.channelsLast(manager.randomNormal(new Shape(3, 64, 20, 10)));
        NDArray rows = linear
                ? WholeLayers.rows(manager, 96, 64)
                : Operators.channelsLast(WholeLayers.rows(manager, 96, 64, 3, 3));
        NDArray scales = WholeLayers.scales(manager, 96);
        NDArray second = linear ? x.get("200:400") : Operators.channelsLast(x.get("1:2"));

        float[] alone = called(layer, second, rows, scales).toFloatArray();

        NDArray all = called(layer, x, rows, scales);
        assertThat((linear ? all.get("200:400") : all.get("1:2")).toFloatArray())
                .containsExactly(alone);
    }

    @Test
    void whatIsNoNumberStaysSoAndNothingStaysNothing() {
        float[] numbers = new float[2 * 32];
        IntStream.range(0, 32).forEach(i -> numbers[i] = i == 3 ? Float.NaN : 1);
        NDArray x = manager.create(numbers, new Shape(2, 32));
        NDArray scales = WholeLayers.scales(manager, 8);
        float[] result =
                called("linear", x, WholeLayers.rows(manager, 8, 32), scales).toFloatArray();
        float[] biases = scales.get("1:2").toType(DataType.FLOAT32, false).toFloatArray();
        for (int i = 0; i < 8; i++) {
            assertThat(result[i]).isNaN();
            assertThat(result[8 + i]).isCloseTo(biases[i], within(1e-7f));
        }
    }

    @Test
    void whereAGradientIsAskedForRowsAreWidened() {
        NDArray x = manager.randomNormal(new Shape(40, 64));
        NDArray rows = WholeLayers.rows(manager, 32, 64);
        NDArray scales = WholeLayers.scales(manager, 32);
        float[] wide = called("linear", x, rows, scales.toType(DataType.FLOAT32, false))
                .toFloatArray();
        float[] recorded = Gradient.on(() -> called("linear", x, rows, scales).toFloatArray());
        assertThat(recorded).containsExactly(wide, within(1e-4f));
        assertThat(called("linear", x, rows, scales).toFloatArray()).isNotEqualTo(recorded);
    }
}
