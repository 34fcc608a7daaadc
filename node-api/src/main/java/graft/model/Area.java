package graft.model;

/**
 * A rectangle of a picture that a prompt is about.
 *
 * @param inShares whether the numbers are shares of the picture, 0 to 1, and not pixels
 * @param x of its left edge
 * @param y of its upper edge
 */
public record Area(boolean inShares, double x, double y, double width, double height) {

    /**
     * A rectangle of latents.
     *
     * @param x the first column
     * @param y the first row
     */
    public record Box(int x, int y, int width, int height) {

        /** Whether another lies wholly in it. */
        public boolean holds(Box other) {
            return other.x >= x
                    && other.y >= y
                    && other.x + other.width <= x + width
                    && other.y + other.height <= y + height;
        }

        /** What of it lies on latents of a size; of no width or height, or less, where nothing does. */
        public Box cutTo(int columns, int rows) {
            return new Box(x, y, Math.min(columns - x, width), Math.min(rows - y, height));
        }

        public long positions() {
            return (long) width * height;
        }
    }

    /** Of pixels. */
    public static Area ofPixels(int x, int y, int width, int height) {
        return new Area(false, x, y, width, height);
    }

    /** Of shares of the picture, 0 to 1. */
    public static Area ofShares(double x, double y, double width, double height) {
        return new Area(true, x, y, width, height);
    }

    /**
     * What it is of latents of a size, as ComfyUI counts: pixels are rounded down, shares to the nearest position, half ones to the
     * even. It may reach beyond them.
     */
    public Box in(int columns, int rows, int pixelsPerLatent) {
        return inShares
                ? new Box(
                        (int) Math.rint(x * columns),
                        (int) Math.rint(y * rows),
                        Math.max(1, (int) Math.rint(width * columns)),
                        Math.max(1, (int) Math.rint(height * rows)))
                : new Box(
                        (int) x / pixelsPerLatent,
                        (int) y / pixelsPerLatent,
                        (int) width / pixelsPerLatent,
                        (int) height / pixelsPerLatent);
    }
}
