package graft.app.editor.canvas;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import java.awt.Cursor;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.geom.Rectangle2D;
import javax.accessibility.AccessibleContext;
import javax.accessibility.AccessibleRole;
import javax.swing.JComponent;

/** All of the canvas in a corner of it, with the part that one sees; a drag moves that. */
final class Minimap extends JComponent {

    private static final int WIDTH = 220;
    private static final int HEIGHT = 150;
    private static final int MARGIN = 14;
    private static final int PAD = 10;

    private final Surface surface;
    private double scale = 1;
    private double dx;
    private double dy;

    Minimap(Surface surface) {
        this.surface = surface;
        setName("canvas.minimap");
        getAccessibleContext().setAccessibleName(Strings.get("canvas.minimap"));
        setCursor(Cursor.getPredefinedCursor(Cursor.HAND_CURSOR));
        MouseAdapter mouse = new MouseAdapter() {
            @Override
            public void mousePressed(MouseEvent event) {
                look(event);
            }

            @Override
            public void mouseDragged(MouseEvent event) {
                look(event);
            }
        };
        addMouseListener(mouse);
        addMouseMotionListener(mouse);
    }

    void place(int width, int height) {
        Dimension own = getPreferredSize();
        int margin = UIScale.scale(MARGIN);
        // In a small window it would hide what it is a map of.
        boolean fits = width > 3 * own.width && height > 3 * own.height;
        setBounds(
                width - own.width - margin, height - own.height - margin, fits ? own.width : 0, fits ? own.height : 0);
    }

    @Override
    public AccessibleContext getAccessibleContext() {
        if (accessibleContext == null) {
            accessibleContext = new AccessibleJComponent() {
                @Override
                public AccessibleRole getAccessibleRole() {
                    return AccessibleRole.CANVAS;
                }
            };
        }
        return accessibleContext;
    }

    @Override
    public Dimension getPreferredSize() {
        return UIScale.scale(new Dimension(WIDTH, HEIGHT));
    }

    private void look(MouseEvent event) {
        Viewport old = surface.viewport();
        surface.setViewport(Viewport.centred(
                old.scale(),
                (event.getX() - dx) / scale,
                (event.getY() - dy) / scale,
                surface.component().getWidth(),
                surface.component().getHeight()));
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        Graphics2D g = (Graphics2D) graphics.create();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        Palette palette = surface.palette();
        g.setColor(palette.of("minimap.background"));
        g.fillRoundRect(0, 0, getWidth() - 1, getHeight() - 1, 12, 12);
        g.setColor(palette.of("minimap.border"));
        g.drawRoundRect(0, 0, getWidth() - 1, getHeight() - 1, 12, 12);
        g.clipRect(2, 2, getWidth() - 4, getHeight() - 4);
        surface.projection().bounds().ifPresent(all -> paintAll(g, palette, all));
        g.dispose();
    }

    private void paintAll(Graphics2D g, Palette palette, Rectangle2D all) {
        scale = Math.min(
                (getWidth() - 2.0 * PAD) / Math.max(1, all.getWidth()),
                (getHeight() - 2.0 * PAD) / Math.max(1, all.getHeight()));
        dx = getWidth() / 2.0 - all.getCenterX() * scale;
        dy = getHeight() / 2.0 - all.getCenterY() * scale;
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        for (BoxView box : surface.projection().boxes()) {
            g.setColor(box.group().isPresent() ? palette.of("group.border") : palette.of("comment.background"));
            g.fill(onMap(box.bounds()));
        }
        for (NodeView node : surface.projection().stack()) {
            boolean selected = surface.scene().selected().contains(node.id());
            g.setColor(selected ? palette.of("node.selected") : palette.of("minimap.node"));
            g.fill(onMap(node.bounds()));
        }
        Rectangle seen = onMap(
                surface.viewport().toCanvas(new Rectangle(surface.component().getSize())));
        g.setColor(palette.of("minimap.view"));
        g.fill(seen);
        g.setColor(palette.of("accent"));
        g.drawRect(seen.x, seen.y, seen.width, seen.height);
    }

    private Rectangle onMap(Rectangle2D box) {
        return new Rectangle(
                (int) Math.round(box.getX() * scale + dx),
                (int) Math.round(box.getY() * scale + dy),
                Math.max(2, (int) Math.round(box.getWidth() * scale)),
                Math.max(2, (int) Math.round(box.getHeight() * scale)));
    }
}
