package graft.app.user;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Where what the user chose is kept: {@code GRAFT_CONFIG}, else the platform's place for settings of the user. */
public final class ConfigFolder {

    private ConfigFolder() {}

    /** Of this user on this machine; it may not be there yet. */
    public static Path path() {
        return path(System.getenv(), System.getProperty("os.name"), System.getProperty("user.home"));
    }

    public static Path path(Map<String, String> environment, String system, String home) {
        String chosen = environment.getOrDefault("GRAFT_CONFIG", "");
        if (!chosen.isBlank()) {
            return Path.of(chosen);
        }
        String os = system.toLowerCase(Locale.ROOT);
        if (os.startsWith("windows") && environment.containsKey("APPDATA")) {
            return Path.of(environment.get("APPDATA"), "Graft");
        }
        if (os.startsWith("mac")) {
            return Path.of(home, "Library", "Application Support", "Graft");
        }
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        return xdg.isBlank() ? Path.of(home, ".config", "graft") : Path.of(xdg, "graft");
    }
}
