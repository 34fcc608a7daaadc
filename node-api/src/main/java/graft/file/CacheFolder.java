package graft.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where Graft keeps what it can make again: {@code GRAFT_CACHE}, else the platform's place for caches of the user.
 *
 * <p>Everything in it may be removed while Graft does not run.
 */
public final class CacheFolder {

    /** The folder in it of encoded pictures and captions. */
    public static final String ENCODED = "training";

    /** The folder in it of weights that were rounded. */
    public static final String INT8 = "int8";

    /** The folder in it of adapters that came as pickles, as safetensors. */
    public static final String CONVERTED = "converted";

    /** What they may hold together. */
    public static final long MOST_BYTES = 20L << 30;

    private CacheFolder() {}

    /** Marks a file as used, for {@link #prune}. */
    public static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // It only goes a little earlier than it might.
        }
    }

    /**
     * Removes what was not used for longest until the folders of what was encoded, rounded and converted hold no more than they may.
     *
     * @return a sentence where old files could not be removed
     */
    public static Optional<String> prune() {
        return prune(List.of(path().resolve(ENCODED), path().resolve(INT8), path().resolve(CONVERTED)), MOST_BYTES);
    }

    static Optional<String> prune(List<Path> folders, long most) {
        record Found(Path file, long size, FileTime used) {}
        List<Found> found = new ArrayList<>();
        try {
            for (Path folder : folders) {
                for (Path file : files(folder)) {
                    found.add(new Found(file, Files.size(file), Files.getLastModifiedTime(file)));
                }
            }
            found.sort(Comparator.comparing(Found::used));
            long size = found.stream().mapToLong(Found::size).sum();
            for (Found each : found) {
                if (size <= most) {
                    break;
                }
                Files.deleteIfExists(each.file());
                size -= each.size();
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("Old files of the cache could not be removed from "
                    + folders.get(0).getParent() + ": " + FileFault.why(e) + ".");
        }
    }

    /** How much of it the files of a folder in it take. */
    public static long bytes(String folder) throws IOException {
        long bytes = 0;
        for (Path file : files(path().resolve(folder))) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        return Folder.tree(folder).stream().filter(Files::isRegularFile).toList();
    }

    /** Of this user on this machine; it may not be there yet. */
    public static Path path() {
        return path(System.getenv(), System.getProperty("os.name"), System.getProperty("user.home"));
    }

    static Path path(Map<String, String> environment, String system, String home) {
        String chosen = environment.getOrDefault("GRAFT_CACHE", "");
        if (!chosen.isBlank()) {
            return Path.of(chosen);
        }
        String os = system.toLowerCase(Locale.ROOT);
        if (os.startsWith("windows") && environment.containsKey("LOCALAPPDATA")) {
            return Path.of(environment.get("LOCALAPPDATA"), "Graft", "cache");
        }
        if (os.startsWith("mac")) {
            return Path.of(home, "Library", "Caches", "graft");
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        return xdg.isBlank() ? Path.of(home, ".cache", "graft") : Path.of(xdg, "graft");
    }
}
