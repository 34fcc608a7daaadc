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

    private final GraphCanvas canvas;
    private final Hit.OfSetting row;
    private final JsonElement before;
    private final Point start;
    private final String mergeKey = "scrub " + System.nanoTime();
    private boolean begun;

    ScrubGesture(GraphCanvas canvas, MouseEvent press, Hit.OfSetting row) {
        this.canvas = canvas;
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
        canvas.setCursor(Cursor.getPredefinedCursor(Cursor.E_RESIZE_CURSOR));
        int pixels = event.isShiftDown() ? PIXELS_A_STEP * FINE : PIXELS_A_STEP;
        canvas.set(row.node().id(), row.setting(), SettingText.moved(row.setting(), before, way / pixels), mergeKey);
    }

    @Override
    public void release(MouseEvent event) {
        canvas.setCursor(Cursor.getDefaultCursor());
        if (!begun) {
            canvas.rowEditor().open(row.node(), row.setting());
        }
    }

    @Override
    public void cancel() {
        canvas.setCursor(Cursor.getDefaultCursor());
        if (begun) {
            canvas.document().open().takeBack(mergeKey);
        }
    }
}
