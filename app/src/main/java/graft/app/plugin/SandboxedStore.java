package graft.app.plugin;

import graft.app.sandbox.Confines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a sandboxed process finds in place of the folder of plugins: those that come with Graft, and of the installed ones those that it
 * needs and no other; all of them as if they were trusted, so that it loads them.
 */
public final class SandboxedStore implements AutoCloseable {

    private final Path bundled;
    private final Path folder;
    private final StoreState state;
    private final Path scratch;

    SandboxedStore(Path bundled, Path folder, StoreState state) {
        this.bundled = bundled;
        this.folder = folder;
        this.state = state;
        try {
            scratch = Files.createTempDirectory("graft-sandbox");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds it to what a process finds, with given plugins and all that these need. */
    public void show(Collection<String> plugins, Confines confines) {
        Map<String, InstalledPlugin> shown = new LinkedHashMap<>();
        Set<String> wanted = withNeeded(plugins);
        state.plugins().forEach((id, plugin) -> {
            if (wanted.contains(id)) {
                shown.put(id, plugin.withSandboxed(false));
            }
        });
        Path list = scratch.resolve("installed.json");
        new StoreState(shown, Map.of(), List.of(), List.of()).write(list);
        confines.reads(bundled);
        confines.variable(PluginStore.VARIABLE, folder.toAbsolutePath().toString());
        confines.empty(folder);
        shown.values().forEach(plugin -> confines.reads(folder.resolve(plugin.file())));
        confines.reads(list, folder.resolve("installed.json"));
        confines.closed(folder);
    }

    /** Where the installed plugins are. */
    public Path folder() {
        return folder;
    }

    /** The folder that the folder of plugins is in. */
    public Path home() {
        return bundled.toAbsolutePath().normalize().getParent();
    }

    private Set<String> withNeeded(Collection<String> plugins) {
        Set<String> all = new LinkedHashSet<>();
        for (String plugin : plugins) {
            add(plugin, all);
        }
        return all;
    }

    private void add(String id, Set<String> all) {
        InstalledPlugin plugin = state.plugins().get(id);
        if (plugin != null && all.add(id)) {
            plugin.dependencies().forEach(dependency -> add(dependency.id(), all));
        }
    }

    /** Removes what was made for the process, which has ended. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(scratch.resolve("installed.json"));
            Files.deleteIfExists(scratch);
        } catch (IOException left) {
            scratch.toFile().deleteOnExit();
        }
    }
}
