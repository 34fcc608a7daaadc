package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.sun.net.httpserver.HttpServer;
import graft.app.editor.Markup;
import graft.app.editor.OpensWindows;
import graft.app.editor.Theme;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Comment;
import graft.app.workflow.Group;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.awt.Component;
import java.awt.Container;
import java.awt.Window;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.swing.AbstractButton;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JCheckBoxMenuItem;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JMenu;
import javax.swing.JMenuItem;
import javax.swing.JRadioButton;
import javax.swing.JRadioButtonMenuItem;
import javax.swing.JTabbedPane;
import javax.swing.JToggleButton;
import javax.swing.JToolTip;
import javax.swing.plaf.basic.BasicHTML;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers wrote is letters wherever the editor shows it: nothing of it is rendered, and no address in it is asked. */
@OpensWindows
class NoMarkupTest {

    @TempDir
    private Path work;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private String page;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        page = "<html><b>B</b><img src='http://127.0.0.1:" + server.getAddress().getPort() + "/seen.png'>";
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private NodeLibrary strangers() throws IOException {
        Path plugins = Files.createDirectories(work.resolve("plugins"));
        PluginStore store = new PluginStore(plugins, "0.1.0");
        Path archive = TestPlugin.of("marked", "1.0.0")
                .with("Plugin-Provider", page)
                .with("Plugin-Description", page)
                .source("""
                        package marked;
                        import graft.node.*;
                        @NodeType(id = "marked/node", title = "%1$s", category = "%1$s", help = "%1$s", output = true)
                        public final class Marked implements Node {
                            public enum Kind { ONE, TWO }
                            @Input(optional = true, help = "%1$s") String before;
                            @Setting(title = "%1$s", help = "%1$s", unit = "<html>x") int size = 3;
                            @Setting(group = "%1$s", help = "%1$s") String text = "%1$s";
                            @Setting Kind kind = Kind.ONE;
                            @Output(help = "%1$s") String said;
                            @Override public void run(Run run) {
                                run.log("%1$s");
                                run.warn("%1$s");
                                throw new Problem("%1$s", "%1$s", "%1$s");
                            }
                        }
                        """.formatted(page))
                .build(work.resolve("marked.jar"));
        try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
        return NodeLibrary.load(plugins, "0.1.0");
    }

    private Path workflow() {
        Path file = work.resolve("<html><b>named.json");
        WorkflowNode node = WorkflowNode.of("marked/node", 1, new Place(0, 0));
        Workflow workflow = Workflow.EMPTY
                .withTitle(page)
                .withNodes(Map.of(
                        "first", node.withTitle(page), "second", WorkflowNode.of("no/such", 1, new Place(360, 0))))
                .withComments(List.of(new Comment("note", page, new Place(0, 420), new Size(260, 110), "")))
                .withGroups(List.of(new Group("group", page, "", new Place(360, 420), new Size(260, 110))));
        workflow.write(file);
        return file;
    }

    /** What is rendered, of all that is shown in any window. */
    private static List<String> rendered() {
        return execute(() -> {
            List<String> found = new ArrayList<>();
            for (Window window : Window.getWindows()) {
                collect(window, found);
            }
            return found;
        });
    }

    private static void collect(Component component, List<String> found) {
        if (component instanceof JComponent shown
                && shown.getClientProperty(BasicHTML.propertyKey) != null
                && strangers(shown)) {
            found.add(shown.getClass().getName() + " " + shown.getName());
        }
        if (component instanceof JTabbedPane tabs) {
            for (int i = 0; i < tabs.getTabCount(); i++) {
                if (BasicHTML.isHTMLString(tabs.getTitleAt(i))) {
                    found.add("the tab " + tabs.getTitleAt(i));
                }
            }
        }
        if (component instanceof Container container) {
            for (Component child : container.getComponents()) {
                collect(child, found);
            }
        }
    }

    /** Windows of other tests may be about, with what Graft itself renders. */
    private static boolean strangers(JComponent component) {
        String text = component instanceof JLabel label
                ? label.getText()
                : component instanceof AbstractButton button
                        ? button.getText()
                        : component instanceof JToolTip tip ? tip.getTipText() : "";
        return text != null && (text.contains("seen.png") || text.contains("named"));
    }

    @Test
    void nothingOfAStrangersWorkflowOrPluginIsRendered() throws Exception {
        try (NodeLibrary library = strangers();
                OpenedEditor editor =
                        new OpenedEditor(work.resolve("config"), OpenedEditor.begun(), library, workflow())) {
            editor.awaitWorkflow();
            assertThat(rendered()).isEmpty();
            // The form, the problems and a run with its log.
            execute(() -> editor.canvas().select(Set.of("first")));
            editor.robot().waitForIdle();
            assertThat(rendered()).isEmpty();
            editor.awaitCanvas();
            editor.press(KeyEvent.VK_ENTER, KeyEvent.VK_CONTROL);
            editor.await("the refusal is shown", () -> !editor.said().isEmpty() || !asked.isEmpty());
            // The search over all nodes.
            editor.awaitCanvas();
            editor.robot().doubleClick(editor.canvas());
            editor.await(
                    "the search is open",
                    () -> editor.robot().finder().findAll(OpenedEditor.named("canvas.search.results")).stream()
                            .anyMatch(Component::isShowing));
            assertThat(rendered()).isEmpty();
            assertThat(asked).isEmpty();
        }
    }

    @Test
    void noComponentRendersWhatItIsGivenButThoseThatAreAllowed() throws Exception {
        execute(() -> Preferences.DEFAULT.install(Theme.DARK));
        List<String> rendered = execute(() -> {
            JToolTip tip = new JToolTip();
            tip.setTipText(page);
            List<JComponent> all = List.of(
                    tip,
                    new JLabel(page),
                    new JButton(page),
                    new JToggleButton(page),
                    new JCheckBox(page),
                    new JRadioButton(page),
                    new JMenu(page),
                    new JMenuItem(page),
                    new JCheckBoxMenuItem(page),
                    new JRadioButtonMenuItem(page));
            List<String> found = new ArrayList<>();
            all.forEach(each -> collect(each, found));
            return found;
        });
        assertThat(rendered).isEmpty();
        assertThat(asked).isEmpty();
        JLabel own = execute(() -> {
            JLabel label = Markup.allow(new JLabel());
            label.setText("<html><b>Graft's own</b></html>");
            label.updateUI();
            return label;
        });
        assertThat(own.getClientProperty(BasicHTML.propertyKey)).isNotNull();
    }
}
