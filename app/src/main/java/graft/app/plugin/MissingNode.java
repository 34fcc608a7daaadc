package graft.app.plugin;

import graft.node.PlainText;
import graft.node.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Why a node of some type, or a choice of some id, is not here, and what brings it.
 *
 * @param type of the node, or id of the choice
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

    static MissingNode of(String type, Optional<PluginStore> store, List<PluginFailure> failures) {
        try {
            return store.flatMap(known -> find(
                            type,
                            known,
                            failures,
                            plugin -> plugin.nodes().contains(type),
                            offer -> offer.nodes().contains(type),
                            plugin -> plugin.nodes().contains(type)))
                    .orElseGet(() -> unknown(type));
        } catch (Problem unreadable) {
            return unknown(type);
        }
    }

    /** Likewise of a choice: by what plugins are known to offer, else by the plugin that its id begins with. */
    static MissingNode ofChoice(String id, Optional<PluginStore> store, List<PluginFailure> failures) {
        try {
            return store.flatMap(known -> find(
                                    id,
                                    known,
                                    failures,
                                    // A loaded one offers what it offers.
                                    plugin -> isOut(plugin, failures)
                                            && PluginInspection.choices(known.archive(plugin))
                                                    .contains(id),
                                    offer -> offer.offered().stream()
                                            .anyMatch(each -> each.name().equals(id)),
                                    plugin -> plugin.choices().contains(id))
                            .or(() -> find(
                                    id,
                                    known,
                                    failures,
                                    plugin -> isOut(plugin, failures) && id.startsWith(plugin.id() + "/"),
                                    offer -> known.installed(offer.id()).isEmpty() && id.startsWith(offer.id() + "/"),
                                    plugin -> id.startsWith(plugin.id() + "/"))))
                    .orElseGet(() -> unknown(id));
        } catch (Problem unreadable) {
            return unknown(id);
        }
    }

    private static boolean isOut(InstalledPlugin plugin, List<PluginFailure> failures) {
        return !plugin.enabled()
                || failures.stream().anyMatch(failure -> failure.plugin().equals(plugin.id()));
    }

    private static Optional<MissingNode> find(
            String type,
            PluginStore store,
            List<PluginFailure> failures,
            Predicate<InstalledPlugin> installed,
            Predicate<PluginRepository.Offer> offered,
            Predicate<StoreState.Removed> removed) {
        return installed(type, store, failures, installed)
                .or(() -> offered(type, store, offered))
                .or(() -> removed(type, store, removed));
    }

    private static MissingNode unknown(String type) {
        return new MissingNode(
                type, Optional.empty(), How.UNKNOWN, "no plugin here offers it", "install the plugin that offers it");
    }

    private static Optional<MissingNode> installed(
            String type, PluginStore store, List<PluginFailure> failures, Predicate<InstalledPlugin> offers) {
        return store.installed().stream().filter(offers).findFirst().map(plugin -> {
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
                    .map(PluginFailure::reason)
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
    private static Optional<MissingNode> removed(
            String type, PluginStore store, Predicate<StoreState.Removed> offered) {
        return store.removed(offered)
                .map(plugin -> new MissingNode(
                        type,
                        Optional.of(plugin.id()),
                        How.UNKNOWN,
                        "it is of the plugin " + plugin.id() + " " + plugin.version() + ", which was removed",
                        "install it again from " + PlainText.line(plugin.source(), 300) + ", where it came from"));
    }

    private static Optional<MissingNode> offered(
            String type, PluginStore store, Predicate<PluginRepository.Offer> offers) {
        return store.known()
                .offering(offers)
                .map(offer -> new MissingNode(
                        type,
                        Optional.of(offer.id()),
                        How.INSTALL,
                        "it is of the plugin " + offer.id() + ", which is not installed",
                        "install it with `graft plugins install " + offer.id() + "`"));
    }
}
