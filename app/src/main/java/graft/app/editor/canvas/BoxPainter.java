package graft.app.editor.canvas;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.List;

/** Draws groups and comments, behind wires and nodes. */
final class BoxPainter {

    private static final double ARC = 10;
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
        if (scene.detail() != Scene.Detail.BLOCKS) {
            if (group) {
                paintTitle(g, view, box);
            } else {
                paintText(g, view, box);
            }
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

    private void paintTitle(Graphics2D g, BoxView view, Rectangle2D box) {
        g.setColor(
                view.colour().isEmpty()
                        ? palette.of("group.title")
                        : Palette.mix(palette.of("group.title"), Color.decode(view.colour()), 0.45));
        g.setFont(palette.heading);
        g.drawString(
                FittedText.cut(view.text(), palette.heading, box.getWidth() - 24),
                (float) box.getX() + 12,
                (float) box.getY() + 20);
    }

    private void paintText(Graphics2D g, BoxView view, Rectangle2D box) {
        g.setColor(view.colour().isEmpty() ? palette.of("comment.text") : palette.of("node.text"));
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
