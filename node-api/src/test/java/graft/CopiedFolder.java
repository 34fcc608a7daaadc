package graft;

import graft.file.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model folder of a test's own, which it may change. */
public final class CopiedFolder {

    private CopiedFolder() {}

    /**
     * Copies a folder with all that lies below it.
     *
     * @param to may be there already, without those files
     * @return the copy
     */
    public static Path of(Path from, Path to) throws IOException {
        for (Path each : Folder.tree(from)) {
            Path copy = to.resolve(from.relativize(each).toString());
            if (Files.isDirectory(each)) {
                Files.createDirectories(copy);
            } else {
                Files.copy(each, copy);
            }
        }
        return to;
    }
}
