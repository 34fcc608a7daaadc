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
 * @param sandboxed whether its code runs in the system's sandbox only; see {@link PluginStore#setSandboxed}
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
        boolean sandboxed,
        Optional<InstalledPlugin> previous) {

    InstalledPlugin withEnabled(boolean on) {
        return with(on, sandboxed, previous);
    }

    InstalledPlugin withSandboxed(boolean on) {
        return with(enabled, on, previous);
    }

    InstalledPlugin withPrevious(Optional<InstalledPlugin> other) {
        return with(enabled, sandboxed, other);
    }

    private InstalledPlugin with(boolean nowEnabled, boolean nowSandboxed, Optional<InstalledPlugin> before) {
        return new InstalledPlugin(
                id,
                version,
                file,
                sha512,
                provider,
                signer,
                permissions,
                dependencies,
                nodes,
                source,
                nowEnabled,
                nowSandboxed,
                before);
    }

    public String name() {
        return id + " " + version;
    }
}
