package graft.app.plugin;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a plugin says it does beyond computing, so that the user can judge it before it is installed.
 *
 * <p>A promise, and no fence: Java's class loaders do not keep a plugin from doing what it did not declare.
 */
public enum Permission {
    NETWORK("network", "speaks to other computers"),
    FILES("files", "reads and writes files of yours outside the run's folder"),
    NATIVE_CODE("native code", "brings code that is no Java and can crash the program"),
    PROCESSES("processes", "starts other programs");

    private final String id;
    private final String words;

    Permission(String id, String words) {
        this.id = id;
        this.words = words;
    }

    /** As manifests say it: {@code network}, {@code files}, {@code native code}, {@code processes}. */
    public String id() {
        return id;
    }

    /** What the plugin does, as the rest of a sentence. */
    public String words() {
        return words;
    }

    /**
     * Reads a manifest's list, separated by commas; {@code none} for none.
     *
     * @throws IllegalArgumentException naming the word that is no permission
     */
    static Set<Permission> parse(String list) {
        Set<Permission> permissions = EnumSet.noneOf(Permission.class);
        if (!list.strip().equals("none")) {
            for (String word : list.split(",", -1)) {
                permissions.add(of(word.strip().toLowerCase(Locale.ROOT)));
            }
        }
        return Collections.unmodifiableSet(permissions);
    }

    private static Permission of(String word) {
        return Arrays.stream(values())
                .filter(permission -> permission.id.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + word + "\" is no permission; there are "
                        + Arrays.stream(values()).map(Permission::id).collect(Collectors.joining(", "))
                        + ", and none for a plugin without any"));
    }

    /** The list as manifests hold it. */
    public static String words(Set<Permission> permissions) {
        return permissions.isEmpty()
                ? "none"
                : permissions.stream().map(Permission::id).collect(Collectors.joining(", "));
    }
}
