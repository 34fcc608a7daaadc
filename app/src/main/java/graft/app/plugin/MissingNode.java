package graft.app.plugin;

import graft.app.plugin.NodeLibrary.Failure;
import graft.node.PlainText;
import graft.node.Problem;
import java.util.List;
import java.util.Optional;

/**
 * Why a node of some type is not here, and what brings it.
 *
 * @param plugin the plugin that offers it; empty when nobody knows of one
 * @param how what has to be done
 * @param why a clause
 * @param remedy a clause
 */
public record MissingNode(String type, Optional<String> plugin, How how, String why, String remedy) {

    /** What brings a missing node back. */
    public enum How {
        INSTALL,
        ENABLE,
        MEND,
        UNKNOWN
    }

    static MissingNode of(String type, Optional<PluginStore> store, List<Failure> failures) {
        try {
            return store.flatMap(known -> installed(type, known, failures)
                            .or(() -> offered(type, known))
                            .or(() -> removed(type, known)))
                    .orElseGet(() -> unknown(type));
        } catch (Problem unreadable) {
            return unknown(type);
        }
    }

    private static MissingNode unknown(String type) {
        return new MissingNode(
                type, Optional.empty(), How.UNKNOWN, "no plugin here offers it", "install the plugin that offers it");
    }

    private static Optional<MissingNode> installed(String type, PluginStore store, List<Failure> failures) {
        return store.installed().stream()
                .filter(plugin -> plugin.nodes().contains(type))
                .findFirst()
                .map(plugin -> {
                    if (!plugin.enabled()) {
                        return new MissingNode(
                                type,
                                Optional.of(plugin.id()),
                                How.ENABLE,
                                "it is of the plugin " + plugin.name() + ", which is disabled",
                                "enable it with `graft plugins enable " + plugin.id() + "`");
                    }
                    String reason = failures.stream()
                            .filter(failure -> failure.plugin().equals(plugin.id()))
                            .map(Failure::reason)
                            .findFirst()
                            .orElse("it is not loaded");
                    return new MissingNode(
                            type,
                            Optional.of(plugin.id()),
                            How.MEND,
                            "it is of the plugin " + plugin.name() + ", which did not load: " + reason,
                            "update the plugin, or roll it back with `graft plugins rollback " + plugin.id() + "`");
                });
    }

    /** No list that is known offers it; whoever removed it has it from somewhere. */
    private static Optional<MissingNode> removed(String type, PluginStore store) {
        return store.removed(type)
                .map(plugin -> new MissingNode(
                        type,
                        Optional.of(plugin.id()),
                        How.UNKNOWN,
                        "it is of the plugin " + plugin.id() + " " + plugin.version() + ", which was removed",
                        "install it again from " + PlainText.line(plugin.source(), 300) + ", where it came from"));
    }

    private static Optional<MissingNode> offered(String type, PluginStore store) {
        return store.known()
                .offering(type)
                .map(offer -> new MissingNode(
                        type,
                        Optional.of(offer.id()),
                        How.INSTALL,
                        "it is of the plugin " + offer.id() + ", which is not installed",
                        "install it with `graft plugins install " + offer.id() + "`"));
    }
}
