package graft.app.editor.canvas;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.List;

/** Draws groups and comments, behind wires and nodes. */
final class BoxPainter {

    private static final double ARC = 10;

    /** Of the screen's pixels: narrower ones have no room for a word. */
    private static final double LEAST_ROOM = 26;

    private static final BasicStroke THIN = new BasicStroke(1.2f);
    private static final BasicStroke THICK = new BasicStroke(2f);
    private static final BasicStroke ROUND = new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);

    private final Scene scene;
    private final Palette palette;

    BoxPainter(Scene scene, Palette palette) {
        this.scene = scene;
        this.palette = palette;
    }

    void paint(Graphics2D g, BoxView view) {
        Rectangle2D box = view.bounds();
        RoundRectangle2D shape =
                new RoundRectangle2D.Double(box.getX(), box.getY(), box.getWidth(), box.getHeight(), 2 * ARC, 2 * ARC);
        boolean group = view.group().isPresent();
        g.setColor(group ? groupBackground(view) : commentBackground(view));
        g.fill(shape);
        boolean selected = scene.selected().contains(view.id());
        if (group || selected) {
            g.setColor(selected ? palette.of("node.selected") : groupEdge(view));
            g.setStroke(selected ? THICK : THIN);
            g.draw(shape);
        }
        if (scene.detail() == Scene.Detail.ALL) {
            if (group) {
                paintTitle(g, view, box);
            } else {
                paintText(g, view, box);
            }
        } else {
            paintFar(g, view, box);
        }
        if (scene.hover()
                .filter(hit -> hit instanceof Hit.OfBox of && of.box() == view && of.corner())
                .isPresent()) {
            paintCorner(g, box);
        }
    }

    private Color groupBackground(BoxView view) {
        return view.colour().isEmpty()
                ? palette.of("group.background")
                : Palette.faded(Color.decode(view.colour()), 0.14);
    }

    private Color groupEdge(BoxView view) {
        return view.colour().isEmpty() ? palette.of("group.border") : Palette.faded(Color.decode(view.colour()), 0.55);
    }

    private Color commentBackground(BoxView view) {
        return view.colour().isEmpty()
                ? palette.of("comment.background")
                : Palette.mix(palette.of("node.background"), Color.decode(view.colour()), 0.35);
    }

    /** What it says in letters of the screen's own size: a comment within its box, a title over it when it has no room there. */
    private void paintFar(Graphics2D g, BoxView view, Rectangle2D box) {
        double scale = scene.viewport().scale();
        double pad = view.group().isPresent() ? 4 : 6;
        double room = box.getWidth() * scale - 2 * pad;
        if (room < LEAST_ROOM * Viewport.unit()) {
            return;
        }
        AffineTransform before = g.getTransform();
        g.translate(box.getX(), box.getY());
        g.scale(1 / scale, 1 / scale);
        if (view.group().isPresent()) {
            double bar = BoxView.TITLE * scale;
            double size = palette.caption.getSize2D();
            boolean within = bar >= size * 1.2;
            g.setColor(titleColour(view));
            g.setFont(palette.caption);
            g.drawString(FittedText.cut(view.text(), palette.caption, room), (float) pad, (float)
                    (within ? bar / 2 + size * 0.4 : -size * 0.3));
        } else {
            double line = palette.name.getSize2D() * 1.25;
            int most = (int) Math.floor((box.getHeight() * scale - pad) / line);
            List<String> lines = FittedText.lines(view.text(), palette.name, room, most);
            g.setColor(textColour(view));
            g.setFont(palette.name);
            for (int i = 0; i < lines.size(); i++) {
                g.drawString(lines.get(i), (float) pad, (float) (pad / 2 + (i + 0.9) * line));
            }
        }
        g.setTransform(before);
    }

    private Color titleColour(BoxView view) {
        return view.colour().isEmpty()
                ? palette.of("group.title")
                : Palette.mix(palette.of("group.title"), Color.decode(view.colour()), 0.45);
    }

    private Color textColour(BoxView view) {
        return palette.of(view.colour().isEmpty() ? "comment.text" : "node.text");
    }

    private void paintTitle(Graphics2D g, BoxView view, Rectangle2D box) {
        g.setColor(titleColour(view));
        g.setFont(palette.heading);
        g.drawString(
                FittedText.cut(view.text(), palette.heading, box.getWidth() - 24),
                (float) box.getX() + 12,
                (float) box.getY() + 20);
    }

    private void paintText(Graphics2D g, BoxView view, Rectangle2D box) {
        g.setColor(textColour(view));
        g.setFont(palette.text);
        double line = 16;
        int most = (int) Math.floor((box.getHeight() - 14) / line);
        List<String> lines = FittedText.lines(view.text(), palette.text, box.getWidth() - 24, most);
        for (int i = 0; i < lines.size(); i++) {
            g.drawString(lines.get(i), (float) box.getX() + 12, (float) (box.getY() + 20 + i * line));
        }
    }

    private void paintCorner(Graphics2D g, Rectangle2D box) {
        g.setColor(palette.of("node.dimText"));
        g.setStroke(ROUND);
        double x = box.getMaxX() - 4;
        double y = box.getMaxY() - 4;
        g.draw(new Line2D.Double(x - 7, y, x, y - 7));
        g.draw(new Line2D.Double(x - 3, y, x, y - 3));
    }
}
