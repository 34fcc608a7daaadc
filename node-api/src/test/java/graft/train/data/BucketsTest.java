package graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BucketsTest {

    private static final Buckets USUAL = new Buckets(new TrainingSize(512, 512), 64, true);

    /** What kohya's make_bucket_resolutions((512, 512), 256, 1024, 64) gives. */
    @Test
    void theBucketsOf512AreKohyas() {
        assertThat(USUAL.sizes())
                .extracting(TrainingSize::toString)
                .containsExactly(
                        "256×832",
                        "256×896",
                        "256×960",
                        "256×1024",
                        "320×704",
                        "320×768",
                        "384×640",
                        "448×576",
                        "512×512",
                        "576×448",
                        "640×384",
                        "704×320",
                        "768×320",
                        "832×256",
                        "896×256",
                        "960×256",
                        "1024×256");
    }

    @Test
    void aPictureGoesWhereItsShapeIsNearest() {
        assertThat(USUAL.of(new TrainingSize(3000, 3000))).isEqualTo(new TrainingSize(512, 512));
        // 1.667 is nearer to 1.5 than 1.286 is.
        assertThat(USUAL.of(new TrainingSize(300, 200))).isEqualTo(new TrainingSize(640, 384));
        assertThat(USUAL.of(new TrainingSize(10, 1000))).isEqualTo(new TrainingSize(256, 1024));
    }

    @Property(tries = 300)
    void noBucketIsLargerThanAskedForAndAllSidesAreInSteps(
            @ForAll @IntRange(min = 8, max = 1024) int width,
            @ForAll @IntRange(min = 8, max = 1024) int height,
            @ForAll @IntRange(min = 1, max = 8) int eighths,
            @ForAll @IntRange(min = 1, max = 4000) int pictureWidth,
            @ForAll @IntRange(min = 1, max = 4000) int pictureHeight,
            @ForAll boolean enlarge) {
        int step = Math.max(1, eighths * (int) Math.sqrt(width * height) / 8);
        TrainingSize largest = new TrainingSize(width, height);
        TrainingSize picture = new TrainingSize(pictureWidth, pictureHeight);

        TrainingSize bucket = new Buckets(largest, step, enlarge).of(picture);

        assertThat(bucket.width() % step + bucket.height() % step).isZero();
        assertThat(bucket.width()).isPositive();
        assertThat(bucket.height()).isPositive();
        if (enlarge) {
            assertThat(bucket.area()).isLessThanOrEqualTo(largest.area());
        }
    }

    @Property(tries = 300)
    void noOtherBucketIsNearerInShape(
            @ForAll @IntRange(min = 1, max = 4000) int width, @ForAll @IntRange(min = 1, max = 4000) int height) {
        TrainingSize picture = new TrainingSize(width, height);

        double error = Math.abs(USUAL.of(picture).aspect() - picture.aspect());

        TrainingSize best = USUAL.sizes().stream()
                .min(Comparator.comparingDouble(size -> Math.abs(size.aspect() - picture.aspect())))
                .orElseThrow();
        assertThat(error).isEqualTo(Math.abs(best.aspect() - picture.aspect()));
    }

    @Property(tries = 300)
    void withoutEnlargingNoPictureOfAStepOrMoreGrows(
            @ForAll @IntRange(min = 64, max = 4000) int width, @ForAll @IntRange(min = 64, max = 4000) int height) {
        TrainingSize bucket = new Buckets(new TrainingSize(512, 512), 64, false).of(new TrainingSize(width, height));

        double shrink = Math.min(1, Math.sqrt(512 * 512.0 / ((double) width * height)));
        if (Math.min(width, height) * shrink >= 64) {
            assertThat(bucket.width()).isLessThanOrEqualTo(width);
            assertThat(bucket.height()).isLessThanOrEqualTo(height);
            assertThat(bucket.area()).isLessThanOrEqualTo(512 * 512);
        }
    }

    @Test
    void aStepLargerThanThePictureIsRefused() {
        assertThatThrownBy(() -> new Buckets(new TrainingSize(64, 32), 64, true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
