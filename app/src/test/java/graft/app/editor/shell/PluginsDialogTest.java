package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Commands;
import graft.app.editor.Hands;
import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.NodeState;
import graft.app.engine.Finding;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginInspection;
import graft.app.plugin.PluginStore;
import graft.app.plugin.TestPlugin;
import graft.app.sandbox.Sandbox;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import java.awt.Component;
import java.awt.Rectangle;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.swing.AbstractButton;
import javax.swing.JList;
import javax.swing.JTextArea;
import org.assertj.swing.core.GenericTypeMatcher;
import org.assertj.swing.fixture.DialogFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does with plugins in the editor: real archives in a store of the test's own. */
@OpensWindows
class PluginsDialogTest {

    private static final String NODE = "stranger/text/colours";

    @TempDir
    private Path work;

    private Path plugins;
    private Path shop;
    private PluginStore store;
    private NodeLibrary library;

    @BeforeEach
    void pluginsThatComeWithGraft() throws IOException {
        plugins = Files.createDirectories(work.resolve("plugins"));
        shop = Files.createDirectories(work.resolve("shop"));
        Path bundled = Path.of("").toAbsolutePath().getParent().resolve("plugins");
        try (Stream<Path> files = Files.list(bundled)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".jar")).toList()) {
                Files.copy(file, plugins.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        TestPlugin.bundle(plugins);
        store = new PluginStore(plugins, "0.1.0");
    }

    private static TestPlugin colours(String version) {
        return TestPlugin.of("colours", version)
                .with("Plugin-Description", "Mixes colours.")
                .good(NODE);
    }

    /** An archive with its checksum beside it, as its provider publishes both. */
    private Path published(TestPlugin plugin, Path file) throws IOException {
        Path archive = plugin.build(file);
        Files.writeString(
                archive.resolveSibling(archive.getFileName() + ".sha512"),
                PluginInspection.of(archive).sha512() + "  " + archive.getFileName() + "\n");
        return archive;
    }

    private void offer(String... versions) throws IOException {
        List<Map<String, String>> releases = new ArrayList<>();
        for (String version : versions) {
            Path archive = colours(version).build(shop.resolve("colours-" + version + ".jar"));
            releases.add(Map.of(
                    "version", version,
                    "url", archive.getFileName().toString(),
                    "sha512sum", PluginInspection.of(archive).sha512()));
        }
        Files.writeString(
                shop.resolve("plugins.json"),
                new Gson()
                        .toJson(List.of(Map.of(
                                "id", "colours",
                                "name", "Colours",
                                "description", "Mixes colours.",
                                "provider", "Somebody",
                                "nodes", List.of(NODE),
                                "releases", releases))));
    }

    /** A workflow with one node of the plugin. */
    private Path workflow() {
        Path file = work.resolve("colours.json");
        try {
            Files.writeString(file, """
                    {"format": 1, "nodes": {"mix": {"type": "stranger/text/colours", "version": 1, "at": [40, 60], "settings": {"size": 7}}}, "wires": []}
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private OpenedEditor editor(Path... files) {
        library = NodeLibrary.load(plugins, "0.1.0");
        return new OpenedEditor(work.resolve("config"), OpenedEditor.begun(), library, files);
    }

    /** What a plugin adds to choices is there for the whole program. */
    @AfterEach
    void unload() {
        library.close();
    }

    private static DialogFixture manager(OpenedEditor editor) {
        execute(() ->
                editor.window().action(Commands.PLUGINS).orElseThrow().actionPerformed(new ActionEvent(editor, 0, "")));
        return shown(editor, "plugins");
    }

    private static DialogFixture shown(OpenedEditor editor, String name) {
        return editor.dialog(name);
    }

    private static void select(OpenedEditor editor, DialogFixture manager, String row) {
        JList<?> list = manager.list("plugins.list").target();
        editor.await("the list has " + row, () -> indexOf(list, row) >= 0);
        execute(() -> list.setSelectedIndex(indexOf(list, row)));
    }

    private static int indexOf(JList<?> list, String row) {
        for (int i = 0; i < list.getModel().getSize(); i++) {
            if (list.getModel().getElementAt(i).toString().equals(row)) {
                return i;
            }
        }
        return -1;
    }

    private static void act(OpenedEditor editor, DialogFixture manager, String act) {
        editor.await(
                act + " is offered",
                () -> editor.robot().finder().findAll(manager.target(), visible("plugins.act." + act)).stream()
                        .anyMatch(Component::isEnabled));
        manager.button("plugins.act." + act).click();
    }

    private static GenericTypeMatcher<Component> visible(String name) {
        return new GenericTypeMatcher<>(Component.class, true) {
            @Override
            protected boolean isMatching(Component component) {
                return name.equals(component.getName());
            }
        };
    }

    private static void says(OpenedEditor editor, DialogFixture manager, String words) {
        Hands.awaitWords(
                words, () -> editor.robot().finder().findAll(manager.target(), visible("plugins.message")).stream()
                        .map(found -> ((JTextArea) found).getText())
                        .collect(Collectors.joining("\n")));
    }

    /** As an {@link OpenedEditor#answer}: a display without a window manager may keep a click from a dialog that is new. */
    private static void choose(AbstractButton button) {
        execute(() -> button.doClick());
    }

    private static void installFile(OpenedEditor editor, DialogFixture manager, Path archive) {
        manager.button("plugins.file").click();
        DialogFixture form = shown(editor, "plugins.file");
        form.textBox("plugins.file.path").setText(archive.toString());
        choose(form.button("plugins.file.yes").target());
    }

    /** Whether the canvas draws more of the node than its title: a placeholder without wires has neither settings nor sockets. */
    private static boolean alive(OpenedEditor editor) {
        Rectangle node =
                editor.window().current().orElseThrow().canvas().place("mix").orElseThrow();
        return node.height > 0.3 * node.width;
    }

    @Test
    void aPluginFromAFileIsInstalledDisabledEnabledAndRemovedWhileItsWorkflowIsOpen() throws IOException {
        Path archive = published(colours("1.0.0"), work.resolve("colours.jar"));
        try (OpenedEditor editor = editor(workflow())) {
            editor.awaitWorkflow();
            Workflow before = editor.workflow();
            assertThat(execute(() -> alive(editor))).isFalse();
            DialogFixture manager = manager(editor);
            installFile(editor, manager, archive);
            DialogFixture question = shown(editor, "plugins.question");
            assertThat(store.installed()).isEmpty();
            choose(question.button("plugins.question.yes").target());
            says(editor, manager, "Installed colours 1.0.0.");
            editor.await("the placeholder comes alive", () -> alive(editor));
            act(editor, manager, "disable");
            says(editor, manager, "colours is disabled");
            editor.await("the node is a placeholder", () -> !alive(editor));
            act(editor, manager, "enable");
            says(editor, manager, "colours is enabled.");
            editor.await("the node is back", () -> alive(editor));
            act(editor, manager, "remove");
            choose(shown(editor, "plugins.remove").button("plugins.remove.yes").target());
            says(editor, manager, "colours is removed");
            editor.await("the node is a placeholder", () -> !alive(editor));
            assertThat(editor.workflow()).isEqualTo(before);
            assertThat(store.installed()).isEmpty();
        }
    }

    @Test
    void aTamperedArchiveIsRefusedWithOneSentence() throws IOException {
        Path archive = published(colours("1.0.0"), work.resolve("colours.jar"));
        colours("1.0.0").entry("evil.txt", new byte[] {1}).build(archive);
        try (OpenedEditor editor = editor()) {
            DialogFixture manager = manager(editor);
            installFile(editor, manager, archive);
            says(editor, manager, "The plugin colours.jar is refused: its SHA-512 is ");
            assertThat(store.installed()).isEmpty();
        }
    }

    @Test
    void whatIsNewIsAskedAndNoLeavesNothing() throws IOException {
        Path archive = published(colours("1.0.0").with("Plugin-Permissions", "network"), work.resolve("colours.jar"));
        try (OpenedEditor editor = editor()) {
            DialogFixture manager = manager(editor);
            installFile(editor, manager, archive);
            DialogFixture question = shown(editor, "plugins.question");
            assertThat(editor.robot()
                            .finder()
                            .findAll(
                                    question.target(),
                                    component -> component instanceof JTextArea text
                                            && text.getText().equals("colours 1.0.0 speaks to other computers.")))
                    .hasSize(1);
            question.button("plugins.question.no").requireEnabled();
            editor.robot().pressAndReleaseKeys(KeyEvent.VK_ENTER);
            says(editor, manager, "Nothing was installed.");
            assertThat(store.installed()).isEmpty();
        }
    }

    @Test
    void anInstallationIntoTheSandboxSaysWhatIsNotOfferedThere() throws IOException {
        Optional<String> lacks = Sandbox.ofThisMachine().lacks();
        assumeTrue(lacks.isEmpty(), () -> "there is no sandbox here: " + lacks.orElse(""));
        Path archive = published(TestPlugin.example(), work.resolve("example.jar"));
        try (OpenedEditor editor = editor()) {
            DialogFixture manager = manager(editor);
            installFile(editor, manager, archive);
            DialogFixture question = shown(editor, "plugins.question");
            choose(question.checkBox("plugins.question.sandbox").target());
            choose(question.button("plugins.question.yes").target());
            says(editor, manager, "Installed example 1.0.0. Not offered while it is in the sandbox: ");
            assertThat(store.leftOut("example")).isNotEmpty().allSatisfy(left -> says(editor, manager, left));
            select(editor, manager, "example 1.0.0");
            act(editor, manager, "trust");
            says(editor, manager, "example runs inside Graft, with all rights of yours.");
            assertThat(store.leftOut("example")).isEmpty();
        }
    }

    @Test
    void aRepositoryIsAddedAndItsPluginInstalledUpdatedAndRolledBack() throws IOException {
        offer("1.0.0");
        try (OpenedEditor editor = editor()) {
            DialogFixture manager = manager(editor);
            manager.button("plugins.repository").click();
            DialogFixture form = shown(editor, "plugins.repository");
            form.textBox("plugins.repository.address").setText(shop.toString());
            choose(form.button("plugins.repository.yes").target());
            says(editor, manager, "is asked from now on");
            manager.textBox("plugins.search").setText("mixes");
            select(editor, manager, "colours 1.0.0");
            act(editor, manager, "install");
            choose(shown(editor, "plugins.question")
                    .button("plugins.question.yes")
                    .target());
            says(editor, manager, "Installed colours 1.0.0.");
            offer("1.0.0", "1.1.0");
            manager.button("plugins.ask").click();
            says(editor, manager, "One plugin has a newer version.");
            act(editor, manager, "update");
            says(editor, manager, "Installed colours 1.1.0.");
            manager.textBox("plugins.search").setText("");
            manager.toggleButton("plugins.page.installed").click();
            select(editor, manager, "colours 1.1.0");
            act(editor, manager, "roll-back");
            says(editor, manager, "colours is back");
            assertThat(store.installed("colours").orElseThrow().version()).isEqualTo("1.0.0");
        }
    }

    @Test
    void aWorkflowThatMissesAPluginOffersToInstallIt() throws IOException {
        offer("1.0.0");
        store.addRepository(shop.toString());
        try (OpenedEditor editor = editor(workflow())) {
            editor.awaitWorkflow();
            execute(() -> editor.window()
                    .action(Commands.PROBLEMS)
                    .orElseThrow()
                    .actionPerformed(new ActionEvent(editor, 0, "")));
            editor.await("the problem offers it", () -> !editor.robot()
                    .finder()
                    .findAll(visible("problem.bring.colours"))
                    .isEmpty());
            editor.frame()
                    .button("problem.bring.colours")
                    .requireText("Install colours…")
                    .click();
            DialogFixture manager = shown(editor, "plugins");
            act(editor, manager, "install");
            choose(shown(editor, "plugins.question")
                    .button("plugins.question.yes")
                    .target());
            says(editor, manager, "Installed colours 1.0.0.");
            editor.await("the placeholder comes alive", () -> alive(editor));
            editor.await("the problem is gone", () -> editor.robot()
                    .finder()
                    .findAll(visible("problem.bring.colours"))
                    .isEmpty());
        }
    }

    @Test
    void theExamplesWorkflowOpensWithoutItIsSavedByteForByteAndRunsOnceItIsInstalled() throws IOException {
        Path archive = published(TestPlugin.example(), work.resolve("example.jar"));
        Path file = work.resolve("example.json");
        Workflow shipped = Workflow.read(OpenedEditor.HOME.resolve("plugins/example/workflow.json"))
                .with("sample", "steps", new JsonPrimitive(2))
                .with("canvas", "batch", new JsonPrimitive(1));
        shipped.write(file);
        byte[] bytes = Files.readAllBytes(file);
        List<String> strange = shipped.nodes().entrySet().stream()
                .filter(node -> node.getValue().type().startsWith("example/"))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(strange).isNotEmpty();
        try (OpenedEditor editor = editor(file)) {
            editor.awaitWorkflow();
            editor.await("its nodes are missing", () -> editor.window().current().orElseThrow().findings().stream()
                    .filter(finding -> finding.missing().isPresent())
                    .map(Finding::node)
                    .toList()
                    .containsAll(strange));
            // Changed and changed back, so that there is something to save.
            OpenWorkflow document =
                    execute(() -> editor.window().current().orElseThrow().document());
            execute(() -> document.edit("Rename", "", workflow -> workflow.withTitle("Other")));
            act(editor, Commands.SAVE);
            editor.await("it is saved", () -> !document.dirty());
            assertThat(Files.readAllBytes(file)).isNotEqualTo(bytes);
            execute(() -> document.edit("Rename", "", workflow -> workflow.withTitle(shipped.title())));
            act(editor, Commands.SAVE);
            editor.await("it is saved", () -> !document.dirty());
            assertThat(file).hasBinaryContent(bytes);
            DialogFixture manager = manager(editor);
            installFile(editor, manager, archive);
            choose(shown(editor, "plugins.question")
                    .button("plugins.question.yes")
                    .target());
            says(editor, manager, "Installed example 1.0.0.");
            manager.close();
            editor.await(
                    "nothing is missing any more", () -> editor.window().current().orElseThrow().findings().stream()
                            .allMatch(finding -> finding.missing().isEmpty()));
            act(editor, Commands.RUN);
            editor.await("its nodes run", () -> strange.stream().allMatch(node -> ran(editor, node)));
            editor.await(
                    "the run is over",
                    () -> !editor.window().action(Commands.CANCEL).orElseThrow().isEnabled());
            assertThat(file).hasBinaryContent(bytes);
        }
    }

    private static boolean ran(OpenedEditor editor, String node) {
        NodeState.Kind kind = editor.state(node);
        return kind == NodeState.Kind.DONE || kind == NodeState.Kind.CACHED;
    }

    private static void act(OpenedEditor editor, Commands command) {
        execute(() -> editor.window().action(command).orElseThrow().actionPerformed(new ActionEvent(editor, 0, "")));
    }
}
