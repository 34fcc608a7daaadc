package graft.app.editor.shell;

import javax.swing.JComponent;
import javax.swing.JSplitPane;

/** A panel at an edge of the window that can be put away, and the divider between it and what stands beside it. */
final class DockedPanel {

    /** Where the panel stands. */
    enum Edge {
        LEFT(JSplitPane.HORIZONTAL_SPLIT),
        RIGHT(JSplitPane.HORIZONTAL_SPLIT),
        BOTTOM(JSplitPane.VERTICAL_SPLIT);

        private final int orientation;

        Edge(int orientation) {
            this.orientation = orientation;
        }
    }

    private static final int DIVIDER = 5;

    private final JComponent panel;
    private final Edge edge;
    private final JSplitPane split;

    /**
     * A panel that is put away.
     *
     * @param name of the split pane
     * @param beside what has the rest of the room, all of it while the panel is put away
     */
    DockedPanel(String name, Edge edge, JComponent panel, JComponent beside) {
        this.panel = panel;
        this.edge = edge;
        boolean first = edge == Edge.LEFT;
        split = new JSplitPane(edge.orientation, true, first ? panel : beside, first ? beside : panel);
        split.setName(name);
        split.setResizeWeight(first ? 0 : 1);
        split.setBorder(null);
        putAway();
    }

    /** The panel with what stands beside it. */
    JSplitPane whole() {
        return split;
    }

    boolean isShown() {
        return panel.isVisible();
    }

    void putAway() {
        panel.setVisible(false);
        split.setDividerSize(0);
    }

    /**
     * Shows the panel.
     *
     * @param size its width, at the bottom its height, in pixels; in a small window it has half of the room at most
     */
    void show(int size) {
        panel.setVisible(true);
        split.setDividerSize(DIVIDER);
        int room = edge == Edge.BOTTOM ? split.getHeight() : split.getWidth();
        int own = room > 0 ? Math.min(size, room / 2) : size;
        split.setDividerLocation(edge == Edge.LEFT ? own : room - own - DIVIDER);
    }
}
