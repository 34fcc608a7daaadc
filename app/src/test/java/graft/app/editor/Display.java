package graft.app.editor;

import java.awt.GraphicsEnvironment;

/** Whether windows can be shown here: tests of the editor need a display, real or virtual. */
public final class Display {

    private Display() {}

    public static boolean isThere() {
        return !GraphicsEnvironment.isHeadless();
    }
}
