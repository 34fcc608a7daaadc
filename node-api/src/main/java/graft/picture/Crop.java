package graft.picture;

/** What becomes of a picture whose sides stand in another ratio than those that it is scaled to, as ComfyUI names it. */
public enum Crop {
    /** It is stretched. */
    NONE,
    /** What is too wide or too high is cut off, as much on both sides, before it is scaled. */
    CENTER;

    /** A part of a picture. */
    record Part(int left, int top, int width, int height) {}

    /** What is scaled of a picture of a size. */
    Part of(int width, int height, int toWidth, int toHeight) {
        double shape = (double) width / height;
        double wanted = (double) toWidth / toHeight;
        int left = 0;
        int top = 0;
        if (this == CENTER && shape > wanted) {
            left = (int) Math.rint((width - width * (wanted / shape)) / 2);
        } else if (this == CENTER && shape < wanted) {
            top = (int) Math.rint((height - height * (shape / wanted)) / 2);
        }
        return new Part(left, top, width - 2 * left, height - 2 * top);
    }
}
