package graft.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a file system tells of a file's contents: two stamps that differ mean that they may.
 *
 * @param size in bytes
 * @param modified when the contents were written, as whoever wrote them says
 * @param changed when the file system itself saw a change last, which no program can set; empty where it does not tell
 */
public record FileStamp(long size, FileTime modified, Optional<FileTime> changed) {

    /** File systems count times in steps, and by another clock on a server. */
    private static final long SETTLED_MILLIS = 2_000;

    /** As things are now; follows links. */
    public static FileStamp of(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            Map<String, Object> told = Files.readAttributes(file, "unix:size,lastModifiedTime,ctime");
            return new FileStamp(
                    (Long) told.get("size"), (FileTime) told.get("lastModifiedTime"), Optional.of((FileTime)
                            told.get("ctime")));
        }
        BasicFileAttributes told = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(told.size(), told.lastModifiedTime(), Optional.empty());
    }

    /**
     * Whether an equal stamp later means equal contents: the file system tells of changes, and the last one was some time
     * before {@code millis}, so that none can have happened within the same tick.
     *
     * @param millis since 1970
     */
    boolean settledAt(long millis) {
        return changed.isPresent()
                && Stream.of(modified, changed.get()).allMatch(time -> time.toMillis() < millis - SETTLED_MILLIS);
    }

    /** All of it in one word. */
    public String text() {
        return size + "," + modified.to(TimeUnit.NANOSECONDS) + ","
                + changed.map(time -> String.valueOf(time.to(TimeUnit.NANOSECONDS)))
                        .orElse("-");
    }
}
