package graft.app.editor.viewer;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Cursor;
import java.awt.Dimension;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.event.ComponentAdapter;
import java.awt.event.ComponentEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.event.MouseWheelEvent;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.accessibility.AccessibleContext;
import javax.accessibility.AccessibleRole;
import javax.swing.JComponent;
import javax.swing.SwingUtilities;

/**
 * One picture at any zoom, or two over each other with a slider between.
 *
 * <p>The wheel zooms around the pointer, dragging moves the picture, a double click goes to and fro between the fitted
 * picture and its own pixels. With two pictures the slider follows the pointer when it is dragged, or anywhere while all of
 * the picture is in view.
 */
public final class PictureView extends JComponent {

    private static final long serialVersionUID = 1;

    private static final double WHEEL_STEP = 1.2;
    /** Of the slider's grip, in pixels at a scale of 100 %. */
    private static final int GRIP = 9;
    /** Names shorter than this tell nothing. */
    private static final int SHORTEST_NAME = 40;
    /** From here on people want to see pixels rather than a blur. */
    private static final double PIXELS_FROM = 2;

    private final transient List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private transient BufferedImage picture;
    private transient BufferedImage other;
    private String name = "";
    private String otherName = "";
    private transient Zoom zoom = new Zoom(1, 0, 0);
    private boolean fitted = true;
    private double divider = 0.5;
    private String hint = "";

    public PictureView() {
        setName("picture");
        setFocusable(true);
        setOpaque(true);
        setMinimumSize(new Dimension(120, 120));
        setPreferredSize(UIScale.scale(new Dimension(480, 400)));
        getAccessibleContext().setAccessibleName(Strings.get("viewer.picture"));
        Mouse mouse = new Mouse();
        addMouseListener(mouse);
        addMouseMotionListener(mouse);
        addMouseWheelListener(mouse);
        addComponentListener(new ComponentAdapter() {
            @Override
            public void componentResized(ComponentEvent event) {
                if (fitted) {
                    fit();
                }
            }
        });
    }

    /** Shows one picture, at the zoom of the one before when it has the same size. */
    public void show(BufferedImage image) {
        display(image, null, "", "");
    }

    /** Shows two pictures, the first on the left of the slider; the second is drawn at the size of the first. */
    public void compare(BufferedImage before, String beforeName, BufferedImage after, String afterName) {
        display(after, before, afterName, beforeName);
    }

    /** Shows a sentence in place of a picture. */
    public void say(String sentence) {
        hint = sentence;
        display(null, null, "", "");
    }

    private void display(BufferedImage image, BufferedImage before, String title, String beforeTitle) {
        boolean sameSize = image != null
                && picture != null
                && image.getWidth() == picture.getWidth()
                && image.getHeight() == picture.getHeight();
        picture = image;
        other = before;
        name = title;
        otherName = beforeTitle;
        if (!sameSize || fitted) {
            fit();
        }
        changed();
    }

    /** Told when the zoom or the slider moved. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void changed() {
        repaint();
        listeners.forEach(Runnable::run);
    }

    /** Whether a picture is shown. */
    public boolean isShowingPicture() {
        return picture != null;
    }

    public boolean isComparing() {
        return other != null;
    }

    /** Pixels of the view for one of the picture. */
    public double scale() {
        return zoom.scale();
    }

    /** Where the slider is, from 0 at the left edge of the picture to 1 at its right. */
    public double divider() {
        return divider;
    }

    public void setDivider(double fraction) {
        divider = Math.max(0, Math.min(1, fraction));
        changed();
    }

    /** As large as the view allows, and so again whenever the view changes its size. */
    public void fit() {
        fitted = true;
        if (picture != null) {
            zoom = Zoom.fit(getWidth(), getHeight(), picture.getWidth(), picture.getHeight());
        }
        changed();
    }

    /** One pixel of the picture for one of the view. */
    public void actualSize() {
        if (picture != null) {
            fitted = false;
            zoom = Zoom.centred(1, getWidth(), getHeight(), picture.getWidth(), picture.getHeight());
            changed();
        }
    }

