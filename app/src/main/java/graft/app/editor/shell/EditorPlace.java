package graft.app.editor.shell;

import graft.app.plugin.NodeLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the window works with and does not own.
 *
 * @param workflows the folder of the workflows that ship
 * @param runs where run folders are made
 * @param config the folder of the user's settings
 * @param program the command that starts this program's command line
 */
record EditorPlace(Path workflows, Path runs, Path config, NodeLibrary library, List<String> program) {

    /** The command that starts a worker process. */
    List<String> worker() {
        List<String> command = new ArrayList<>(program);
        command.add("worker");
        return command;
    }

    Path settingsFile() {
        return config.resolve("settings.json");
    }

    Path sessionFile() {
        return config.resolve("session.json");
    }
}
