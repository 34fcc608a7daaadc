package graft.app.plugin;

import graft.app.plugin.PluginManifest.Dependency;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is wrong with an archive, found by loading it as it would be loaded once it is installed. */
final class ArchiveTrial {

    /** Nobody reads more at once. */
    private static final int MOST = 10;

    private static final String NOT_THERE = "which is not there";

    private final NodeLibrary library;
    private final PluginManifest manifest;

    /** @param library with the archive in it */
    ArchiveTrial(NodeLibrary library, PluginManifest manifest) {
        this.library = library;
        this.manifest = manifest;
    }

    /** @throws Problem for whoever installs it */
    void refuseForUser() {
        List<String> faults = faults();
        if (!faults.isEmpty()) {
            throw new Problem(
                    "the plugin " + manifest.name() + " is not installed", words(faults), "tell its provider");
        }
    }

    /**
     * @param own names of the classes that its author wrote, which use nothing that is not there
     * @throws Problem for its author
     */
    void refuseForAuthor(Set<String> own) {
        List<String> faults = faults();
        boolean alone = faults.stream().anyMatch(fault -> fault.startsWith("it needs the plugin "));
        boolean lacking = faults.stream().anyMatch(fault -> fault.endsWith(NOT_THERE)) && !alone;
        for (Map.Entry<String, String> missing : missing(own).entrySet()) {
            lacking = true;
            if (faults.stream().noneMatch(fault -> fault.contains(missing.getKey()))) {
                faults.add("its class " + missing.getValue() + " needs the class " + missing.getKey()
                        + ", which is neither in the archive nor offered by Graft");
            }
        }
        if (!faults.isEmpty()) {
            String remedy = lacking
                    ? "is the library `provided` in the pom, or not in it? add it to the pom's dependencies and leave the"
                            + " scope out, so that it travels in the jar"
                    : alone ? "install that one first, for the archive is tried beside it" : "mend it and build again";
            throw new Problem(
                    "the plugin " + manifest.name() + " is refused, as its installation would be",
                    words(faults),
                    remedy);
        }
    }

    private List<String> faults() {
        return library.failures().stream()
                .filter(failure -> failure.plugin().equals(manifest.id()))
                .map(PluginFailure::reason)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static String words(List<String> faults) {
        if (faults.size() == 1) {
            return "it does not load: " + faults.get(0);
        }
        int more = faults.size() - MOST;
        return "it does not load, for " + faults.size() + " reasons: "
                + IntStream.range(0, Math.min(MOST, faults.size()))
                        .mapToObj(i -> "(" + (i + 1) + ") " + faults.get(i))
                        .collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "");
    }

    /** What its own classes name and its class loader does not find, each with one of those classes. */
    private Map<String, String> missing(Set<String> own) {
        Map<String, String> missing = new TreeMap<>();
        LoadedPlugin plugin = library.loaded(manifest.id())
                .filter(LoadedPlugin::started)
                .filter(each -> manifest.dependencies().stream().allMatch(this::isHere))
                .orElse(null);
        if (plugin == null) {
            return missing;
        }
        Set<String> enclosed = plugin.classes();
        for (String type : own) {
            try (InputStream in = plugin.loader().getResourceAsStream(type.replace('.', '/') + ".class")) {
                if (in == null) {
                    continue; // it was left out of the archive
                }
                for (String named : new ClassFile(in.readAllBytes()).named()) {
                    if (!enclosed.contains(named) && !isFound(named, plugin.loader())) {
                        missing.putIfAbsent(named, type);
                    }
                }
            } catch (IOException | IllegalArgumentException unreadable) {
                missing.putIfAbsent(type, type);
            }
        }
        return missing;
    }

    /** Without an optional one, classes that use it lack theirs, and are not used. */
    private boolean isHere(Dependency dependency) {
        return !dependency.optional() || library.loaded(dependency.id()).isPresent();
    }

    private static boolean isFound(String type, ClassLoader loader) {
        try {
            return loader.loadClass(type) != null;
        } catch (ClassNotFoundException | LinkageError notThere) {
            return false;
        }
    }
}