    /** Zooms around the middle of the view. */
    public void zoomBy(double factor) {
        zoomAround(getWidth() / 2.0, getHeight() / 2.0, factor);
    }

    private void zoomAround(double x, double y, double factor) {
        fitted = false;
        zoom = zoom.around(x, y, factor);
        changed();
    }

    private double dividerX() {
        return zoom.x() + divider * zoom.scale() * picture.getWidth();
    }

    private Rectangle2D pictureBounds() {
        return new Rectangle2D.Double(
                zoom.x(), zoom.y(), zoom.scale() * picture.getWidth(), zoom.scale() * picture.getHeight());
    }

    @Override
    protected void paintComponent(Graphics g) {
        Graphics2D graphics = (Graphics2D) g.create();
        try {
            graphics.setColor(Theme.colour("canvas.background"));
            graphics.fillRect(0, 0, getWidth(), getHeight());
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            if (picture == null) {
                paintHint(graphics);
                return;
            }
            paintPicture(graphics, picture);
            if (other != null) {
                paintBefore(graphics);
            }
        } finally {
            graphics.dispose();
        }
    }

    private void paintHint(Graphics2D graphics) {
        graphics.setColor(Theme.colour("canvas.text"));
        graphics.setFont(getFont());
        FontMetrics metrics = graphics.getFontMetrics();
        graphics.drawString(
                hint, (getWidth() - metrics.stringWidth(hint)) / 2, (getHeight() + metrics.getAscent()) / 2);
    }

