package graft.picture;

import graft.tensor.KeyedRandom;

/**
 * A change of a picture's colours: brightness, then contrast, then saturation, then hue, as torchvision's
 * {@code adjust_*} have them.
 *
 * @param brightness factor of all values
 * @param contrast factor of the distance to the picture's mean grey
 * @param saturation factor of the distance to each pixel's grey
 * @param hue turn of the colour circle, -0.5 to 0.5
 */
public record Colours(double brightness, double contrast, double saturation, double hue) {

    /** Nothing changes. */
    public static final Colours NONE = new Colours(1, 1, 1, 0);

    /**
     * The most that each is changed by, either way.
     *
     * @param hue at most 0.5, a half turn
     */
    public record Jitter(double brightness, double contrast, double saturation, double hue) {

        public static final Jitter NONE = new Jitter(0, 0, 0, 0);

        /** A change within these bounds, each as likely. */
        public Colours draw(KeyedRandom random) {
            return new Colours(
                    1 + within(brightness, random),
                    1 + within(contrast, random),
                    1 + within(saturation, random),
                    within(hue, random));
        }

        private static double within(double most, KeyedRandom random) {
            // Plus nought, so that there is no -0.
            return most * (2 * random.uniform() - 1) + 0.0;
        }
    }

    /** The picture changed; itself when nothing changes. */
    public Picture of(Picture picture) {
        if (equals(NONE)) {
            return picture;
        }
        float[] rgb = picture.rgb().clone();
        blend(rgb, brightness, 0, false);
        if (contrast != 1) {
            double mean = 0;
            for (int i = 0; i < rgb.length; i += 3) {
                mean += grey(rgb, i);
            }
            blend(rgb, contrast, mean / (rgb.length / 3.0), false);
        }
        blend(rgb, saturation, 0, true);
        if (hue != 0) {
            for (int i = 0; i < rgb.length; i += 3) {
                turn(rgb, i);
            }
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }

    /** Moves all values away from a grey, or from each pixel's own, by a factor; kept within 0 and 1. */
    private static void blend(float[] rgb, double factor, double towards, boolean own) {
        if (factor == 1) {
            return;
        }
        for (int i = 0; i < rgb.length; i += 3) {
            double from = own ? grey(rgb, i) : towards;
            for (int channel = i; channel < i + 3; channel++) {
                rgb[channel] = (float) Math.min(1, Math.max(0, from + factor * (rgb[channel] - from)));
            }
        }
    }

    /** Luma as ITU-R BT.601 rounds it. */
    private static double grey(float[] rgb, int at) {
        return 0.2989 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2];
    }

    /** Turns a pixel's hue in HSV. */
    private void turn(float[] rgb, int at) {
        double red = rgb[at];
        double green = rgb[at + 1];
        double blue = rgb[at + 2];
        double value = Math.max(red, Math.max(green, blue));
        double chroma = value - Math.min(red, Math.min(green, blue));
        if (chroma == 0) {
            return;
        }
        double sixth;
        if (value == red) {
            sixth = (green - blue) / chroma;
        } else if (value == green) {
            sixth = 2 + (blue - red) / chroma;
        } else {
            sixth = 4 + (red - green) / chroma;
        }
        double turned = sixth + 6 * hue;
        // Each channel is a trapezium around the circle; these are where red, green and blue stand at their highest.
        rgb[at] = channel(value, chroma, 5 + turned);
        rgb[at + 1] = channel(value, chroma, 3 + turned);
        rgb[at + 2] = channel(value, chroma, 1 + turned);
    }

    private static float channel(double value, double chroma, double place) {
        double k = ((place % 6) + 6) % 6;
        return (float) (value - chroma * Math.max(0, Math.min(1, Math.min(k, 4 - k))));
    }
}
