package graft.train.data;

import graft.picture.Picture;

/**
 * A part of a picture, in its pixels.
 *
 * @param left from its left edge, 0 or more
 * @param top from its upper edge, 0 or more
 * @param width 1 or more
 * @param height 1 or more
 */
public record Region(int left, int top, int width, int height) {

    public Region {
        if (left < 0 || top < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "no part of a picture: " + width + "×" + height + " at " + left + ", " + top);
        }
    }

    /** How large it is. */
    public TrainingSize size() {
        return new TrainingSize(width, height);
    }

    /** Whether it lies wholly within a picture of so many pixels. */
    public boolean liesIn(TrainingSize picture) {
        return left + width <= picture.width() && top + height <= picture.height();
    }

    /** The part of a picture that it lies in. */
    Picture of(Picture picture) {
        return picture.window(left, top, width, height);
    }

    @Override
    public String toString() {
        return width + "×" + height + " at " + left + ", " + top;
    }
}