    private void paintPicture(Graphics2D graphics, BufferedImage image) {
        AffineTransform place = zoom.transform();
        place.scale((double) picture.getWidth() / image.getWidth(), (double) picture.getHeight() / image.getHeight());
        double device = graphics.getTransform().getScaleX();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                place.getScaleX() * device >= PIXELS_FROM
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, place, null);
    }

    private void paintBefore(Graphics2D graphics) {
        double x = dividerX();
        Rectangle2D bounds = pictureBounds();
        Shape all = graphics.getClip();
        graphics.clip(new Rectangle2D.Double(bounds.getX(), bounds.getY(), x - bounds.getX(), bounds.getHeight()));
        graphics.setColor(Theme.colour("canvas.background"));
        graphics.fill(bounds);
        paintPicture(graphics, other);
        graphics.setClip(all);
        label(graphics, otherName, bounds, true);
        label(graphics, name, bounds, false);
        double top = Math.max(0, bounds.getY());
        double bottom = Math.min(getHeight(), bounds.getMaxY());
        graphics.setStroke(new BasicStroke(UIScale.scale(4f)));
        graphics.setColor(new Color(0, 0, 0, 90));
        graphics.draw(new Line2D.Double(x, top, x, bottom));
        graphics.setStroke(new BasicStroke(UIScale.scale(2f)));
        graphics.setColor(Color.WHITE);
        graphics.draw(new Line2D.Double(x, top, x, bottom));
        paintGrip(graphics, x, (top + bottom) / 2);
    }

    private void paintGrip(Graphics2D graphics, double x, double y) {
        double r = UIScale.scale(GRIP + 3f);
        double unit = UIScale.scale(1f);
        graphics.setColor(new Color(0, 0, 0, 90));
        graphics.fill(new Ellipse2D.Double(x - r - 1, y - r - 1, 2 * r + 2, 2 * r + 2));
        graphics.setColor(isFocusOwner() ? Theme.colour("accent") : Color.WHITE);
        graphics.fill(new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r));
        graphics.setColor(isFocusOwner() ? Theme.colour("onAccent") : Color.DARK_GRAY);
        graphics.setStroke(new BasicStroke(UIScale.scale(1.6f), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        for (int side = -1; side <= 1; side += 2) {
            Path2D arrow = new Path2D.Double();
            arrow.moveTo(x + side * 3 * unit, y - 4 * unit);
            arrow.lineTo(x + side * 7 * unit, y);
            arrow.lineTo(x + side * 3 * unit, y + 4 * unit);
            graphics.draw(arrow);
        }
    }

    /** A name in the lower corner of its side of the slider, cut where there is no room for all of it. */
    private void label(Graphics2D graphics, String text, Rectangle2D bounds, boolean left) {
        graphics.setFont(getFont());
        FontMetrics metrics = graphics.getFontMetrics();
        int pad = UIScale.scale(8);
        double from = Math.max(0, bounds.getX());
        double to = Math.min(getWidth(), bounds.getMaxX());
        double room = (left ? dividerX() - from : to - dividerX()) - UIScale.scale(GRIP) - 3 * pad;
        if (text.isEmpty() || room < UIScale.scale(SHORTEST_NAME)) {
            return;
        }
        String shown = text;
        while (metrics.stringWidth(shown) > room) {
            shown = shown.substring(0, shown.length() - 2) + "…";
        }
        int width = metrics.stringWidth(shown) + 2 * pad;
        int height = metrics.getHeight() + pad;
        double x = left ? from + pad : to - width - pad;
        double y = Math.min(getHeight(), bounds.getMaxY()) - height - pad;
        graphics.setComposite(AlphaComposite.SrcOver.derive(0.65f));
        graphics.setColor(Color.BLACK);
        graphics.fillRoundRect((int) x, (int) y, width, height, pad, pad);
        graphics.setComposite(AlphaComposite.SrcOver);
        graphics.setColor(Color.WHITE);
        graphics.drawString(shown, (float) x + pad, (float) y + pad / 2f + metrics.getAscent());
    }

    @Override
    public AccessibleContext getAccessibleContext() {
        if (accessibleContext == null) {
            accessibleContext = new AccessibleJComponent() {
                private static final long serialVersionUID = 1;

                @Override
                public AccessibleRole getAccessibleRole() {
                    return AccessibleRole.ICON;
                }
            };
        }
        return accessibleContext;
    }

    private final class Mouse extends MouseAdapter {

        private Point last;
        private boolean sliding;

        @Override
        public void mousePressed(MouseEvent event) {
            requestFocusInWindow();
            last = event.getPoint();
            sliding = slides(event);
            if (sliding) {
                slide(event);
            }
        }

        /** At the slider; or anywhere when there is nothing to move into view. */
        private boolean slides(MouseEvent event) {
            return other != null
                    && SwingUtilities.isLeftMouseButton(event)
                    && (Math.abs(event.getX() - dividerX()) <= UIScale.scale(GRIP)
                            || new Rectangle(getSize()).contains(pictureBounds()));
        }

        private void slide(MouseEvent event) {
            setDivider(zoom.toPicture(event.getX(), event.getY()).getX() / picture.getWidth());
        }

        @Override
        public void mouseDragged(MouseEvent event) {
            if (picture == null || last == null) {
                return;
            }
            if (sliding) {
                slide(event);
            } else {
                fitted = false;
                zoom = zoom.moved(event.getX() - last.getX(), event.getY() - last.getY());
                changed();
            }
            last = event.getPoint();
        }

        @Override
        public void mouseReleased(MouseEvent event) {
            last = null;
        }

        @Override
        public void mouseMoved(MouseEvent event) {
            boolean at = other != null && Math.abs(event.getX() - dividerX()) <= UIScale.scale(GRIP);
            setCursor(Cursor.getPredefinedCursor(at ? Cursor.E_RESIZE_CURSOR : Cursor.DEFAULT_CURSOR));
        }

        @Override
        public void mouseClicked(MouseEvent event) {
            if (event.getClickCount() == 2 && picture != null && !sliding) {
                if (fitted) {
                    fitted = false;
                    zoom = zoom.around(event.getX(), event.getY(), 1 / zoom.scale());
                    changed();
                } else {
                    fit();
                }
            }
        }

        @Override
        public void mouseWheelMoved(MouseWheelEvent event) {
            if (picture != null) {
                zoomAround(event.getX(), event.getY(), Math.pow(WHEEL_STEP, -event.getPreciseWheelRotation()));
            }
        }
    }
}
