package graft.app.editor.dataset;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import graft.train.data.Region;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Cursor;
import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.event.ActionEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.image.BufferedImage;
import java.util.Optional;
import java.util.function.Consumer;
import javax.accessibility.AccessibleContext;
import javax.accessibility.AccessibleRole;
import javax.swing.AbstractAction;
import javax.swing.JComponent;
import javax.swing.KeyStroke;

/**
 * A picture and the part of it that is kept: drawn anew by a drag, moved by a drag within it, made larger or smaller at its
 * corners; by the arrow keys too, with Shift its size.
 */
final class CropView extends JComponent {
    private static final long serialVersionUID = 1;

    /** How far from a corner the mouse still takes it, in pixels at a scale of 100 %. */
    private static final int REACH = 10;

    private final transient BufferedImage picture;
    private final transient Consumer<Region> told;
    private transient Region region;

    CropView(BufferedImage picture, Region region, Consumer<Region> told) {
        this.picture = picture;
        this.region = region;
        this.told = told;
        setName("crop.picture");
        setFocusable(true);
        setPreferredSize(UIScale.scale(new Dimension(560, 420)));
        setMinimumSize(UIScale.scale(new Dimension(200, 120)));
        Mouse mouse = new Mouse();
        addMouseListener(mouse);
        addMouseMotionListener(mouse);
        key("LEFT", -1, 0);
        key("RIGHT", 1, 0);
        key("UP", 0, -1);
        key("DOWN", 0, 1);
    }

    private void key(String key, int right, int down) {
        int step = Math.max(1, Math.min(picture.getWidth(), picture.getHeight()) / 64);
        bind(key, () -> set(region.left() + right * step, region.top() + down * step, region.width(), region.height()));
        bind(
                "shift " + key,
                () -> set(region.left(), region.top(), region.width() + right * step, region.height() + down * step));
    }

    private void bind(String key, Runnable then) {
        getInputMap(WHEN_FOCUSED).put(KeyStroke.getKeyStroke(key), key);
        getActionMap().put(key, new AbstractAction() {
            @Override
            public void actionPerformed(ActionEvent event) {
                then.run();
            }
        });
    }

    void show(Region next) {
        region = next;
        repaint();
    }

    /** The nearest part that lies within the picture. */
    private void set(int left, int top, int width, int height) {
        int wide = Math.max(1, Math.min(width, picture.getWidth()));
        int high = Math.max(1, Math.min(height, picture.getHeight()));
        region = new Region(
                Math.max(0, Math.min(left, picture.getWidth() - wide)),
                Math.max(0, Math.min(top, picture.getHeight() - high)),
                wide,
                high);
        told.accept(region);
        repaint();
    }

    private double scale() {
        return Math.min((double) getWidth() / picture.getWidth(), (double) getHeight() / picture.getHeight());
    }

    /** Where the whole picture is drawn. */
    private Rectangle whole() {
        int width = (int) Math.round(picture.getWidth() * scale());
        int height = (int) Math.round(picture.getHeight() * scale());
        return new Rectangle((getWidth() - width) / 2, (getHeight() - height) / 2, width, height);
    }

    private Rectangle part() {
        Rectangle whole = whole();
        double scale = scale();
        return new Rectangle(
                whole.x + (int) Math.round(region.left() * scale),
                whole.y + (int) Math.round(region.top() * scale),
                Math.max(1, (int) Math.round(region.width() * scale)),
                Math.max(1, (int) Math.round(region.height() * scale)));
    }

    /** The pixel of the picture under a point, within the picture. */
    private Point pixel(Point at) {
        Rectangle whole = whole();
        return new Point((int) Math.round(Math.max(0, Math.min(picture.getWidth(), (at.x - whole.x) / scale()))), (int)
                Math.round(Math.max(0, Math.min(picture.getHeight(), (at.y - whole.y) / scale()))));
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        Graphics2D g = (Graphics2D) graphics.create();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.setColor(Theme.colour("canvas.background"));
        g.fillRect(0, 0, getWidth(), getHeight());
        Rectangle whole = whole();
        g.drawImage(picture, whole.x, whole.y, whole.width, whole.height, null);
        Rectangle part = part();
        g.setColor(new Color(0, 0, 0, 150));
        g.fillRect(whole.x, whole.y, whole.width, part.y - whole.y);
        g.fillRect(whole.x, part.y + part.height, whole.width, whole.y + whole.height - part.y - part.height);
        g.fillRect(whole.x, part.y, part.x - whole.x, part.height);
        g.fillRect(part.x + part.width, part.y, whole.x + whole.width - part.x - part.width, part.height);
        g.setColor(isFocusOwner() ? Theme.colour("accent") : Color.WHITE);
        g.setStroke(new BasicStroke(UIScale.scale(2f)));
        g.drawRect(part.x, part.y, part.width - 1, part.height - 1);
        int knob = UIScale.scale(4);
        for (int x : new int[] {part.x, part.x + part.width}) {
            for (int y : new int[] {part.y, part.y + part.height}) {
                g.fillRect(x - knob, y - knob, 2 * knob, 2 * knob);
            }
        }
        g.dispose();
    }

    @Override
    public AccessibleContext getAccessibleContext() {
        if (accessibleContext == null) {
            accessibleContext = new AccessibleJComponent() {
                private static final long serialVersionUID = 1;

                @Override
                public AccessibleRole getAccessibleRole() {
                    return AccessibleRole.CANVAS;
                }
            };
            accessibleContext.setAccessibleName(Strings.get("dataset.crop.picture"));
        }
        return accessibleContext;
    }

    private final class Mouse extends MouseAdapter {

        private Point from = new Point();
        private Region before = region;
        private boolean moves;

        /** The corner across from the one that the mouse is at. */
        private Optional<Point> opposite(Point at) {
            Rectangle part = part();
            int reach = UIScale.scale(REACH);
            for (int x = 0; x < 2; x++) {
                for (int y = 0; y < 2; y++) {
                    if (at.distance(part.x + x * part.width, part.y + y * part.height) <= reach) {
                        return Optional.of(new Point(
                                region.left() + (1 - x) * region.width(), region.top() + (1 - y) * region.height()));
                    }
                }
            }
            return Optional.empty();
        }

        private boolean isWhole() {
            return region.width() == picture.getWidth() && region.height() == picture.getHeight();
        }

        @Override
        public void mousePressed(MouseEvent event) {
            requestFocusInWindow();
            before = region;
            Optional<Point> corner = opposite(event.getPoint());
            moves = corner.isEmpty() && part().contains(event.getPoint()) && !isWhole();
            from = corner.orElseGet(() -> pixel(event.getPoint()));
        }

        @Override
        public void mouseDragged(MouseEvent event) {
            Point to = pixel(event.getPoint());
            if (moves) {
                set(before.left() + to.x - from.x, before.top() + to.y - from.y, before.width(), before.height());
            } else {
                set(Math.min(from.x, to.x), Math.min(from.y, to.y), Math.abs(to.x - from.x), Math.abs(to.y - from.y));
            }
        }

        @Override
        public void mouseMoved(MouseEvent event) {
            setCursor(Cursor.getPredefinedCursor(
                    opposite(event.getPoint()).isEmpty() && part().contains(event.getPoint()) && !isWhole()
                            ? Cursor.MOVE_CURSOR
                            : Cursor.CROSSHAIR_CURSOR));
        }
    }
}
