package graft.app.editor;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Pictures at other sizes, for the screen. */
public final class Scaled {

    private Scaled() {}

    /** A picture made to fit into a width and height, in pixels, its shape kept. */
    public static BufferedImage fitted(BufferedImage picture, int width, int height) {
        double scale = Math.min((double) width / picture.getWidth(), (double) height / picture.getHeight());
        int across = Math.max(1, (int) Math.round(picture.getWidth() * scale));
        int down = Math.max(1, (int) Math.round(picture.getHeight() * scale));
        BufferedImage from = picture;
        // Halving first keeps a large picture from losing lines between the samples of bilinear scaling.
        while (from.getWidth() >= 2 * across && from.getHeight() >= 2 * down) {
            from = scaled(from, from.getWidth() / 2, from.getHeight() / 2);
        }
        return scaled(from, across, down);
    }

    private static BufferedImage scaled(BufferedImage from, int width, int height) {
        BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = to.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(from, 0, 0, width, height, null);
        graphics.dispose();
        return to;
    }
}
