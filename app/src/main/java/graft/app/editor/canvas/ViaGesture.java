package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import java.awt.event.MouseEvent;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;

/** Moves a reroute point of a wire. */
final class ViaGesture implements Gesture {

    private final Surface surface;
    private final int index;
    private final String mergeKey = "via " + System.nanoTime();
    private Wire wire;
    private boolean begun;

    ViaGesture(Surface surface, Wire wire, int index) {
        this.surface = surface;
        this.wire = wire;
        this.index = index;
    }

    @Override
    public void drag(MouseEvent event) {
        begun = true;
        Point2D now = surface.viewport().toCanvas(event.getPoint());
        boolean snaps = surface.snaps(event);
        List<Place> via = new ArrayList<>(wire.via());
        via.set(
                index,
                snaps
                        ? new Place(MoveGesture.snapped(now.getX()), MoveGesture.snapped(now.getY()))
                        : new Place(Math.rint(now.getX()), Math.rint(now.getY())));
        Wire old = wire;
        surface.document()
                .edit(Strings.get("canvas.edit.reroute"), mergeKey, workflow -> Edits.via(workflow, old, via));
        wire = new Wire(old.fromNode(), old.output(), old.toNode(), old.input(), via);
        surface.moving();
    }

    @Override
    public void release(MouseEvent event) {
        // The last drag left it so.
    }

    @Override
    public void cancel() {
        if (begun) {
            surface.document().takeBack(mergeKey);
        }
    }
}
