package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Strings;
import graft.app.editor.Theme;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import javax.swing.JPanel;

/** Draws a {@link TrainingLosses}: single losses pale, their smoothed mean over them, looks at held-out pictures as dots. */
final class LossChart extends JPanel {

    private static final long serialVersionUID = 1;

    /** The part of the component in which the curve lies, and what its edges stand for. */
    private record Frame(Rectangle2D area, double firstStep, double lastStep, double low, double high, boolean log) {

        double x(double step) {
            return area.getX() + (step - firstStep) / (lastStep - firstStep) * area.getWidth();
        }

        double x(long step) {
            return x((double) step);
        }

        double y(double loss) {
            double fraction =
                    log ? Math.log(Math.max(loss, low) / low) / Math.log(high / low) : (loss - low) / (high - low);
            return area.getMaxY() - fraction * area.getHeight();
        }
    }

    private transient TrainingLosses curve = new TrainingLosses();
    private boolean raw = true;
    private boolean smooth = true;
    private boolean log;
    private int pointer = -1;

    LossChart() {
        setName("losses.plot");
        setOpaque(true);
        setPreferredSize(UIScale.scale(new Dimension(420, 240)));
        setMinimumSize(UIScale.scale(new Dimension(160, 100)));
        getAccessibleContext().setAccessibleName(Strings.get("losses.title"));
        MouseAdapter mouse = new MouseAdapter() {
            @Override
            public void mouseMoved(MouseEvent event) {
                pointer = event.getX();
                repaint();
            }

            @Override
            public void mouseExited(MouseEvent event) {
                pointer = -1;
                repaint();
            }
        };
        addMouseListener(mouse);
        addMouseMotionListener(mouse);
    }

    void show(TrainingLosses shown) {
        curve = shown;
        repaint();
    }

    void setRaw(boolean shown) {
        raw = shown;
        repaint();
    }

    void setSmooth(boolean shown) {
        smooth = shown;
        repaint();
    }

    void setLogarithmic(boolean shown) {
        log = shown;
        repaint();
    }

    @Override
    protected void paintComponent(Graphics g) {
        Graphics2D graphics = (Graphics2D) g.create();
        try {
            graphics.setColor(Theme.colour("panel.background"));
            graphics.fillRect(0, 0, getWidth(), getHeight());
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            graphics.setFont(small());
            Optional<Frame> frame = frame(graphics.getFontMetrics());
            if (frame.isPresent()) {
                paint(graphics, frame.get());
            } else {
                centred(graphics, Strings.get("losses.none"));
            }
        } finally {
            graphics.dispose();
        }
    }

    private Font small() {
        return getFont() == null
                ? new Font(Font.SANS_SERIF, Font.PLAIN, 11)
                : getFont().deriveFont(getFont().getSize2D() - UIScale.scale(1f));
    }

    private void centred(Graphics2D graphics, String words) {
        graphics.setFont(getFont());
        graphics.setColor(Theme.colour("text.dim"));
        FontMetrics metrics = graphics.getFontMetrics();
        graphics.drawString(words, (getWidth() - metrics.stringWidth(words)) / 2, getHeight() / 2);
    }

    /** Empty while there is no loss that can be drawn. */
    private Optional<Frame> frame(FontMetrics metrics) {
        List<TrainingLosses.Point> points = curve.points();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (TrainingLosses.Point point : points) {
            for (double loss :
                    new double[] {raw ? point.loss() : Double.NaN, smooth || !raw ? point.smooth() : Double.NaN}) {
                if (Double.isFinite(loss) && !(log && loss <= 0)) {
                    low = Math.min(low, loss);
                    high = Math.max(high, loss);
                }
            }
        }
        for (TrainingLosses.Look look : curve.looks()) {
            if (Double.isFinite(look.loss()) && !(log && look.loss() <= 0)) {
                low = Math.min(low, look.loss());
                high = Math.max(high, look.loss());
            }
        }
        if (!(high >= low)) {
            return Optional.empty();
        }
        double room = high - low;
        if (log) {
            low /= 1.1;
            high *= 1.1;
        } else {
            low = Math.max(low < 0 ? low - 0.05 * room : 0, low - Math.max(0.05 * room, 1e-6));
            high += Math.max(0.05 * room, 1e-6);
        }
        double first = (double) points.get(0).step();
        double last = Math.max(first + 1, (double) points.get(points.size() - 1).step());
        int left = metrics.stringWidth("0.00000") + UIScale.scale(12);
        int top = UIScale.scale(10);
        int bottom = metrics.getHeight() + UIScale.scale(10);
        Rectangle2D area = new Rectangle2D.Double(
                left, top, Math.max(1, getWidth() - left - UIScale.scale(14)), Math.max(1, getHeight() - top - bottom));
        return Optional.of(new Frame(area, first, last, low, high, log));
    }

