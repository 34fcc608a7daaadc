package graft.app.plugin;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A plugin that the user installed.
 *
 * @param file name of its archive in the store
 * @param sha512 of the archive, compared each time before it is loaded
 * @param provider who made it, as its manifest says; empty for one that an older Graft installed
 * @param signer who signed it; empty when nobody did
 * @param permissions that the user accepted
 * @param dependencies as its manifest names them
 * @param nodes ids of the nodes that it offers
 * @param source where it came from: a file or a repository
 * @param enabled whether it is loaded
 * @param previous what was installed before the last update, for a roll back
 */
public record InstalledPlugin(
        String id,
        String version,
        String file,
        String sha512,
        String provider,
        Optional<Signer> signer,
        Set<Permission> permissions,
        List<PluginManifest.Dependency> dependencies,
        List<String> nodes,
        String source,
        boolean enabled,
        Optional<InstalledPlugin> previous) {

    InstalledPlugin withEnabled(boolean on) {
        return new InstalledPlugin(
                id, version, file, sha512, provider, signer, permissions, dependencies, nodes, source, on, previous);
    }

    InstalledPlugin withPrevious(Optional<InstalledPlugin> other) {
        return new InstalledPlugin(
                id, version, file, sha512, provider, signer, permissions, dependencies, nodes, source, enabled, other);
    }

    public String name() {
        return id + " " + version;
    }
}
