package graft.app.editor.canvas;

import graft.app.workflow.Mode;
import graft.app.workflow.Place;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.List;

/** Draws wires in the colours of what they carry. */
final class WirePainter {

    private static final float WIDTH = 2.4f;
    private static final BasicStroke USUAL = round(WIDTH);
    private static final BasicStroke THICK = round(3.6f);
    private static final BasicStroke SHADOW = round(5f);
    private static final BasicStroke FADED =
            new BasicStroke(WIDTH, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, new float[] {6, 5}, 0);

    /** Of points of the curve, each of which is drawn from afar. */
    private static final int FAR_STEP = 4;

    /** In pixels of the screen. */
    private static final double FAR_WIDTH = 1.2;

    private static final double VIA_RADIUS = 5;

    private final Scene scene;
    private final Palette palette;

    WirePainter(Scene scene, Palette palette) {
        this.scene = scene;
        this.palette = palette;
    }

    void paint(Graphics2D g, WireView view) {
        if (scene.isHidden(view.wire())) {
            return;
        }
        Color colour = palette.of(view.kind());
        boolean selected = scene.selectedWire().filter(view.wire()::equals).isPresent();
        boolean hovered = isHovered(view);
        if (scene.detail() == Scene.Detail.BLOCKS && !selected && !hovered) {
            paintFar(g, view, colour);
            return;
        }
        boolean off =
                view.from().node().mode() == Mode.MUTED || view.to().node().mode() == Mode.MUTED;
        if (scene.moving() && scene.detail() != Scene.Detail.ALL) {
            paintFar(g, view, colour);
        } else {
            paintNear(
                    g, view.path().curve(), selected ? palette.of("wire.selected") : colour, selected || hovered, off);
        }
        paintVias(g, view, selected ? palette.of("wire.selected") : colour);
    }

    private void paintNear(Graphics2D g, Path2D curve, Color colour, boolean thick, boolean off) {
        if (!scene.moving()) {
            g.setStroke(SHADOW);
            g.setColor(palette.of("wire.shadow"));
            g.draw(curve);
        }
        g.setStroke(thick ? THICK : off ? FADED : USUAL);
        g.setColor(colour);
        g.draw(curve);
    }

    private static BasicStroke round(float width) {
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    /** A thin line, whatever the zoom; while the view moves a broken one, for what a curve costs nobody would see then. */
    private void paintFar(Graphics2D g, WireView view, Color colour) {
        if (!scene.moving()) {
            g.setColor(colour);
            g.setStroke(round((float) (FAR_WIDTH / scene.viewport().zoom())));
            g.draw(view.path().curve());
            return;
        }
        WirePath path = view.path();
        int[] xs = new int[(path.points() - 1) / FAR_STEP + 1];
        int[] ys = new int[xs.length];
        for (int i = 0; i < xs.length; i++) {
            xs[i] = (int) Math.round(path.x(i * FAR_STEP));
            ys[i] = (int) Math.round(path.y(i * FAR_STEP));
        }
        g.setColor(colour);
        g.setStroke(new BasicStroke(0));
        g.drawPolyline(xs, ys, xs.length);
    }

    private void paintVias(Graphics2D g, WireView view, Color colour) {
        for (Place place : view.wire().via()) {
            g.setColor(palette.of("canvas.background"));
            dot(g, place.x(), place.y(), VIA_RADIUS + 2);
            g.setColor(colour);
            dot(g, place.x(), place.y(), VIA_RADIUS);
        }
    }

    private static void dot(Graphics2D g, double x, double y, double radius) {
        g.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    private boolean isHovered(WireView view) {
        return scene.hover().flatMap(Hit::wire).filter(view::equals).isPresent();
    }

    /** A wire that the mouse draws from or to a socket; red when what is under the mouse refuses it. */
    void paintPending(Graphics2D g, Point2D from, Point2D to, Color colour, boolean refused) {
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        WirePath path = WirePath.of(from, List.of(), to);
        paintNear(g, path.curve(), refused ? palette.of("wire.refused") : colour, false, refused);
        dot(g, to.getX(), to.getY(), 4);
    }
}
