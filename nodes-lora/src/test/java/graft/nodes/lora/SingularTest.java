package graft.nodes.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.tensor.NativeArrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The largest singular values found from random directions, beside all of them. */
class SingularTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = Compute.choose("cpu").newManager();
        Compute.prepareThread();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray random(String name, long... shape) {
        Shape whole = new Shape(shape);
        return manager.create(KeyedRandom.of(0, "test", 0, name).normal(Math.toIntExact(whole.size())), whole);
    }

    /** Values that fall off as a power: a training's differences fall off as 0.5 to 1. */
    private NDArray falling(int out, int in, double power) {
        float[] left = Singular.of(random("left", out, out)).left();
        float[] right = Singular.of(random("right", out, in)).right();
        for (int o = 0; o < out; o++) {
            for (int k = 0; k < out; k++) {
                left[o * out + k] *= (float) Math.pow(k + 1, -power);
            }
        }
        try (NDArray a = manager.create(left, new Shape(out, out));
                NDArray b = manager.create(right, new Shape(out, in))) {
            return a.matMul(b);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, 16", "1, 16", "0.5, 4", "2, 32"})
    void theLargestAreFound(double power, int wanted) {
        try (NDArray change = falling(160, 240, power)) {
            Singular near = Singular.near(change, wanted, KeyedRandom.of(1, "test", 0, "start"));
            Singular all = Singular.of(change);

            assertThat(near.values()).hasSizeLessThan(all.values().length);
            assertThat(all.values()[9]).isCloseTo((float) Math.pow(10, -power), within(1e-5f));
            for (int i = 0; i < wanted; i++) {
                assertThat(near.values()[i]).isCloseTo(all.values()[i], within(3e-4f * all.values()[i]));
            }
            assertThat(near.kept(wanted)).isCloseTo(all.kept(wanted), within(1e-3));
            assertThat(near.energy()).isEqualTo(all.energy());
        }
    }

    @Test
    void aSeedFindsTheSameBitForBitAndNothingIsLeft() {
        try (NDArray change = random("change", 128, 3, 3, 128)) {
            Singular first = Singular.near(change, 8, KeyedRandom.of(1, "test", 0, "start"));
            long arrays = NativeArrays.count();
            Singular again = Singular.near(change, 8, KeyedRandom.of(1, "test", 0, "start"));
            assertThat(again.left()).containsExactly(first.left());
            assertThat(again.right()).containsExactly(first.right());
            assertThat(NativeArrays.count()).isEqualTo(arrays);
        }
    }
}
