package graft.app.plugin;

import graft.node.PlainText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/**
 * What an archive's manifest says of the plugin.
 *
 * @param id small letters, digits, dots and hyphens
 * @param version major.minor.patch (semver.org)
 * @param requires range of Graft versions that it works with, for example {@code >=0.1.0 & <0.2.0}
 * @param provider who made it
 * @param license by its SPDX name
 * @param permissions what it says it does; empty when it did not say
 */
public record PluginManifest(
        String id,
        String version,
        String requires,
        String provider,
        String license,
        String description,
        List<Dependency> dependencies,
        Optional<Set<Permission>> permissions) {

    private static final VersionManager VERSIONS = new DefaultVersionManager();

    private static final int MOST_NAME = 100;
    private static final int MOST_WORDS = 1000;
    private static final int MOST_DEPENDENCIES = 100;

    /**
     * Another plugin whose classes this one uses.
     *
     * @param range of its versions; {@code *} for any
     * @param optional whether it works without
     */
    public record Dependency(String id, String range, boolean optional) {

        boolean takes(String version) {
            return matches(version, range);
        }

        /** For people: {@code colours >=1.0.0}. */
        @Override
        public String toString() {
            return range.equals("*") ? id : id + " " + range;
        }
    }

    /**
     * Reads what is needed to load a plugin.
     *
     * @throws IllegalArgumentException with a clause that says what is wrong
     */
    static PluginManifest of(Manifest manifest) {
        Attributes all = manifest.getMainAttributes();
        String id = text(all, "Plugin-Id");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("its manifest has no Plugin-Id");
        }
        ForeignText.id("its Plugin-Id", id);
        String version = text(all, "Plugin-Version");
        if (version.isEmpty()) {
            throw new IllegalArgumentException("its manifest has no Plugin-Version");
        }
        ForeignText.version("its Plugin-Version", version);
        String requires = text(all, "Plugin-Requires");
        if (!requires.isEmpty()) {
            ForeignText.range("its Plugin-Requires", requires);
        }
        String permissions = text(all, "Plugin-Permissions");
        return new PluginManifest(
                id,
                version,
                requires,
                PlainText.line(text(all, "Plugin-Provider"), MOST_NAME),
                PlainText.line(text(all, "Plugin-License"), MOST_NAME),
                PlainText.line(text(all, "Plugin-Description"), MOST_WORDS),
                dependencies(text(all, "Plugin-Dependencies")),
                permissions.isEmpty() ? Optional.empty() : Optional.of(Permission.parse(permissions)));
    }

    /** What a plugin must say besides so that it may be installed; empty when it says it all. */
    Optional<String> missing() {
        List<String> missing = new ArrayList<>();
        if (requires.isEmpty()) {
            missing.add("Plugin-Requires (the versions of Graft that it works with)");
        }
        if (provider.isEmpty()) {
            missing.add("Plugin-Provider");
        }
        if (license.isEmpty()) {
            missing.add("Plugin-License");
        }
        if (permissions.isEmpty()) {
            missing.add("Plugin-Permissions (\"none\" for none)");
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", missing));
    }

    /** Whether it works with that version of Graft. */
    boolean worksWith(String graft) {
        return requires.isEmpty() || matches(graft, requires);
    }

    /** As messages call it: {@code colours 1.2.0}. */
    public String name() {
        return id + " " + version;
    }

    /** Whether {@code a} is a later version than {@code b}. */
    static boolean later(String a, String b) {
        return VERSIONS.compareVersions(a, b) > 0;
    }

    static boolean matches(String version, String range) {
        return range.equals("*") || VERSIONS.checkVersionConstraint(version, range);
    }

    /** PF4J's form: {@code colours@>=1.0.0 & <2.0.0, brushes, oils?}. */
    private static List<Dependency> dependencies(String list) {
        List<Dependency> dependencies = new ArrayList<>();
        String[] entries = list.split(",", -1);
        if (entries.length > MOST_DEPENDENCIES) {
            throw new IllegalArgumentException(
                    "its Plugin-Dependencies names more than " + MOST_DEPENDENCIES + " plugins");
        }
        for (String entry : entries) {
            String each = entry.strip();
            if (each.isEmpty()) {
                continue;
            }
            int at = each.indexOf('@');
            String name = at < 0 ? each : each.substring(0, at).strip();
            String range = at < 0 ? "*" : each.substring(at + 1).strip();
            boolean optional = name.endsWith("?");
            dependencies.add(new Dependency(
                    ForeignText.id("its dependency", optional ? name.substring(0, name.length() - 1) : name),
                    ForeignText.range("its dependency's range", range),
                    optional));
        }
        return List.copyOf(dependencies);
    }

    private static String text(Attributes attributes, String name) {
        String value = attributes.getValue(name);
        return value == null ? "" : value.strip();
    }
}
