package graft.app.editor.canvas;

import graft.app.editor.Commands;
import graft.app.editor.Keymap;
import graft.app.workflow.Neighbours;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a canvas asks of the window that it is in. */
public interface CanvasContext {

    /** Opens a workflow, or that which a picture carries, in a tab of its own. */
    void open(Path file);

    /** Says to the user what went wrong. */
    void tell(Problem problem);

    /** Says in passing what the user is to know. */
    default void say(String words) {}

    /** Asks before what cannot be meant by mistake; {@code yes} is the word for going on. No where nobody can be asked. */
    default boolean confirm(String question, String yes) {
        return false;
    }

    /**
     * Shows pictures of a node large.
     *
     * @param title what the node is called
     * @param first which of them is shown at first
     */
    default void enlarge(String title, List<BufferedImage> pictures, int first) {}

    /** Writes a picture of a node, called {@code title}, to where the user wants it. */
    default void save(String title, BufferedImage picture) {}

    /** Shows the pictures and captions that come out of a node of what is shown. */
    default void dataset(String node) {}

    /**
     * Lets the user say what a setting of a node of what is shown is to be in a sweep.
     *
     * @param setting empty for any
     */
    default void vary(String node, Optional<String> setting) {}

    /** Carries a command out that is the window's. */
    default void perform(Commands command) {}

    /** The keys that menus show. */
    default Keymap keymap() {
        return Keymap.DEFAULT;
    }

    /** Whether new things lie on the grid without Shift. */
    default boolean snaps() {
        return false;
    }

    /** Ids of the node types that the user marked, which a search shows before others. */
    default List<String> bookmarks() {
        return List.of();
    }

    /** What nodes are wired to in workflows that there are: what is offered for a wire first. */
    default Neighbours neighbours() {
        return Neighbours.NONE;
    }
}
