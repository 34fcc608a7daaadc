package graft.app.editor.canvas;

import java.awt.event.MouseEvent;

/** What the mouse does from the press of a button to its release. */
interface Gesture {

    /** The mouse moved with its button down. */
    void drag(MouseEvent event);

    /** The button is up again. */
    void release(MouseEvent event);

    /** Esc was pressed: nothing of it is to stay. */
    void cancel();
}
