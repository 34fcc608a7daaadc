package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.editor.dataset.DatasetHost;
import graft.app.editor.dataset.DatasetPanel;
import graft.app.editor.inspector.CaptionTokens;
import graft.app.engine.Known;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Size;
import graft.app.workflow.Workflow;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Shows the pictures and captions of nodes of the workflow in front. */
final class Datasets {

    private final OpenTabs tabs;
    private final NodeLibrary library;
    private final CaptionTokens tokens;
    private final Checks checks;
    private final StatusBar status;

    Datasets(OpenTabs tabs, NodeLibrary library, CaptionTokens tokens, Checks checks, StatusBar status) {
        this.tabs = tabs;
        this.library = library;
        this.tokens = tokens;
        this.checks = checks;
        this.status = status;
    }

    /** Shows what comes out of a node of the canvas in front. */
    void show(String node) {
        tabs.front().ifPresent(tab -> {
            Optional<DatasetPanel> panel = DatasetPanel.of(new Host(tab), library, tokens, node);
            panel.ifPresentOrElse(tab::show, () -> status.say(Strings.get("dataset.said.no-node")));
        });
    }

    private final class Host implements DatasetHost {

        private final WorkflowTab tab;
        private final GraphCanvas canvas;

        Host(WorkflowTab tab) {
            this.tab = tab;
            canvas = tab.canvas();
        }

        @Override
        public Workflow shown() {
            return canvas.shown();
        }

        @Override
        public Workflow with(UnaryOperator<Workflow> change) {
            return canvas.with(change);
        }

        @Override
        public String prefix() {
            return canvas.prefix();
        }

        @Override
        public Function<String, Size> sizes() {
            return canvas.sizes();
        }

        @Override
        public void edit(String label, String mergeKey, UnaryOperator<Workflow> change) {
            canvas.edit(label, mergeKey, change);
        }

        @Override
        public void known(Workflow whole, Consumer<Known> then) {
            checks.known(whole, then);
        }

        @Override
        public void say(String words) {
            status.say(words);
        }

        @Override
        public void close() {
            tab.showCanvas();
        }
    }
}
