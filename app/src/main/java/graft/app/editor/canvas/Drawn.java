package graft.app.editor.canvas;

import java.awt.Graphics2D;

/** What a cell of the projection draws: the value of every cell is one. */
interface Drawn {

    /** Draws itself in canvas pixels. */
    void draw(Graphics2D g, Painters painters);
}
