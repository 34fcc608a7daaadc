package graft.app.editor.inspector;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Theme;
import graft.node.SocketKind;
import java.awt.BasicStroke;
import java.awt.Component;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import javax.swing.Icon;

/**
 * A socket's dot in the colour of its kind.
 *
 * @param open drawn as a ring, for an optional input
 */
record SocketDot(SocketKind kind, boolean open) implements Icon {

    @Override
    public void paintIcon(Component over, Graphics graphics, int x, int y) {
        Graphics2D g = (Graphics2D) graphics.create();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(Theme.colour(kind));
        float inset = UIScale.scale(open ? 2f : 1f);
        Ellipse2D dot =
                new Ellipse2D.Float(x + inset, y + inset, getIconWidth() - 2 * inset, getIconHeight() - 2 * inset);
        if (open) {
            g.setStroke(new BasicStroke(UIScale.scale(1.6f)));
            g.draw(dot);
        } else {
            g.fill(dot);
        }
        g.dispose();
    }

    @Override
    public int getIconWidth() {
        return UIScale.scale(10);
    }

    @Override
    public int getIconHeight() {
        return UIScale.scale(10);
    }
}
