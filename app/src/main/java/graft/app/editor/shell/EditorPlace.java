package graft.app.editor.shell;

import graft.app.plugin.NodeLibrary;
import java.nio.file.Path;
import java.util.List;

/**
 * What the window works with and does not own.
 *
 * @param workflows the folder of the workflows that ship
 * @param runs where run folders are made
 * @param config the folder of the user's settings
 * @param worker the command that starts a worker process
 */
record EditorPlace(Path workflows, Path runs, Path config, NodeLibrary library, List<String> worker) {

    Path settingsFile() {
        return config.resolve("settings.json");
    }

    Path sessionFile() {
        return config.resolve("session.json");
    }
}
