package graft.app.editor.canvas;

import com.google.gson.JsonElement;
import java.awt.Cursor;
import java.awt.Point;
import java.awt.event.MouseEvent;

/** Changes a number by dragging across its row; a click without a drag opens its editor. */
final class ScrubGesture implements Gesture {

    private static final int PIXELS_A_STEP = 4;
    private static final int SLACK = 3;
    private static final int FINE = 4;

    private final Surface surface;
    private final RowEditor editor;
    private final Hit.OfSetting row;
    private final JsonElement before;
    private final Point start;
    private final String mergeKey = "scrub " + System.nanoTime();
    private boolean begun;

    /** @param editor what a click opens */
    ScrubGesture(Surface surface, MouseEvent press, Hit.OfSetting row, RowEditor editor) {
        this.surface = surface;
        this.editor = editor;
        this.row = row;
        this.before = row.node().value(row.setting());
        this.start = press.getPoint();
    }

    @Override
    public void drag(MouseEvent event) {
        int way = event.getX() - start.x;
        if (!begun && Math.abs(way) <= SLACK) {
            return;
        }
        begun = true;
        surface.component().setCursor(Cursor.getPredefinedCursor(Cursor.E_RESIZE_CURSOR));
        int pixels = event.isShiftDown() ? PIXELS_A_STEP * FINE : PIXELS_A_STEP;
        surface.document()
                .set(row.node().id(), row.setting(), SettingText.moved(row.setting(), before, way / pixels), mergeKey);
    }

    @Override
    public void release(MouseEvent event) {
        surface.component().setCursor(Cursor.getDefaultCursor());
        if (!begun) {
            editor.open(row.node(), row.setting());
        }
    }

    @Override
    public void cancel() {
        surface.component().setCursor(Cursor.getDefaultCursor());
        if (begun) {
            surface.document().takeBack(mergeKey);
        }
    }
}
