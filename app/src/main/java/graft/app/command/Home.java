package graft.app.command;

import java.nio.file.Path;

/** Where Graft is installed: the folder of the launcher, of {@code plugins/} and of {@code workflows/}. */
final class Home {

    private Home() {}

    /** As the launcher says; the current folder when started otherwise. */
    static Path folder() {
        return Path.of(System.getProperty("graft.home", "")).toAbsolutePath();
    }

    static Path plugins() {
        return folder().resolve("plugins");
    }

    static Path launcher() {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return folder().resolve(windows ? "graft.cmd" : "graft");
    }
}
