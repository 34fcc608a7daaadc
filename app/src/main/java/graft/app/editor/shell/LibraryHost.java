package graft.app.editor.shell;

import com.google.gson.JsonElement;
import graft.app.workflow.Workflow;
import graft.node.NodeSchema;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** What is taken from a shelf of the library goes to the canvas in front, into a tab of its own, or to the viewer. */
final class LibraryHost implements LibraryPanel.Host {

    private final OpenTabs tabs;
    private final Opener opener;
    private final StartOffers offers;
    private final Consumer<Path> view;
    private final Consumer<Problem> tell;

    LibraryHost(OpenTabs tabs, Opener opener, StartOffers offers, Consumer<Path> view, Consumer<Problem> tell) {
        this.tabs = tabs;
        this.opener = opener;
        this.offers = offers;
        this.view = view;
        this.tell = tell;
    }

    @Override
    public void add(NodeSchema type, Map<String, JsonElement> settings) {
        if (tabs.front().isEmpty()) {
            opener.untitled(Workflow.EMPTY);
        }
        tabs.front().ifPresent(tab -> {
            tab.canvas().add(type, settings);
            tab.canvas().requestFocusInWindow();
        });
    }

    @Override
    public void open(Path workflow) {
        if (offers.isTemplate(workflow)) {
            opener.template(workflow);
        } else {
            opener.file(workflow);
        }
    }

    @Override
    public void view(Path picture) {
        view.accept(picture);
    }

    @Override
    public void tell(Problem problem) {
        tell.accept(problem);
    }
}
