package graft.app.editor.shell;

import graft.app.editor.Theme;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ConfigFolder;
import graft.node.Problem;
import java.awt.GraphicsEnvironment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.swing.SwingUtilities;

/** Starts the editor and waits for its end. */
public final class Editor {

    private Editor() {}

    /**
     * Shows the window and returns when the user closed it.
     *
     * @param workflows the folder of the workflows that ship, shown as templates
     * @param runs where run folders are made
     * @param program the command that starts this program's command line, for processes that run workflows
     * @param files workflows to open
     * @throws Problem when there is no display, or the settings cannot be read
     */
    public static void run(Path workflows, Path runs, NodeLibrary library, List<String> program, List<Path> files)
            throws InterruptedException {
        if (GraphicsEnvironment.isHeadless()) {
            throw new Problem(
                    "cannot open the editor",
                    "there is no display",
                    "start it on a desktop, or run a workflow without a window: graft run FILE");
        }
        EditorPlace place = new EditorPlace(workflows, runs, ConfigFolder.path(), library, program);
        Preferences preferences = Preferences.read(place.settingsFile());
        Session session = Session.read(place.sessionFile());
        Theme theme = preferences.look().theme();
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        SwingUtilities.invokeLater(() -> {
            try {
                preferences.install(theme);
                new MainWindow(place, preferences, session, () -> end.complete(true)).show(files);
            } catch (RuntimeException | Error noWindow) {
                end.completeExceptionally(noWindow);
            }
        });
        try {
            end.get();
        } catch (ExecutionException noWindow) {
            throw new IllegalStateException("the window could not be made", noWindow.getCause());
        }
    }
}
