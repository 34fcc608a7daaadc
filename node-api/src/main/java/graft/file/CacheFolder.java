package graft.file;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where Graft keeps what it can make again: {@code GRAFT_CACHE}, else the platform's place for caches of the user.
 *
 * <p>Everything in it may be removed while Graft does not run.
 */
public final class CacheFolder {

    private CacheFolder() {}

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
