package graft.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers that nothing can be computed with are found in any precision and wherever they lie. */
class FiniteTest {

    /** More than one piece of those that narrow numbers are looked at by, and no whole number of them. */
    private static final int COUNT = (1 << 20) + 90;

    private NDManager manager;

    @BeforeEach
    void open() {
        Compute.prepareThread();
        manager = Compute.choose("cpu").newManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static boolean areSound(NDArray numbers, Precision precision) {
        return Finite.squares(precision == Precision.FP32 ? numbers : Operators.converted(numbers, precision));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void oneThatIsNoneIsFoundAtTheEndToo(Precision precision) {
        float[] numbers = new float[COUNT];
        for (float last : new float[] {3, Float.NaN, Float.NEGATIVE_INFINITY}) {
            numbers[COUNT - 1] = last;
            assertThat(areSound(manager.create(numbers), precision))
                    .as("ends in %s", last)
                    .isEqualTo(last == 3);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aKernelInChannelsLastMemoryIsLookedAtWhole(Precision precision) {
        NDArray kernel = Operators.channelsLast(manager.ones(new Shape(6, 5, 3, 3)));
        assertThat(areSound(kernel, precision)).isTrue();
        kernel.set(new NDIndex("5,4,2,2"), Float.NaN);
        assertThat(areSound(kernel, precision)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "BF16"})
    void numbersWhoseSquaresAreTooLargeAreNot(Precision precision) {
        assertThat(areSound(manager.full(new Shape(COUNT), 0x1p50f), precision)).isTrue();
        assertThat(areSound(manager.full(new Shape(COUNT), 0x1p57f), precision)).isFalse();
    }
}
