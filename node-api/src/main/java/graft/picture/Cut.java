package graft.picture;

/**
 * How a picture is brought to a size: scaled first, then a part of it kept.
 *
 * @param scaledWidth of the whole picture, likewise {@code scaledHeight}
 * @param left of the part, counted from the scaled picture's edge; below 0 where white is put beside it, likewise {@code top}
 * @param width of the part, likewise {@code height}
 */
public record Cut(int scaledWidth, int scaledHeight, int left, int top, int width, int height) {

    /**
     * Of a picture of so many pixels.
     *
     * @param across where {@link Fit#CROP} cuts, 0 to keep the left edge, 1 to keep the right one
     * @param down likewise from the top
     */
    public static Cut of(int fromWidth, int fromHeight, int width, int height, Fit fit, double across, double down) {
        double wider = (double) width / fromWidth;
        double higher = (double) height / fromHeight;
        return switch (fit) {
            case STRETCH -> new Cut(width, height, 0, 0, width, height);
            case CROP -> {
                double scale = Math.max(wider, higher);
                int scaledWidth = Math.max(width, (int) Math.round(fromWidth * scale));
                int scaledHeight = Math.max(height, (int) Math.round(fromHeight * scale));
                yield new Cut(
                        scaledWidth,
                        scaledHeight,
                        part(scaledWidth - width, across),
                        part(scaledHeight - height, down),
                        width,
                        height);
            }
            case PAD -> {
                double scale = Math.min(wider, higher);
                int scaledWidth = Math.min(width, Math.max(1, (int) Math.round(fromWidth * scale)));
                int scaledHeight = Math.min(height, Math.max(1, (int) Math.round(fromHeight * scale)));
                yield new Cut(
                        scaledWidth,
                        scaledHeight,
                        (scaledWidth - width) / 2,
                        (scaledHeight - height) / 2,
                        width,
                        height);
            }
        };
    }

    /** A whole number of pixels near a share of them; the half of an odd number is rounded down. */
    private static int part(int pixels, double share) {
        return (int) Math.ceil(pixels * share - 0.5);
    }

    /** The same part of the picture turned left to right. */
    public Cut mirrored() {
        return new Cut(scaledWidth, scaledHeight, scaledWidth - left - width, top, width, height);
    }
}
