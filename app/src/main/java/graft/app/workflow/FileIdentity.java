package graft.app.workflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which file a path leads to: the one place that decides whether two paths mean the same file.
 *
 * <p>Asks the file system, which knows of links, hard links and letters' case; a file that is not there is the one of its name in
 * its folder.
 */
public final class FileIdentity {

    private FileIdentity() {}

    /** Whether two paths lead to one file, whatever they are called. */
    public static boolean same(Path one, Path other) {
        Path a = plain(one);
        Path b = plain(other);
        if (a.equals(b)) {
            return true;
        }
        try {
            return Files.isSameFile(a, b);
        } catch (IOException oneIsNotThere) {
            return inRealFolder(a).equals(inRealFolder(b));
        }
    }

    /**
     * A path from the root without dots, by the name that the user gave: links stay, but for those of folders that dots follow,
     * since behind a link {@code ..} is the folder that holds what it leads to.
     */
    public static Path plain(Path path) {
        Path whole = path.toAbsolutePath();
        return whole.equals(whole.normalize()) ? whole : inRealFolder(whole);
    }

    private static Path inRealFolder(Path whole) {
        Path name = whole.getFileName();
        Path folder = whole.getParent();
        if (name == null || folder == null || name.equals(name.resolveSibling(".."))) {
            return whole.normalize();
        }
        try {
            return folder.toRealPath().resolve(name).normalize();
        } catch (IOException folderIsNotThere) {
            return inRealFolder(folder).resolve(name).normalize();
        }
    }
}
