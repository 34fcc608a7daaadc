package graft.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * What lies in a folder. The streams of {@link Files} throw unchecked exceptions once they are under way, when a folder goes or
 * may not be read; here every failure is an {@link IOException}.
 */
public final class Folder {

    private Folder() {}

    /**
     * What lies directly in it, in no order.
     *
     * @throws IOException when it is not there, is no folder or cannot be read
     */
    public static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.toList();
        } catch (UncheckedIOException underWay) {
            throw underWay.getCause();
        }
    }

    /**
     * It and all that lies below it, each folder before what it holds; links are not followed.
     *
     * @throws IOException when it is not there, or it or a folder below cannot be read
     */
    public static List<Path> tree(Path folder) throws IOException {
        return tree(folder, Long.MAX_VALUE);
    }

    /** As {@link #tree(Path)}, which ends after a number of files and folders. */
    public static List<Path> tree(Path folder, long most) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.limit(most).toList();
        } catch (UncheckedIOException underWay) {
            throw underWay.getCause();
        }
    }

    /**
     * Deletes it with all that lies below it, which others may delete at the same time; nothing where nothing is.
     *
     * @throws IOException when something stays
     */
    public static void delete(Path folder) throws IOException {
        while (Files.exists(folder)) {
            try {
                List<Path> deepestFirst = new ArrayList<>(tree(folder));
                Collections.reverse(deepestFirst);
                for (Path each : deepestFirst) {
                    Files.deleteIfExists(each);
                }
            } catch (NoSuchFileException deletedByAnother) {
                // What is left is looked for anew.
            }
        }
    }
}