    private void paint(Graphics2D graphics, Frame frame) {
        grid(graphics, frame);
        Shape before = graphics.getClip();
        graphics.clip(frame.area());
        if (raw) {
            Color line = Theme.colour("plot.line");
            boolean pale = smooth;
            graphics.setColor(new Color(line.getRed(), line.getGreen(), line.getBlue(), pale ? 110 : 255));
            graphics.setStroke(new BasicStroke(UIScale.scale(1f)));
            graphics.draw(line(frame, TrainingLosses.Point::loss));
        }
        if (smooth) {
            graphics.setColor(Theme.colour("plot.smooth"));
            graphics.setStroke(new BasicStroke(UIScale.scale(2f), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            graphics.draw(line(frame, TrainingLosses.Point::smooth));
        }
        graphics.setColor(Theme.colour("plot.validation"));
        double r = UIScale.scale(3f);
        for (TrainingLosses.Look look : curve.looks()) {
            if (Double.isFinite(look.loss())) {
                graphics.fill(new Ellipse2D.Double(frame.x(look.step()) - r, frame.y(look.loss()) - r, 2 * r, 2 * r));
            }
        }
        graphics.setClip(before);
        if (pointer >= frame.area().getX() && pointer <= frame.area().getMaxX()) {
            readOff(graphics, frame);
        }
    }

    private void grid(Graphics2D graphics, Frame frame) {
        FontMetrics metrics = graphics.getFontMetrics();
        Rectangle2D area = frame.area();
        graphics.setStroke(new BasicStroke(1));
        List<Double> losses = log
                ? Ticks.logarithmic(frame.low(), frame.high())
                : Ticks.linear(frame.low(), frame.high(), (int) (area.getHeight() / UIScale.scale(44f)) + 1);
        double free = Double.POSITIVE_INFINITY;
        for (double loss : losses) {
            double y = frame.y(loss);
            graphics.setColor(Theme.colour("plot.grid"));
            graphics.draw(new Line2D.Double(area.getX(), y, area.getMaxX(), y));
            if (free - y >= metrics.getHeight()) {
                free = y;
                String words = Ticks.words(loss);
                graphics.setColor(Theme.colour("text.dim"));
                graphics.drawString(
                        words,
                        (float) area.getX() - metrics.stringWidth(words) - UIScale.scale(6),
                        (float) y + metrics.getAscent() / 2f - UIScale.scale(1));
            }
        }
        for (double step :
                Ticks.linear(frame.firstStep(), frame.lastStep(), (int) (area.getWidth() / UIScale.scale(80f)) + 1)) {
            double x = frame.x(step);
            if (step != Math.rint(step)) {
                continue;
            }
            graphics.setColor(Theme.colour("plot.grid"));
            graphics.draw(new Line2D.Double(x, area.getY(), x, area.getMaxY()));
            String words = Ticks.words(step);
            graphics.setColor(Theme.colour("text.dim"));
            graphics.drawString(
                    words,
                    (float) Math.min(
                            x - metrics.stringWidth(words) / 2.0, getWidth() - metrics.stringWidth(words) - 2.0),
                    (float) area.getMaxY() + metrics.getAscent() + UIScale.scale(4));
        }
    }

    /** A line that is broken where the loss is no number. */
    private Path2D line(Frame frame, ToDoubleFunction<TrainingLosses.Point> value) {
        Path2D path = new Path2D.Double();
        boolean drawing = false;
        for (TrainingLosses.Point point : curve.points()) {
            double loss = value.applyAsDouble(point);
            if (!Double.isFinite(loss)) {
                drawing = false;
            } else if (drawing) {
                path.lineTo(frame.x(point.step()), frame.y(loss));
            } else {
                path.moveTo(frame.x(point.step()), frame.y(loss));
                drawing = true;
            }
        }
        return path;
    }

    /** The figures of the step under the pointer, beside it. */
    private void readOff(Graphics2D graphics, Frame frame) {
        TrainingLosses.Point nearest = curve.points().get(0);
        for (TrainingLosses.Point point : curve.points()) {
            if (Math.abs(frame.x(point.step()) - pointer) < Math.abs(frame.x(nearest.step()) - pointer)) {
                nearest = point;
            }
        }
        double x = frame.x(nearest.step());
        graphics.setColor(Theme.colour("text.dim"));
        graphics.setStroke(new BasicStroke(1));
        graphics.draw(new Line2D.Double(x, frame.area().getY(), x, frame.area().getMaxY()));
        String words = Strings.get(
                "losses.at",
                Long.toString(nearest.step()),
                String.format(Locale.ROOT, "%.4g", nearest.loss()),
                String.format(Locale.ROOT, "%.4g", nearest.smooth()));
        FontMetrics metrics = graphics.getFontMetrics();
        int width = metrics.stringWidth(words) + UIScale.scale(14);
        int height = metrics.getHeight() + UIScale.scale(6);
        double left = x + UIScale.scale(8) + width > frame.area().getMaxX()
                ? x - UIScale.scale(8) - width
                : x + UIScale.scale(8);
        left = Math.max(0, left);
        double top = frame.area().getY() + UIScale.scale(4);
        graphics.setColor(Theme.colour("card.background"));
        graphics.fillRoundRect((int) left, (int) top, width, height, 8, 8);
        graphics.setColor(Theme.colour("card.border"));
        graphics.drawRoundRect((int) left, (int) top, width, height, 8, 8);
        graphics.setColor(getForeground() == null ? Theme.colour("text.dim") : getForeground());
        graphics.drawString(
                words, (float) left + UIScale.scale(7), (float) top + UIScale.scale(3) + metrics.getAscent());
    }
}
