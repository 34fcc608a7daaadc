package graft.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.Golden;
import graft.file.SafeTensors;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scaled planes, grown masks: the numbers of ComfyUI's functions, which torch and Pillow computed. */
class ScalingGoldenTest {

    private static final SafeTensors REFERENCE =
            SafeTensors.open(Golden.resource("/comfy-pictures/comfy-pictures.safetensors"));

    @AfterAll
    static void close() {
        REFERENCE.close();
    }

    static Stream<Arguments> sizes() {
        return Stream.of("latents", "picture").flatMap(of -> Stream.of(
                        "12x9.disabled",
                        "5x3.disabled",
                        "8x6.disabled",
                        "7x11.disabled",
                        "9x4.center",
                        "4x9.center",
                        "16x16.center")
                .flatMap(size -> Stream.of(Scaling.values())
                        .filter(way -> way != (of.equals("latents") ? Scaling.LANCZOS : Scaling.BISLERP))
                        .map(way -> Arguments.of(of, way, size))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("sizes")
    void planesAreScaledAsByComfyUi(String of, Scaling way, String size) {
        long[] shape = REFERENCE.entry(of).shape();
        String name = way == Scaling.NEAREST ? "nearest-exact" : way.name().toLowerCase(Locale.ROOT);
        String wanted = of + "." + name + "." + size;
        long[] to = REFERENCE.entry(wanted).shape();

        float[] scaled = way.scaled(
                REFERENCE.floats(of),
                (int) shape[3],
                (int) shape[2],
                (int) to[3],
                (int) to[2],
                size.endsWith("center") ? Crop.CENTER : Crop.NONE);

        assertThat(scaled).containsExactly(REFERENCE.floats(wanted), within(2e-6f));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 6})
    void aMaskGrowsAsForInpainting(int side) {
        Mask mask = new Mask(11, 10, List.of(REFERENCE.floats("inpaint.mask")));

        // the picture is of 22 × 19 pixels, of which a latent position takes 4 × 4
        Mask grown = mask.scaled(22, 19, Scaling.BILINEAR).cut(1, 1, 20, 16).grown(side);

        assertThat(grown.planes().get(0)).isEqualTo(REFERENCE.floats("inpaint.grown." + side));
        assertThat(grown.planes().get(0)).contains(0, 1);
    }

    @Test
    void aHalfIsRoundedToNothing() {
        Mask mask = new Mask(4, 1, List.of(new float[] {0.5f, 0.51f, 1, 0.2f}));

        assertThat(mask.rounded().planes().get(0)).containsExactly(0, 1, 1, 0);
    }

    @Test
    void aMaskServesSoManyPictures() {
        Mask two = new Mask(1, 1, List.of(new float[] {0}, new float[] {1}));

        assertThat(two.repeated(3).planes().stream().map(plane -> plane[0])).containsExactly(0f, 1f, 0f);
        assertThat(Mask.filled(2, 1, 0.5f).repeated(2).count()).isEqualTo(2);
    }

    @Test
    void whatIsNoMaskIsRefused() {
        assertThatThrownBy(() -> new Mask(2, 2, List.of(new float[3]))).hasMessageContaining("3 values for 2×2");
        assertThatThrownBy(() -> new Mask(1, 1, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPictureIsScaledByItsColours() {
        float[] planes = REFERENCE.floats("picture");
        float[] mixed = new float[planes.length];
        IntStream.range(0, mixed.length).forEach(i -> mixed[i] = planes[i % 3 * 63 + i / 3]);

        Picture scaled = new Picture(9, 7, mixed).scaled(12, 9, Scaling.BICUBIC, Crop.NONE);

        float[] wanted = REFERENCE.floats("picture.bicubic.12x9.disabled");
        IntStream.range(0, 108).forEach(i -> assertThat(Arrays.copyOfRange(scaled.rgb(), 3 * i, 3 * i + 3))
                .containsExactly(new float[] {wanted[i], wanted[108 + i], wanted[216 + i]}, within(2e-6f)));
    }
}
