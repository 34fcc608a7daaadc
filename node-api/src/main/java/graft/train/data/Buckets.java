package graft.train.data;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The sizes that pictures of all shapes are trained at, so that little is cut off: of at most one area, in steps (kohya's
 * {@code make_bucket_resolutions} and {@code BucketManager.select_bucket}).
 *
 * <p>Sides lie between half and twice that of the square of the area, as kohya's 256 to 1024 do for 512.
 */
public final class Buckets {

    /** That of Stable Diffusion, in pixels. */
    public static final int USUAL_STEP = 64;

    private final long area;
    private final int step;
    private final boolean enlarge;
    private final List<TrainingSize> sizes;

    /**
     * @param largest whose area no bucket exceeds
     * @param step pixels that all sides are multiples of; at most the square root of the area
     * @param enlarge whether pictures that are smaller than their bucket are enlarged; otherwise they get a smaller one
     */
    public Buckets(TrainingSize largest, int step, boolean enlarge) {
        this.area = largest.area();
        this.step = step;
        this.enlarge = enlarge;
        int square = floor(Math.sqrt((double) area));
        if (square < step) {
            throw new IllegalArgumentException("no bucket of " + largest + " pixels has sides in steps of " + step);
        }
        TreeSet<TrainingSize> found =
                new TreeSet<>(Comparator.comparingInt(TrainingSize::width).thenComparingInt(TrainingSize::height));
        found.add(new TrainingSize(square, square));
        int most = 2 * square;
        int least = Math.max(step, floor(square / 2.0));
        for (int width = least; width <= most; width += step) {
            int height = Math.min(most, floor((double) area / width));
            if (height >= least) {
                found.add(new TrainingSize(width, height));
                found.add(new TrainingSize(height, width));
            }
        }
        this.sizes = List.copyOf(found);
    }

    /** The step that leaves enough shapes where pictures are trained at a size: 64, or an eighth of a small one, in eights. */
    public static int usualStep(TrainingSize size) {
        return Math.min(USUAL_STEP, Math.max(8, (int) Math.sqrt((double) size.area()) / 64 * 8));
    }

    /** All of them, the narrowest first; without enlarging there are smaller ones too. */
    public List<TrainingSize> sizes() {
        return sizes;
    }

    /** The bucket of a picture: of the nearest aspect ratio, the larger of two alike. */
    public TrainingSize of(TrainingSize picture) {
        return enlarge ? nearest(picture.aspect()) : within(picture);
    }

    private TrainingSize nearest(double aspect) {
        return sizes.stream()
                .min(Comparator.<TrainingSize>comparingDouble(size -> Math.abs(size.aspect() - aspect))
                        .thenComparingLong(size -> -size.area()))
                .orElseThrow();
    }

    /** The picture's own size, brought down to the area and cut to steps. */
    private TrainingSize within(TrainingSize picture) {
        double shrink = Math.min(1, Math.sqrt((double) area / picture.area()));
        return new TrainingSize(
                Math.max(step, floor(picture.width() * shrink)), Math.max(step, floor(picture.height() * shrink)));
    }

    private int floor(double pixels) {
        // What is a whole number but for rounding counts as one.
        return (int) (pixels + 1e-6) / step * step;
    }
}
