package graft.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.tensor.KeyedRandom;
import org.junit.jupiter.api.Test;

/** Beside torchvision 0.29's adjust_brightness, adjust_contrast, adjust_saturation and adjust_hue on floats. */
class ColoursTest {

    private static final Picture PICTURE =
            new Picture(4, 1, new float[] {0.1f, 0.5f, 0.9f, 0.8f, 0.2f, 0.3f, 0.4f, 0.4f, 0.4f, 0.3f, 0.7f, 0.2f});

    private static void changed(Colours colours, float... expected) {
        assertThat(colours.of(PICTURE).rgb()).containsExactly(expected, within(2e-6f));
    }

    @Test
    void eachIsWhatTorchvisionGives() {
        changed(
                new Colours(1.3, 1, 1, 0),
                0.1300000f,
                0.6500000f,
                1.0000000f,
                1.0000000f,
                0.2600000f,
                0.3900000f,
                0.5200000f,
                0.5200000f,
                0.5200000f,
                0.3900000f,
                0.9100000f,
                0.2600000f);
        changed(
                new Colours(1, 0.7, 1, 0),
                0.2005030f,
                0.4805030f,
                0.7605030f,
                0.6905030f,
                0.2705030f,
                0.3405030f,
                0.4105030f,
                0.4105030f,
                0.4105030f,
                0.3405030f,
                0.6205030f,
                0.2705030f);
        changed(
                new Colours(1, 1, 1.4, 0),
                0.0000000f,
                0.5296040f,
                1.0000000f,
                0.9637120f,
                0.1237120f,
                0.2637120f,
                0.4000160f,
                0.4000160f,
                0.4000160f,
                0.2106520f,
                0.7706519f,
                0.0706520f);
        changed(
                new Colours(1, 1, 1, 0.1),
                0.1799996f,
                0.1000000f,
                0.9000000f,
                0.8000000f,
                0.4600000f,
                0.2000000f,
                0.4000000f,
                0.4000000f,
                0.4000000f,
                0.2000000f,
                0.7000000f,
                0.3999998f);
        changed(
                new Colours(1, 1, 1, -0.37),
                0.6760004f,
                0.9000000f,
                0.1000000f,
                0.2000000f,
                0.4320001f,
                0.8000000f,
                0.4000000f,
                0.4000000f,
                0.4000000f,
                0.7000000f,
                0.2000000f,
                0.4100000f);
        changed(
                new Colours(0.9, 1.2, 0.8, 0.25),
                0.7913132f,
                0.1001136f,
                0.7913136f,
                0.5244954f,
                0.6972953f,
                0.1788953f,
                0.3536911f,
                0.3536911f,
                0.3536911f,
                0.2075477f,
                0.5099478f,
                0.6395478f);
    }

    @Test
    void noChangeIsThePictureItself() {
        assertThat(Colours.NONE.of(PICTURE)).isSameAs(PICTURE);
        assertThat(Colours.Jitter.NONE.draw(KeyedRandom.of(1, "a", 2, "c"))).isEqualTo(Colours.NONE);
    }

    @Test
    void drawsStayWithinTheirBounds() {
        Colours.Jitter jitter = new Colours.Jitter(0.1, 0.2, 0.3, 0.05);
        for (int i = 0; i < 200; i++) {
            Colours drawn = jitter.draw(KeyedRandom.of(1, "a", i, "c"));
            assertThat(drawn.brightness()).isBetween(0.9, 1.1);
            assertThat(drawn.contrast()).isBetween(0.8, 1.2);
            assertThat(drawn.saturation()).isBetween(0.7, 1.3);
            assertThat(drawn.hue()).isBetween(-0.05, 0.05);
        }
    }
}
