package graft.app.editor.canvas;

import java.awt.Point;
import java.awt.event.MouseEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.swing.JComponent;

/** What gestures, and whatever lies over the nodes, see of a canvas and ask of it. */
interface Surface {

    /** What it is on the screen: its size, its children, its cursor. */
    JComponent component();

    CanvasDocument document();

    CanvasContext context();

    Scene scene();

    /** The cells of what is shown; others when a subgraph is entered or left. */
    Projection projection();

    /** The colours of the look that there is now. */
    Palette palette();

    Viewport viewport();

    /** Looks elsewhere; ends what is being typed. */
    void setViewport(Viewport viewport);

    /** Draws simply until nothing has moved for a moment. */
    void moving();

    /** Brings a node into view when it is out of it. */
    void reveal(String node);

    /** What lies under a point of the component. */
    Optional<Hit> hit(Point point);

    /** Ids of the selected nodes, groups and comments. */
    Set<String> selected();

    /** Ids of the selected nodes alone, in the order of the document. */
    List<String> selectedNodes();

    void select(Set<String> ids);

    /** Whether what the mouse moves comes to lie on the grid: Shift turns round what is set. */
    boolean snaps(MouseEvent event);
}
