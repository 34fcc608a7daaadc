package graft.file;

import graft.node.Problem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes a file that is either there whole or not at all.
 *
 * <p>The bytes go to a temporary file in the same folder, reach the disk, and take the target's name in one step; on any
 * failure the temporary file is removed and what was there before stays. Behind a symbolic link that is the file that it leads
 * to: the link stays one.
 */
public final class AtomicFile {

    /** Puts out the contents of a file. */
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /** Looks at the finished temporary file and throws to refuse it. */
    @FunctionalInterface
    interface Check {
        void check(Path written) throws IOException;
    }

    private static final int MOST_LINKS = 40;

    private AtomicFile() {}

    /**
     * Writes {@code target}, making its folders and replacing what was there.
     *
     * @throws Problem naming the file, for example when the disk is full or the folder may not be written
     */
    public static void write(Path target, Writer writer) {
        write(target, writer, written -> {});
    }

    /** As {@link #write(Path, Writer)}, but the file takes its name only when {@code check} lets it pass. */
    static void write(Path target, Writer writer, Check check) {
        Path temporary = null;
        try {
            Path file = behindLinks(target.toAbsolutePath());
            Path folder = Objects.requireNonNull(file.getParent(), "a file has a folder");
            Files.createDirectories(folder);
            // Without the file's name, which may be as long as a name can be.
            temporary = folder.resolve("." + UUID.randomUUID() + ".part");
            try (FileChannel channel =
                            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
                writer.write(out);
                out.flush();
                channel.force(true);
            }
            check.check(temporary);
            rename(temporary, file);
            temporary = null;
        } catch (IOException e) {
            throw problem(target, e);
        } finally {
            removeQuietly(temporary);
        }
    }

    private static Path behindLinks(Path named) throws IOException {
        Path file = named;
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(named.toString());
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        return file;
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void removeQuietly(Path temporary) {
        if (temporary == null) {
            return;
        }
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The failure that led here is the one to report; a left-over ".part" file harms nothing.
        }
    }

    /** Says in one sentence why a file could not be written, or a folder made. */
    public static Problem problem(Path target, IOException e) {
        return FileFault.writing(target, e);
    }
}
