package graft.train.data;

import graft.file.ImageFile;
import graft.picture.Picture;
import java.awt.image.BufferedImage;
import java.nio.file.Path;

/**
 * Which part of a picture is to be learnt: white wholly, black hardly.
 *
 * @param file a picture of the same size: of the mask itself, or the picture with its transparency
 */
public record LossMask(Path file, Channel channel) {

    /** What of the file is the mask. */
    public enum Channel {
        /** How bright it is (its red, which in a grey picture is the brightness). */
        BRIGHTNESS,
        /** How opaque it is. */
        ALPHA
    }

    /** Its picture turned over: white where the picture is left out. */
    Picture leftOut() {
        BufferedImage image = channel == Channel.ALPHA ? ImageFile.alpha(file) : ImageFile.read(file);
        float[] values = Picture.of(image).rgb();
        float[] other = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            other[i] = 1 - values[i];
        }
        return new Picture(image.getWidth(), image.getHeight(), other);
    }
}
