package graft.score;

import graft.picture.Picture;

/** A picture and what is seen in it: the features of DINO and CLIP, and its {@link Structure}. */
final class PictureFeatures {

    private final Picture picture;
    private final float[] dino;
    private final float[] clip;
    private final float[] structure;

    private PictureFeatures(Picture picture, Encoders encoders) {
        this.picture = picture;
        this.dino = encoders.dino(picture);
        this.clip = encoders.clip(picture);
        this.structure = Structure.of(picture);
    }

    static PictureFeatures of(Picture picture, Encoders encoders) {
        return new PictureFeatures(picture, encoders);
    }

    Picture picture() {
        return picture;
    }

    float[] dino() {
        return dino;
    }

    float[] clip() {
        return clip;
    }

    float[] structure() {
        return structure;
    }
}
