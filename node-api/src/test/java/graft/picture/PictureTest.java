package graft.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PictureTest {

    @Test
    void anImageComesBackAsItWas() {
        BufferedImage image = noise(5, 3);

        BufferedImage back = Picture.of(image).toBufferedImage();

        assertThat(back.getRGB(0, 0, 5, 3, null, 0, 5)).isEqualTo(image.getRGB(0, 0, 5, 3, null, 0, 5));
    }

    @Test
    void planesAreAnEncodersOrderAndRange() {
        Picture picture = new Picture(2, 1, new float[] {0, 0.5f, 1, 0.25f, 0.75f, 0});

        assertThat(picture.toPlanes()).containsExactly(-1, -0.5f, 0, 0.5f, 1, -1);
        assertThat(Picture.ofPlanes(picture.toPlanes(), 0, 2, 1)).isEqualTo(picture);
    }

    @Test
    void valuesBeyondTheRangeOfADecoderAreClamped() {
        assertThat(Picture.ofPlanes(new float[] {9, -1.5f, 3, 0}, 1, 1, 1).rgb())
                .containsExactly(0, 1, 0.5f);
    }

    @Test
    void croppingKeepsTheMiddle() {
        Picture wide = columns(0, 0, 0.5f, 0.5f, 1, 1);

        Picture square = wide.fitted(2, 2, Fit.CROP);

        assertThat(square.rgb()).containsOnly(0.5f);
    }

    @Test
    void paddingKeepsAllAndAddsWhite() {
        Picture wide = columns(0, 0, 0, 0);

        Picture square = wide.fitted(4, 4, Fit.PAD);

        for (int y = 0; y < 4; y++) {
            assertThat(square.rgb()[y * 12]).isEqualTo(y == 1 || y == 2 ? 0f : 1f);
        }
    }

    @Property(tries = 100)
    void anyFitGivesTheSizeAskedForAndKeepsAnEvenColour(
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 40) int toWidth,
            @ForAll @IntRange(min = 1, max = 40) int toHeight,
            @ForAll Fit fit) {
        float[] white = new float[width * height * 3];
        java.util.Arrays.fill(white, 1f);

        Picture fitted = new Picture(width, height, white).fitted(toWidth, toHeight, fit);

        assertThat(fitted.width()).isEqualTo(toWidth);
        assertThat(fitted.height()).isEqualTo(toHeight);
        for (float value : fitted.rgb()) {
            assertThat(value).isCloseTo(1f, within(1e-6f));
        }
    }

    /** Two rows high, the given grey for each column. */
    private static Picture columns(float... greys) {
        float[] rgb = new float[greys.length * 6];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = greys[i / 3 % greys.length];
        }
        return new Picture(greys.length, 2, rgb);
    }

    private static BufferedImage noise(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return image;
    }
}
