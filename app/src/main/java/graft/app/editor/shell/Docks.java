package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Commands;
import graft.app.editor.inspector.Inspector;
import graft.app.editor.run.RunDock;
import graft.app.editor.shell.DockedPanel.Edge;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.swing.JComponent;
import javax.swing.JPanel;
import javax.swing.KeyStroke;

/** What stands where around the tabs, and which of it is shown: library, inspector and runs; little in focus mode. */
final class Docks {

    private final OpenTabs tabs;
    private final ToolBar tools;
    private final StatusBar status;
    private final RunDock runs;
    private final Inspector inspector;
    private final LibraryPanel library;
    private final SessionKeeper session;
    private final DockedPanel bottom;
    private final DockedPanel right;
    private final DockedPanel left;
    /** What was shown before focus mode; empty out of it. */
    private Optional<Shown> before = Optional.empty();

    private boolean inspectorWanted = true;

    /**
     * Which panels are shown.
     *
     * @param shelf width of the library, in pixels; 0 where it is put away
     */
    private record Shown(int shelf, boolean runs, boolean inspector) {}

    /** All panels put away, with the sizes that the session remembers for them. */
    Docks(
            OpenTabs tabs,
            ToolBar tools,
            StatusBar status,
            Inspector inspector,
            RunDock runs,
            LibraryPanel library,
            SessionKeeper session) {
        this.tabs = tabs;
        this.tools = tools;
        this.status = status;
        this.runs = runs;
        this.inspector = inspector;
        this.library = library;
        this.session = session;
        runs.setMinimumSize(new Dimension(0, UIScale.scale(120)));
        runs.setPreferredSize(new Dimension(400, session.bottom()));
        inspector.setMinimumSize(new Dimension(UIScale.scale(240), 0));
        inspector.setPreferredSize(new Dimension(session.side(), 400));
        bottom = new DockedPanel("middle", Edge.BOTTOM, runs, tabs.pane());
        right = new DockedPanel("split", Edge.RIGHT, inspector, bottom.whole());
        left = new DockedPanel("left", Edge.LEFT, library, right.whole());
        left.whole().setDividerLocation(UIScale.scale(240));
        for (JComponent panel : List.of(runs, inspector, library)) {
            panel.registerKeyboardAction(
                    event -> toCanvas(),
                    KeyStroke.getKeyStroke("ESCAPE"),
                    JComponent.WHEN_ANCESTOR_OF_FOCUSED_COMPONENT);
        }
    }

    private void toCanvas() {
        tabs.front().ifPresent(WorkflowTab::requestFocus);
    }

    /** All that the window shows below its menus. */
    JPanel content() {
        JPanel content = new JPanel(new BorderLayout());
        content.add(tools, BorderLayout.NORTH);
        content.add(left.whole(), BorderLayout.CENTER);
        content.add(status, BorderLayout.SOUTH);
        return content;
    }

    /** All that is shown became larger or smaller. */
    void scaled(double change) {
        runs.setMinimumSize(new Dimension(0, UIScale.scale(120)));
        inspector.setMinimumSize(new Dimension(UIScale.scale(240), 0));
        if (left.isShown()) {
            left.show((int) Math.round(left.whole().getDividerLocation() * change));
        }
        if (right.isShown()) {
            right.show(session.side());
        }
        if (bottom.isShown()) {
            bottom.show(session.bottom());
        }
    }

    /** Whether a shelf of the library is shown. */
    boolean shows(Commands shelf) {
        return left.isShown() && library.shows(shelf);
    }

    /** Whether a tab of what shows runs is in front. */
    boolean shows(RunDock.Tab tab) {
        return bottom.isShown() && runs.selected() == tab;
    }

    boolean showsInspector() {
        return right.isShown();
    }

    boolean isFocusMode() {
        return before.isPresent();
    }

    /** Shows a shelf of the library, or puts the library away when it shows that one. */
    void toggleShelf(Commands shelf) {
        if (shows(shelf)) {
            left.putAway();
            toCanvas();
        } else {
            left.show(Math.max(left.whole().getDividerLocation(), UIScale.scale(220)));
            library.show(shelf);
        }
    }

    /** Shows a tab of what shows runs, or puts that away when it shows that one. */
    void toggleRuns(RunDock.Tab tab) {
        if (shows(tab)) {
            session.keepSizes();
            bottom.putAway();
        } else {
            showRuns(tab);
        }
    }

    private void showRuns(RunDock.Tab tab) {
        session.keepSizes();
        bottom.show(session.bottom());
        runs.select(tab);
    }

    /** Shows what runs, where it is put away. */
    void showRun() {
        if (!bottom.isShown()) {
            showRuns(RunDock.Tab.QUEUE);
        }
    }

    /** Shows a picture among those of runs. */
    void view(Path picture) {
        if (!bottom.isShown()) {
            showRuns(RunDock.Tab.PICTURES);
        }
        runs.viewer().show(List.of(picture), 0);
        runs.select(RunDock.Tab.PICTURES);
    }

    void toggleInspector() {
        showInspector(!right.isShown());
    }

    /** Shows the inspector, or puts it away; it stays so for all tabs, but for the start page, which has none. */
    void showInspector(boolean shown) {
        inspectorWanted = shown;
        turned();
    }

    /** Another tab is in front: the inspector is there for a workflow when the user wants it. */
    void turned() {
        boolean shown = inspectorWanted && tabs.front().isPresent();
        if (shown == right.isShown()) {
            return;
        }
        if (shown) {
            right.show(session.side());
        } else {
            session.keepSizes();
            right.putAway();
        }
    }

    /** Leaves nothing but the workflow, or brings back all that was shown, as large as it was. */
    void toggleFocusMode() {
        if (before.isEmpty()) {
            session.keepSizes();
            before = Optional.of(new Shown(
                    left.isShown() ? left.whole().getDividerLocation() : 0, bottom.isShown(), inspectorWanted));
            around(false);
            left.putAway();
            bottom.putAway();
            showInspector(false);
            toCanvas();
            return;
        }
        Shown again = before.get();
        before = Optional.empty();
        around(true);
        // Each takes its size from the room that those before it leave.
        layOut();
        if (again.shelf() > 0) {
            left.show(again.shelf());
            layOut();
        }
        showInspector(again.inspector() || right.isShown());
        layOut();
        if (again.runs()) {
            bottom.show(session.bottom());
        }
        toCanvas();
    }

    private void layOut() {
        left.whole().getParent().validate();
    }

    private void around(boolean shown) {
        tools.setVisible(shown);
        status.setVisible(shown);
        tabs.hideSingleTitle(!shown);
    }
}
