package graft.model;

/**
 * A rectangle of a picture that a prompt is about.
 *
 * @param inShares whether the numbers are shares of the picture, 0 to 1, and not positions of its latents
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

        /** Whether it is all of latents of a size. */
        public boolean isAllOf(int columns, int rows) {
            return x == 0 && y == 0 && width == columns && height == rows;
        }
    }

    /** Of positions of latents. */
    public static Area ofPositions(int x, int y, int width, int height) {
        return new Area(false, x, y, width, height);
    }

    /** Of shares of the picture, 0 to 1. */
    public static Area ofShares(double x, double y, double width, double height) {
        return new Area(true, x, y, width, height);
    }

    /** What it is of latents of a size; shares are rounded to the nearest position, half ones to the even. */
    public Box in(int columns, int rows) {
        return inShares
                ? new Box(
                        (int) Math.rint(x * columns),
                        (int) Math.rint(y * rows),
                        Math.max(1, (int) Math.rint(width * columns)),
                        Math.max(1, (int) Math.rint(height * rows)))
                : new Box((int) x, (int) y, (int) width, (int) height);
    }
}
