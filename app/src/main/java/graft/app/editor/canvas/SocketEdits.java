package graft.app.editor.canvas;

import graft.app.editor.Strings;
import graft.app.workflow.Edits;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import java.util.function.UnaryOperator;
import javax.swing.JMenuItem;
import javax.swing.JPopupMenu;

/** Renames, moves and hides the sockets that a subgraph shows outside, from within it or from a node that stands for it. */
final class SocketEdits {

    private final OpenWorkflow document;
    private final String subgraph;

    /** @param subgraph its name in the document */
    SocketEdits(OpenWorkflow document, String subgraph) {
        this.document = document;
        this.subgraph = subgraph;
    }

    void rename(String socket, boolean input, String title) {
        edit("rename", root -> Edits.renameSocket(root, subgraph, socket, input, title));
    }

    /** Moves it to a place among those of its side, from 0. */
    void move(String socket, boolean input, int to) {
        edit("move", root -> Edits.moveSocket(root, subgraph, socket, input, to));
    }

    void hide(String socket, boolean input) {
        edit("hide", root -> Edits.hideSocket(root, subgraph, socket, input));
    }

    private void edit(String what, UnaryOperator<Workflow> change) {
        document.edit(Strings.get("canvas.edge.edit." + what), change);
    }

    /**
     * What can be done with a socket.
     *
     * @param at its place among so many
     * @param rename asks for another name
     */
    JPopupMenu menu(String socket, boolean input, int at, int count, Runnable rename) {
        JPopupMenu menu = new JPopupMenu();
        menu.setName("canvas.edge.menu");
        menu.add(item("rename", true, rename));
        menu.add(item("up", at > 0, () -> move(socket, input, at - 1)));
        menu.add(item("down", at < count - 1, () -> move(socket, input, at + 1)));
        menu.addSeparator();
        menu.add(item("hide", true, () -> hide(socket, input)));
        return menu;
    }

    private static JMenuItem item(String what, boolean enabled, Runnable then) {
        JMenuItem item = new JMenuItem(Strings.get("canvas.edge." + what));
        item.setName("canvas.edge." + what);
        item.setEnabled(enabled);
        item.addActionListener(event -> then.run());
        return item;
    }
}
