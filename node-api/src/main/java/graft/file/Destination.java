package graft.file;

import graft.node.Problem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.UUID;

/** Tries a place where something will be written, before the work whose result it shall hold. */
public final class Destination {

    private Destination() {}

    /**
     * Tries the folder of a setting, unless it is empty: then the run's own is meant.
     *
     * @param name of a file that will be made in it
     * @throws Problem at the setting when no such file could be made there
     */
    public static void check(String folder, String setting, String name) {
        if (folder.isBlank()) {
            return;
        }
        try {
            check(Location.of(folder, setting, "a folder to write to"), name);
        } catch (Problem e) {
            throw e.at(setting);
        }
    }

    /**
     * Tries a folder, which need not be there yet: makes a file in it, or in the nearest one above it that is there, and
     * takes it away again.
     *
     * @param name of a file that will be made in it
     * @throws Problem naming the folder when no such file could be made there
     */
    public static void check(Path folder, String name) {
        Path whole = folder.toAbsolutePath();
        Path there = whole;
        while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = Objects.requireNonNull(there.getParent(), "a root is always there");
        }
        try {
            if (!Files.isDirectory(there)) {
                throw new NotDirectoryException(there.toString());
            }
            for (Path missing : there.relativize(whole)) {
                take(there.resolve(missing));
            }
            take(whole.resolve(name));
            makeAndRemove(there.resolve("." + UUID.randomUUID() + ".part"));
        } catch (NoSuchFileException nothingCanBeMade) {
            // As in the folders by which a system tells of itself.
            throw new Problem("cannot write to " + folder, "no file can be made in " + there, "choose another folder")
                    .causedBy(nothingCanBeMade);
        } catch (IOException e) {
            throw FileFault.writing(folder, e);
        }
    }

    /** Has the system look at a name, which it refuses when it is too long for it. */
    private static void take(Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException free) {
            return;
        } catch (FileSystemException e) {
            if (FileFault.of(e) != FileFault.NOT_ALLOWED) {
                throw e;
            }
        }
    }

    /** With a byte in it: a full disk takes empty files. */
    private static void makeAndRemove(Path file) throws IOException {
        try {
            Files.write(file, new byte[1], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
