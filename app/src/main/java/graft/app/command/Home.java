package graft.app.command;

import graft.app.engine.PluginLock;
import graft.app.engine.Versions;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.user.ModelSources;
import graft.file.CacheFolder;
import graft.node.Problem;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where Graft is installed: the folder of the launcher, of {@code plugins/} and of {@code workflows/}. */
final class Home {

    private Home() {}

    /** As the launcher says; the current folder when started otherwise. */
    static Path folder() {
        return Path.of(System.getProperty("graft.home", "")).toAbsolutePath();
    }

    /**
     * The folder that projects of plugins find the API in, below {@code app/target/api}: Graft's own, or for an image, which belongs to
     * all users of the machine, one in the user's cache.
     */
    static Path forAuthors() {
        return Boolean.getBoolean("graft.image")
                ? CacheFolder.path().toAbsolutePath().resolve("author")
                : folder();
    }

    static Path plugins() {
        return folder().resolve("plugins");
    }

    /** The nodes of the installed plugins; of each plugin that failed it says so in a sentence. */
    static NodeLibrary library(PrintWriter err) {
        NodeLibrary library = NodeLibrary.load(plugins(), Versions.graft());
        for (NodeLibrary.Failure failure : library.failures()) {
            err.println("graft: the plugin " + failure.plugin() + " did not load: " + failure.reason() + ".");
        }
        err.flush();
        return library;
    }

    /** Says where the plugins here are others than those that a workflow is made with. */
    static void compareLock(Path workflow, NodeLibrary library, PrintWriter err) {
        PluginLock.read(PluginLock.beside(workflow))
                .map(lock -> lock.differences(library))
                .orElse(List.of())
                .forEach(sentence -> err.println("warning: " + sentence));
        err.flush();
    }

    /**
     * The user's model folders, those given on the command line first.
     *
     * @throws Problem when a given place is not there or cannot be read
     */
    static ModelFolders models(List<Path> given) {
        for (Path place : given) {
            if (!Files.exists(place)) {
                throw new Problem(
                        "cannot look for models in " + place,
                        "there is no such folder or file",
                        "give a folder, or a file such as extra_model_paths.yaml, that is there");
            }
        }
        ModelSources.of(given, System.getenv()).problems().stream().findFirst().ifPresent(problem -> {
            throw problem;
        });
        return ModelSources.ofThisUser(given);
    }

    static Path launcher() {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return folder().resolve(windows ? "graft.cmd" : "graft");
    }
}
