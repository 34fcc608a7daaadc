package graft.app.editor.shell;

import com.google.gson.JsonPrimitive;
import graft.app.editor.Display;
import graft.app.editor.Theme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * An editor in a process of its own, with a workflow that was changed and not saved: a file that is named, else a template; it waits
 * to be killed.
 */
final class KilledEditor {

    private KilledEditor() {}

    static Process start(Path config, Path... files) throws IOException {
        return Display.program(
                        KilledEditor.class,
                        Stream.concat(Stream.of(config), Stream.of(files))
                                .map(Path::toString)
                                .toArray(String[]::new))
                .inheritIO()
                .start();
    }

    public static void main(String[] arguments) {
        Path config = Path.of(arguments[0]);
        SwingUtilities.invokeLater(() -> {
            Preferences.DEFAULT.install(Theme.LIGHT);
            MainWindow window =
                    new MainWindow(OpenedEditor.place(config), Preferences.DEFAULT, OpenedEditor.begun(), () -> {});
            window.show(arguments.length > 1 ? List.of(Path.of(arguments[1])) : List.of());
            if (arguments.length == 1) {
                window.openTemplate(OpenedEditor.WORKFLOWS.resolve("text-to-image.json"));
            }
            Timer edit = new Timer(100, null);
            edit.addActionListener(event -> window.current().ifPresent(tab -> {
                edit.stop();
                tab.document().edit("Steps", workflow -> workflow.with("sample", "steps", new JsonPrimitive(77)));
            }));
            edit.start();
        });
    }
}
