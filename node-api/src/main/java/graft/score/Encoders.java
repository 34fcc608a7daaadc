package graft.score;

import graft.picture.Picture;

/** The networks that look at pictures and read words; each picture is brought to their size by them. */
public interface Encoders {

    /** What DINO sees: the state of the CLS token. */
    float[] dino(Picture picture);

    /** What CLIP sees, in the space that it shares with words. */
    float[] clip(Picture picture);

    /** What CLIP reads, in the same space. */
    float[] clip(String words);
}
