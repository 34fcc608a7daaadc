package graft.score;

import graft.picture.Picture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;

/** Drawn pictures of plain shapes. */
final class TestPictures {

    static final int SIDE = 64;

    private TestPictures() {}

    static Picture of(Shape shape, Color ink, Color paper) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(paper);
        graphics.fillRect(0, 0, SIDE, SIDE);
        graphics.setColor(ink);
        graphics.fill(shape);
        graphics.dispose();
        return Picture.of(image);
    }
}
