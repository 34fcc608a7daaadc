package graft.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.file.ImageFile;
import graft.file.Location;
import graft.picture.Fit;
import graft.picture.Picture;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** What the structure of a picture is swayed by, and what not. */
class StructureTest {

    private static final Shape DISC = new Ellipse2D.Double(12, 12, 40, 40);
    private static final Shape BOX = new Rectangle(14, 14, 36, 36);

    private static double likeness(Picture one, Picture other) {
        return Similarity.cosine(Structure.of(one), Structure.of(other));
    }

    private static Picture subject(String name) {
        Path file = Location.of("builtin:samples/subject-" + name + "/" + name + "-1.png", "file", "a picture");
        return Picture.of(ImageFile.read(file)).fitted(64, 64, Fit.CROP);
    }

    private static Picture changed(Picture picture, int[] channels, boolean inverted) {
        float[] rgb = new float[picture.rgb().length];
        for (int i = 0; i < rgb.length; i++) {
            float value = picture.rgb()[i / 3 * 3 + channels[i % 3]];
            rgb[i] = inverted ? 1 - value : value;
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }

    /** Every hue moved on by a part of the circle, at the same saturation and brightness. */
    private static Picture hueMoved(Picture picture, double part) {
        float[] rgb = new float[picture.rgb().length];
        for (int i = 0; i < rgb.length; i += 3) {
            float[] hsb = Color.RGBtoHSB(
                    Math.round(255 * picture.rgb()[i]),
                    Math.round(255 * picture.rgb()[i + 1]),
                    Math.round(255 * picture.rgb()[i + 2]),
                    null);
            float[] moved =
                    new Color(Color.HSBtoRGB((float) (hsb[0] + part), hsb[1], hsb[2])).getRGBColorComponents(null);
            System.arraycopy(moved, 0, rgb, i, 3);
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }

    @Test
    void exchangedAndInvertedChannelsChangeNothing() {
        for (String name : List.of("teapot", "penguin", "crab")) {
            Picture picture = subject(name);
            assertThat(likeness(picture, changed(picture, new int[] {1, 2, 0}, false)))
                    .isCloseTo(1, within(1e-6));
            assertThat(likeness(picture, changed(picture, new int[] {2, 1, 0}, true)))
                    .isCloseTo(1, within(1e-6));
        }
    }

    @Property(tries = 40)
    void anotherHueOfARealPictureIsNearerThanAnyOtherSubject(@ForAll @DoubleRange(min = 0, max = 1) double part) {
        Picture teapot = subject("teapot");

        double recoloured = likeness(teapot, hueMoved(teapot, part));

        assertThat(recoloured).isGreaterThan(0.85);
        for (String other : List.of("penguin", "crab", "violin", "llama")) {
            assertThat(likeness(teapot, subject(other))).isLessThan(recoloured - 0.15);
        }
    }

    @Test
    void theSameColoursInAnotherShapeAreNotAlike() {
        Picture disc = TestPictures.of(DISC, Color.RED, Color.WHITE);

        assertThat(likeness(disc, TestPictures.of(DISC, Color.BLUE, Color.YELLOW)))
                .isGreaterThan(0.97);
        assertThat(likeness(disc, TestPictures.of(BOX, Color.RED, Color.WHITE))).isLessThan(0.75);
    }

    @Property(tries = 60)
    void theMoreAShapeIsBentTheLessAlikeItIs(@ForAll @DoubleRange(min = 0, max = 10) double bend) {
        Picture straight = TestPictures.of(bent(0), Color.BLACK, Color.WHITE);

        assertThat(likeness(straight, TestPictures.of(bent(bend), Color.BLACK, Color.WHITE)))
                .isGreaterThan(likeness(straight, TestPictures.of(bent(bend + 8), Color.BLACK, Color.WHITE)));
    }

    private static Shape bent(double bend) {
        Path2D path = new Path2D.Double();
        path.moveTo(16, 16);
        path.lineTo(48, 16);
        path.lineTo(48 - bend, 48);
        path.lineTo(16 + bend, 48);
        path.closePath();
        return path;
    }

    @Test
    void faintNoiseOnAPlainBackgroundHardlyCounts() {
        Picture clean = TestPictures.of(DISC, Color.RED, Color.WHITE);
        float[] noisy = clean.rgb().clone();
        Random random = new Random(1);
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] = Math.min(1, Math.max(0, noisy[i] + 0.01f * (float) random.nextGaussian()));
        }

        assertThat(likeness(clean, new Picture(64, 64, noisy))).isGreaterThan(0.98);
    }

    @Test
    void aBackgroundOfAnotherColourHardlyCounts() {
        List<Double> likenesses = new ArrayList<>();
        for (Color paper : List.of(Color.YELLOW, Color.GREEN, Color.PINK, Color.BLACK)) {
            likenesses.add(
                    likeness(TestPictures.of(DISC, Color.BLUE, Color.WHITE), TestPictures.of(DISC, Color.BLUE, paper)));
        }

        assertThat(likenesses).allMatch(value -> value > 0.97);
    }

    @Test
    void aPlainPictureHasNoStructureAndIsLikeNothing() {
        Picture plain = TestPictures.of(new Rectangle(0, 0, 64, 64), Color.RED, Color.RED);

        assertThat(likeness(plain, subject("teapot"))).isZero();
    }
}
