package graft.app.editor.shell;

import graft.app.editor.inspector.Inspector;
import graft.app.editor.run.RunDock;
import java.util.List;

/** Shows in the panels around the canvas what belongs to the workflow in front: settings, problems, zoom. */
final class FrontPanels {

    private final OpenTabs tabs;
    private final Inspector inspector;
    private final RunDock runs;
    private final StatusBar status;
    private final Checks checks;

    FrontPanels(OpenTabs tabs, Inspector inspector, RunDock runs, StatusBar status, Checks checks) {
        this.tabs = tabs;
        this.inspector = inspector;
        this.runs = runs;
        this.status = status;
        this.checks = checks;
        // One count for all that shows one.
        runs.onProblems(status::showProblems);
    }

    /** Follows what is selected in a workflow, and its zoom, while it is in front. */
    void follow(WorkflowTab tab) {
        tab.canvas().onSelection(() -> {
            if (tabs.isFront(tab)) {
                inspect(tab);
            }
        });
        tab.canvas().onView(() -> {
            if (tabs.isFront(tab)) {
                status.showZoom(tab.canvas().zoom());
            }
        });
    }

    /** Another tab is in front. */
    void turned() {
        tabs.front()
                .ifPresentOrElse(
                        tab -> {
                            inspect(tab);
                            showFindings(tab);
                            status.showZoom(tab.canvas().zoom());
                            tab.requestFocus();
                            check(tab);
                        },
                        () -> {
                            status.showZoom(-1);
                            runs.showFindings(List.of());
                        });
    }

    /** The workflow in front, or what is known of its nodes, is no longer what it was. */
    void changed() {
        tabs.front().ifPresent(tab -> {
            inspect(tab);
            check(tab);
        });
    }

    /** What lies outside the workflow in front, such as the files that it names, may have changed. */
    void lookAgain() {
        tabs.front().ifPresent(this::check);
    }

    /** Shows the selected nodes of the workflow in front. */
    void inspect(WorkflowTab tab) {
        inspector.show(tab.canvas().shown(), tab.canvas().selected());
        inspector.showUsedSeeds(tab.usedSeeds());
        inspector.show(tab.shownFindings());
        inspector.showEstimates(tab.canvas().shownEstimates());
    }

    private void check(WorkflowTab tab) {
        checks.soon(
                tab.document().workflow(),
                found -> {
                    tab.setFindings(found);
                    if (tabs.isFront(tab)) {
                        showFindings(tab);
                    }
                },
                estimates -> {
                    tab.canvas().showEstimates(estimates);
                    if (tabs.isFront(tab)) {
                        inspector.showEstimates(tab.canvas().shownEstimates());
                    }
                });
    }

    private void showFindings(WorkflowTab tab) {
        inspector.show(tab.shownFindings());
        runs.showFindings(tab.findings());
    }
}
