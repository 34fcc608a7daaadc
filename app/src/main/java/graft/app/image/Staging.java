package graft.app.image;

import graft.file.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * A hidden folder in which something is made before it takes its name beside it; it goes with all that is still in it, also when the
 * process is stopped.
 */
final class Staging implements AutoCloseable {

    private final Path folder;
    private final Thread stopped = new Thread(this::deleteQuietly, "graft-package-end");

    private Staging(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(stopped);
    }

    /** Makes it in a folder, which is made too. */
    static Staging in(Path parent) throws IOException {
        Files.createDirectories(parent);
        return new Staging(Files.createTempDirectory(parent, ".graft-package"));
    }

    Path folder() {
        return folder;
    }

    /** Gives a file or folder in it its name; what bore that name is replaced. */
    void land(Path made, Path target) throws IOException {
        Path before = folder.resolve("before-" + target.getFileName());
        boolean replaced = Files.exists(target);
        if (replaced) {
            Files.move(target, before);
        }
        try {
            Files.move(made, target);
        } catch (IOException failure) {
            if (replaced) {
                Files.move(before, target);
            }
            throw failure;
        }
    }

    private void deleteQuietly() {
        try {
            Folder.delete(folder);
        } catch (IOException stays) {
            LoggerFactory.getLogger(Staging.class).warn("{} stays: {}", folder, stays.getMessage());
        }
    }

    @Override
    public void close() {
        deleteQuietly();
        try {
            Runtime.getRuntime().removeShutdownHook(stopped);
        } catch (IllegalStateException underWay) {
            // The process ends already, and the hook deletes what is left.
        }
    }
}
