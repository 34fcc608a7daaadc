package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.ForeignModels;
import graft.app.editor.Commands;
import graft.app.editor.Hands;
import graft.app.editor.OpensWindows;
import graft.app.editor.Theme;
import graft.app.editor.inspector.EntryRow;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.FileLibrary.Entry;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.Setting.Collection;
import java.awt.Component;
import java.awt.Container;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JList;
import org.assertj.swing.core.Robot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in a person's folders and is not for Graft stands on the shelf by its name, and is not taken. */
@OpensWindows
class ForeignModelsTest {

    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();
    private final List<String> added = new ArrayList<>();
    private Robot robot;

    @BeforeEach
    void open() {
        robot = Hands.robot();
    }

    @AfterEach
    void close() {
        robot.cleanUp();
    }

    private final class Host implements LibraryPanel.Host {
        @Override
        public void add(NodeSchema type, Map<String, com.google.gson.JsonElement> settings) {
            added.add(type.id());
        }

        @Override
        public void open(Path workflow) {}

        @Override
        public void view(Path picture) {}

        @Override
        public void tell(Problem problem) {
            told.add(problem.getMessage());
        }
    }

    @Test
    void theShelfNamesThemAndRefusesThem() {
        Map<String, Path> models = ForeignModels.files(folder);
        ForeignModels.folders(folder).forEach((name, place) -> models.put(name + " (folder)", place));
        models.remove("a text model (Qwen3) (folder)"); // no model that draws lies there: nothing to choose
        JList<Entry> shelf = execute(() -> {
            Theme.DARK.install(Theme.ACCENT);
            LibraryPanel panel = new LibraryPanel(
                    NodeLibrary.load(OpenedEditor.HOME.resolve("plugins"), "0.1.0"),
                    new FileLibrary(
                            () -> new ModelFolders(
                                    List.of(new ModelFolders.Folder(Collection.CHECKPOINTS, folder)), List.of()),
                            folder.resolve("runs")),
                    List::of,
                    new Host());
            JFrame frame = new JFrame("Shelf");
            frame.add(panel);
            frame.setSize(400, 800);
            frame.setVisible(true);
            panel.show(Commands.MODELS);
            return shelf(panel);
        });
        Hands.await("the models are found", () -> execute(() -> shelf.getModel().getSize()) > models.size());
        for (Map.Entry<String, Path> each : models.entrySet()) {
            String name = each.getKey().replace(" (folder)", "");
            int row = row(shelf, each.getValue());
            String line = execute(() -> line(new EntryRow()
                    .getListCellRendererComponent(shelf, shelf.getModel().getElementAt(row), row, false, false)));
            assertThat(line).contains(name.replaceFirst("^a ", ""), "Graft does not work with it");
            told.clear();
            execute(() -> {
                shelf.setSelectedIndex(row);
                shelf.getActionForKeyStroke(javax.swing.KeyStroke.getKeyStroke("ENTER"))
                        .actionPerformed(null);
            });
            assertThat(told).singleElement().asString().contains("Cannot use " + each.getValue(), "it is " + name);
        }
        assertThat(added).isEmpty();
        execute(() -> {
            shelf.setSelectedIndex(0); // what ships, before what cannot be chosen
            shelf.getActionForKeyStroke(javax.swing.KeyStroke.getKeyStroke("ENTER"))
                    .actionPerformed(null);
        });
        assertThat(added).containsExactly("graft/model/load");
    }

    private static int row(JList<Entry> shelf, Path place) {
        return execute(() -> {
            for (int i = 0; i < shelf.getModel().getSize(); i++) {
                if (shelf.getModel().getElementAt(i).place().equals(place.toString())) {
                    return i;
                }
            }
            throw new AssertionError(place + " is not on the shelf");
        });
    }

    @SuppressWarnings("unchecked") // the shelf of that name lists entries
    private static JList<Entry> shelf(Container within) {
        for (Component each : within.getComponents()) {
            if (each instanceof JList<?> list && "library.models".equals(list.getName())) {
                return (JList<Entry>) list;
            }
            if (each instanceof Container container) {
                JList<Entry> found = shelf(container);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static String line(Component row) {
        if (row instanceof JLabel label) {
            return String.valueOf(label.getText());
        }
        StringBuilder all = new StringBuilder();
        if (row instanceof Container container) {
            for (Component each : container.getComponents()) {
                all.append(line(each)).append(' ');
            }
        }
        return all.toString();
    }
}
