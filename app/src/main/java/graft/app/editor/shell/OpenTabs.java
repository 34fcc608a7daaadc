package graft.app.editor.shell;

import com.formdev.flatlaf.extras.components.FlatTabbedPane;
import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.Markup;
import graft.app.editor.Strings;
import graft.app.workflow.FileIdentity;
import graft.app.workflow.OpenWorkflow;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.swing.JComponent;
import javax.swing.JTabbedPane;
import javax.swing.SwingUtilities;

/** The tabs: the start page, and every open workflow in the order in which they were opened. */
final class OpenTabs {

    private final FlatTabbedPane pane = new FlatTabbedPane();
    private final Map<Component, WorkflowTab> open = new LinkedHashMap<>();

    OpenTabs() {
        pane.setName("tabs");
        pane.getAccessibleContext().setAccessibleName(Strings.get("tab.name"));
        pane.setTabsClosable(true);
        pane.setTabCloseToolTipText(Commands.CLOSE.title());
        pane.setTabLayoutPolicy(JTabbedPane.SCROLL_TAB_LAYOUT);
        pane.setMinimumSize(new Dimension(UIScale.scale(320), 0));
    }

    JComponent pane() {
        return pane;
    }

    /**
     * Puts the start page first, before any workflow.
     *
     * @param turned called whenever another tab comes to the front
     * @param close takes a workflow whose tab the user closes
     */
    void begin(StartPage start, Runnable turned, Consumer<WorkflowTab> close) {
        start.putClientProperty("JTabbedPane.tabClosable", false);
        pane.addTab(Commands.START_PAGE.title(), Icons.get("home"), start);
        pane.addChangeListener(event -> turned.run());
        pane.setTabCloseCallback((tabs, index) -> at(index).ifPresent(close));
        pane.addMouseListener(new MouseAdapter() {
            @Override
            public void mousePressed(MouseEvent event) {
                int index = pane.indexAtLocation(event.getX(), event.getY());
                if (SwingUtilities.isMiddleMouseButton(event) && index > 0) {
                    at(index).ifPresent(close);
                }
            }
        });
    }

    private Optional<WorkflowTab> at(int index) {
        return Optional.ofNullable(open.get(pane.getComponentAt(index)));
    }

    /** The workflow in front; empty on the start page. */
    Optional<WorkflowTab> front() {
        return Optional.ofNullable(open.get(pane.getSelectedComponent()));
    }

    boolean isFront(WorkflowTab tab) {
        return front().filter(tab::equals).isPresent();
    }

    /** All open workflows as they are now. */
    List<WorkflowTab> all() {
        return List.copyOf(open.values());
    }

    /** The tab of a file that is open, by whichever path; of one of another kind, the tab of the workflow that it brought. */
    Optional<WorkflowTab> of(Path file) {
        return first(tab -> tab.document()
                .file()
                .or(() -> tab.document().source())
                .filter(its -> FileIdentity.same(its, file))
                .isPresent());
    }

    /** The tab of a document, where it is open still. */
    Optional<WorkflowTab> of(OpenWorkflow document) {
        return first(tab -> tab.document().equals(document));
    }

    /** The workflows with changes that are not saved. */
    List<WorkflowTab> unsaved() {
        return open.values().stream().filter(tab -> tab.document().dirty()).toList();
    }

    private Optional<WorkflowTab> first(Predicate<WorkflowTab> wanted) {
        return open.values().stream().filter(wanted).findFirst();
    }

    /** Adds a workflow and brings it to the front. */
    void add(WorkflowTab tab) {
        open.put(tab.content(), tab);
        pane.addTab(Markup.letters(tab.title()), tab.content());
        showTitle(tab);
        show(tab);
    }

    void remove(WorkflowTab tab) {
        open.remove(tab.content());
        pane.remove(tab.content());
    }

    /** Brings a workflow to the front. */
    void show(WorkflowTab tab) {
        pane.setSelectedComponent(tab.content());
    }

    void showStartPage() {
        pane.setSelectedIndex(0);
    }

    /** Brings the tab that many places further to the front, round and round. */
    void turn(int places) {
        pane.setSelectedIndex(Math.floorMod(pane.getSelectedIndex() + places, pane.getTabCount()));
    }

    /** Shows the title of a workflow, with a dot while it has changes that are not saved. */
    void showTitle(WorkflowTab tab) {
        int index = pane.indexOfComponent(tab.content());
        if (index >= 0) {
            pane.setTitleAt(index, Markup.letters((tab.document().dirty() ? "● " : "") + tab.title()));
            pane.setToolTipTextAt(
                    index, tab.document().file().map(Path::toString).orElse(Strings.get("tab.no-file")));
        }
    }

    /** Hides the titles where there is but one tab, or shows them again. */
    void hideSingleTitle(boolean hidden) {
        pane.putClientProperty("JTabbedPane.hideTabAreaWithOneTab", hidden);
        pane.setTabAreaInsets(null);
    }
}
