package graft.app.command;

import graft.file.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that goes, with all that is in it, when it is closed. */
record TemporaryFolder(Path path) implements AutoCloseable {

    static TemporaryFolder create() throws IOException {
        return new TemporaryFolder(Files.createTempDirectory("graft"));
    }

    @Override
    public void close() {
        try {
            Folder.delete(path);
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
    }
}
