package graft.train.data;

/**
 * What pictures are trained at.
 *
 * @param width in pixels
 * @param height likewise
 */
public record TrainingSize(int width, int height) {

    public long area() {
        return (long) width * height;
    }

    /** Width over height. */
    public double aspect() {
        return (double) width / height;
    }

    @Override
    public String toString() {
        return width + "×" + height;
    }
}
