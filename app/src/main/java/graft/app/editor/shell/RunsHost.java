package graft.app.editor.shell;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.app.editor.run.RunHost;
import graft.app.editor.run.RunTarget;
import graft.app.engine.LoaderNode;
import graft.app.plugin.MissingNode;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.RunPlace;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingSchema;
import java.awt.Window;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What runs ask of the window. */
final class RunsHost implements RunHost {

    private final EditorPlace place;
    private final Supplier<String> device;
    private final Window window;
    private final OpenTabs tabs;
    private final Opener opener;
    private final FileWork work;
    private final MessageBoxes boxes;
    private final StatusBar status;

    /**
     * A host.
     *
     * @param device what the user chose to compute on
     */
    RunsHost(
            EditorPlace place,
            Supplier<String> device,
            Window window,
            OpenTabs tabs,
            Opener opener,
            FileWork work,
            MessageBoxes boxes,
            StatusBar status) {
        this.place = place;
        this.device = device;
        this.window = window;
        this.tabs = tabs;
        this.opener = opener;
        this.work = work;
        this.boxes = boxes;
        this.status = status;
    }

    @Override
    public Optional<RunTarget> front() {
        return tabs.front().map(WorkflowTab::target);
    }

    @Override
    public boolean isOpen(OpenWorkflow document) {
        return tabs.of(document).isPresent();
    }

    @Override
    public void open(Workflow workflow, String title) {
        opener.untitled(workflow.withTitle(title));
    }

    @Override
    public void reveal(OpenWorkflow document, String node) {
        tabs.of(document).ifPresent(tab -> {
            tabs.show(tab);
            tab.reveal(node);
        });
    }

    @Override
    public Path runs() {
        return place.runs();
    }

    @Override
    public List<Path> places() {
        return Stream.concat(Stream.of(place.runs()), tabs.all().stream().map(tab -> RunPlace.of(
                                tab.document().workflow())
                        .under(place.runs())))
                .distinct()
                .toList();
    }

    @Override
    public String device() {
        return device.get();
    }

    @Override
    public void bring(MissingNode missing) {
        PluginsDialog.show(window, place.library(), Optional.of(missing));
    }

    @Override
    public void disable(String plugin) {
        NodeLibrary library = place.library();
        work.soon(
                () -> {
                    library.store().orElseThrow().setEnabled(plugin, false);
                    library.refresh();
                },
                () -> say(Strings.get("plugins.said.disable", plugin)));
    }

    @Override
    public void say(String words) {
        status.say(words);
    }

    /** Into the selected node when it takes a picture, else into a new one that loads it. */
    @Override
    public void sendToNode(Path picture) {
        tabs.front().ifPresent(tab -> sendToNode(tab, new JsonPrimitive(picture.toString())));
    }

    private void sendToNode(WorkflowTab tab, JsonPrimitive picture) {
        NodeLibrary library = place.library();
        for (String node : tab.selectedNodes()) {
            Optional<SettingSchema> setting = library.node(
                            tab.canvas().shown().nodes().get(node).type())
                    .flatMap(schema -> schema.settings().stream()
                            .filter(each -> each.declared().control() == Setting.Control.IMAGE_FILE)
                            .findFirst());
            if (setting.isPresent()) {
                tab.canvas()
                        .edit(
                                Strings.get("inspector.edit", setting.get().title()),
                                workflow -> workflow.with(node, setting.get().id(), picture));
                return;
            }
        }
        library.node(LoaderNode.PICTURE.type())
                .ifPresent(type -> tab.canvas().add(type, Map.of(LoaderNode.PICTURE.setting(), picture)));
    }

    @Override
    public void openWorkflow(Path picture) {
        opener.file(picture);
    }

    @Override
    public void tell(Problem problem) {
        boxes.tell(problem);
    }
}
