package graft.app.plugin;

import java.nio.file.Path;
import java.util.List;

/**
 * A loaded plugin.
 *
 * @param archive the file that it comes from
 * @param nodes ids of the nodes that it offers
 * @param sha512 of the archive
 * @param bundled whether it lies in the folder of the plugins that come with Graft
 */
public record Plugin(
        String id,
        String version,
        String provider,
        String license,
        String description,
        Path archive,
        List<String> nodes,
        String sha512,
        boolean bundled) {}
