package graft.app.editor.shell;

import graft.app.editor.inspector.Inspector;
import graft.app.workflow.Workflow;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Edits of the inspector go to the canvas in front, which knows what of the workflow it shows. */
final class InspectorHost implements Inspector.Host {

    private final OpenTabs tabs;
    private final StatusBar status;
    private final Datasets datasets;
    private final BiConsumer<String, Optional<String>> vary;

    InspectorHost(OpenTabs tabs, StatusBar status, Datasets datasets, BiConsumer<String, Optional<String>> vary) {
        this.vary = vary;
        this.tabs = tabs;
        this.status = status;
        this.datasets = datasets;
    }

    @Override
    public void edit(String label, String mergeKey, UnaryOperator<Workflow> change) {
        tabs.front().ifPresent(tab -> tab.canvas().edit(label, mergeKey, change));
    }

    @Override
    public void takeBack(String mergeKey) {
        tabs.front().ifPresent(tab -> tab.document().takeBack(mergeKey));
    }

    @Override
    public void say(String words) {
        status.say(words);
    }

    @Override
    public void vary(String node, String setting) {
        vary.accept(node, Optional.of(setting));
    }

    @Override
    public void dataset(String node) {
        datasets.show(node);
    }

    @Override
    public void reveal(String node) {
        tabs.front().ifPresent(tab -> {
            tab.showCanvas();
            tab.canvas().select(Set.of(node));
            tab.canvas().centerOn(node);
        });
    }
}
