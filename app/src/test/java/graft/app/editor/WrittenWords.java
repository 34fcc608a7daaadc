package graft.app.editor;

import com.formdev.flatlaf.util.Graphics2DProxy;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.util.List;

/** Paints as the real one does, and notes what it writes. */
public final class WrittenWords extends Graphics2DProxy {

    /** A text, and how high its letters are on the screen. */
    public record Written(String text, double size) {}

    private final Graphics2D real;
    private final List<Written> written;

    /** @param written takes the texts */
    public WrittenWords(Graphics2D real, List<Written> written) {
        super(real);
        this.real = real;
        this.written = written;
    }

    @Override
    public Graphics create() {
        return new WrittenWords((Graphics2D) real.create(), written);
    }

    @Override
    public void drawString(String text, int x, int y) {
        drawString(text, (float) x, (float) y);
    }

    @Override
    public void drawString(String text, float x, float y) {
        written.add(new Written(text, getFont().getSize2D() * getTransform().getScaleY()));
        super.drawString(text, x, y);
    }
}
