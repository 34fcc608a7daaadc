package graft.app.editor.shell;

import graft.app.editor.Strings;
import graft.app.editor.shell.PluginRow.Act;
import graft.app.editor.shell.PluginRow.Tone;
import graft.app.plugin.InstalledPlugin;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.OfferedExtension;
import graft.app.plugin.Permission;
import graft.app.plugin.Plugin;
import graft.app.plugin.PluginCatalogue;
import graft.app.plugin.PluginFailure;
import graft.app.plugin.PluginInspection;
import graft.app.plugin.PluginManifest;
import graft.app.plugin.PluginRepository;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Signer;
import graft.node.NodeSchema;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the plugin manager shows at one moment: the plugins that are here, those on offer, and who offers them.
 *
 * @param updates how many of the installed ones have a newer version
 */
record PluginShelf(List<PluginRow> installed, List<PluginRow> offered, List<PluginRow> repositories, int updates) {

    static final PluginShelf EMPTY = new PluginShelf(List.of(), List.of(), List.of(), 0);

    /** Looks at everything; reads archives, so not for Swing's thread. */
    static PluginShelf read(NodeLibrary library, PluginStore store, PluginCatalogue catalogue) {
        return new Reading(library, store, catalogue).shelf();
    }

    private record Reading(NodeLibrary library, PluginStore store, PluginCatalogue catalogue) {

        PluginShelf shelf() {
            List<InstalledPlugin> own = store.installed();
            int updates = (int) own.stream()
                    .filter(plugin -> store.update(plugin, catalogue).isPresent())
                    .count();
            return new PluginShelf(
                    here(own),
                    catalogue.offers().stream().map(this::offered).toList(),
                    store.repositories().stream().map(this::repository).toList(),
                    updates);
        }

        /** The user's own first, then what is broken, then what comes with Graft. */
        private List<PluginRow> here(List<InstalledPlugin> own) {
            List<PluginRow> rows = new ArrayList<>();
            List<PluginRow> bundled = new ArrayList<>();
            Set<String> named = new HashSet<>();
            for (InstalledPlugin plugin : own) {
                named.add(plugin.id());
                rows.add(installed(plugin));
            }
            for (Plugin plugin : library.plugins()) {
                boolean ofStore = own.stream().anyMatch(each -> each.sha512().equals(plugin.sha512()));
                if (plugin.bundled()) {
                    bundled.add(row(plugin, "bundled"));
                } else if (!ofStore) {
                    rows.add(row(plugin, "development"));
                }
            }
            for (PluginFailure failure : library.failures()) {
                if (named.add(failure.plugin())) {
                    rows.add(new PluginRow(
                            failure.plugin(),
                            failure.plugin(),
                            Strings.get("plugins.state.failed"),
                            Tone.BAD,
                            new Sheet(failure.plugin())
                                    .trouble(Strings.get("plugins.failed", failure.reason()))
                                    .html(),
                            failure.plugin(),
                            Set.of()));
                }
            }
            rows.addAll(bundled);
            return rows;
        }

        private PluginRow installed(InstalledPlugin plugin) {
            Optional<String> update = store.update(plugin, catalogue).map(PluginRepository.Release::version);
            Optional<String> failure = library.failures().stream()
                    .filter(each -> each.plugin().equals(plugin.id()))
                    .map(PluginFailure::reason)
                    .findFirst();
            Set<Act> acts = EnumSet.of(plugin.enabled() ? Act.DISABLE : Act.ENABLE, Act.REMOVE);
            update.ifPresent(version -> acts.add(Act.UPDATE));
            plugin.previous().ifPresent(before -> acts.add(Act.ROLL_BACK));
            acts.add(plugin.sandboxed() ? Act.TRUST : Act.SANDBOX);
            String runs = plugin.sandboxed() ? "sandboxed" : "trusted";
            String enabled = plugin.sandboxed() ? "sandboxed" : "enabled";
            String state = failure.isPresent() ? "failed" : plugin.enabled() ? enabled : "disabled";
            Tone tone = failure.isPresent() ? Tone.BAD : plugin.enabled() ? Tone.GOOD : Tone.PLAIN;
            Sheet sheet = new Sheet(plugin.id());
            failure.ifPresent(reason -> sheet.trouble(Strings.get("plugins.failed", reason)));
            Optional<PluginInspection> archive = inspection(store.archive(plugin));
            List<OfferedExtension> others =
                    archive.map(PluginInspection::offered).orElse(List.of());
            Optional<PluginManifest> manifest = archive.map(PluginInspection::manifest);
            manifest.ifPresent(known -> sheet.paragraph(known.description()));
            sheet.fact(
                    "version",
                    update.map(version -> plugin.version() + " – " + Strings.get("plugins.state.update", version))
                            .orElse(plugin.version()));
            manifest.ifPresent(known -> sheet.fact("provider", known.provider()).fact("licence", known.license()));
            sheet.fact("runs", Strings.get("plugins.runs." + runs));
            sheet.signer(plugin.signer())
                    .fact(
                            "doubts",
                            archive.map(each -> String.join("; ", each.doubts()))
                                    .orElse(""))
                    .permissions(plugin.permissions())
                    .fact("needs", needs(plugin.dependencies()))
                    .fact("source", plugin.source())
                    .fact(
                            "previous",
                            plugin.previous().map(InstalledPlugin::version).orElse(""))
                    .offers(titles(plugin.nodes()), others);
            return new PluginRow(
                    plugin.id(),
                    plugin.name(),
                    update.filter(version -> failure.isEmpty())
                            .map(version -> Strings.get("plugins.state.update", version))
                            .orElse(Strings.get("plugins.state." + state)),
                    update.isPresent() && failure.isEmpty() ? Tone.NEW : tone,
                    sheet.html(),
                    plugin.name() + " " + OfferedExtension.names(titles(plugin.nodes()), others),
                    acts);
        }

        /** One that the store does not have, so that nothing can be done with it here. */
        private PluginRow row(Plugin plugin, String state) {
            Sheet sheet = new Sheet(plugin.id())
                    .paragraph(plugin.description())
                    .fact("version", plugin.version())
                    .fact("provider", plugin.provider())
                    .fact("licence", plugin.license());
            Optional<PluginInspection> archive = inspection(plugin.archive());
            List<OfferedExtension> others =
                    archive.map(PluginInspection::offered).orElse(List.of());
            archive.flatMap(found -> found.manifest().permissions()).ifPresent(sheet::permissions);
            sheet.fact("source", plugin.archive().toString()).offers(titles(plugin.nodes()), others);
            String name = plugin.id() + " " + plugin.version();
            return new PluginRow(
                    plugin.id(),
                    name,
                    Strings.get("plugins.state." + state),
                    state.equals("bundled") ? Tone.PLAIN : Tone.NEW,
                    sheet.html(),
                    name + " " + OfferedExtension.names(titles(plugin.nodes()), others),
                    Set.of());
        }

        /** What its archive says, where that can be read: the manager also shows what is broken. */
        private static Optional<PluginInspection> inspection(Path archive) {
            try {
                return Optional.of(PluginInspection.of(archive));
            } catch (Problem broken) {
                return Optional.empty();
            }
        }

        private PluginRow offered(PluginRepository.Offer offer) {
            Optional<InstalledPlugin> here = store.installed(offer.id());
            Optional<String> newest = store.newest(offer).map(PluginRepository.Release::version);
            boolean update =
                    here.flatMap(plugin -> store.update(plugin, catalogue)).isPresent();
            boolean bundled = library.plugins().stream()
                    .anyMatch(plugin -> plugin.bundled() && plugin.id().equals(offer.id()));
            Set<Act> acts = EnumSet.noneOf(Act.class);
            if (update) {
                acts.add(Act.UPDATE);
            } else if (here.isEmpty() && newest.isPresent() && !bundled) {
                acts.add(Act.INSTALL);
            }
            String state = newest.isEmpty()
                    ? Strings.get("plugins.state.unfit")
                    : update
                            ? Strings.get("plugins.state.newer", here.get().version())
                            : here.isPresent()
                                    ? Strings.get("plugins.state.installed")
                                    : Strings.get("plugins.state." + (bundled ? "bundled" : "available"));
            Tone tone = update ? Tone.NEW : here.isPresent() ? Tone.GOOD : Tone.PLAIN;
            String title = offer.name().isEmpty() ? offer.id() : offer.name();
            Sheet sheet = new Sheet(title)
                    .paragraph(offer.description())
                    .fact("provider", offer.provider())
                    .fact("licence", offer.license())
                    .fact("permissions", offer.permissions().equals("none") ? "" : offer.permissions())
                    .fact(
                            "versions",
                            offer.releases().stream()
                                    .map(release -> release.version()
                                            + (release.date().isEmpty() ? "" : " (" + release.date() + ")"))
                                    .collect(Collectors.joining(", ")))
                    .fact("source", offer.repository())
                    .offers(titles(offer.nodes()), offer.offered());
            return new PluginRow(
                    offer.id(),
                    offer.id() + newest.map(version -> " " + version).orElse(""),
                    state,
                    tone,
                    sheet.html(),
                    String.join(" ", offer.id(), title, offer.description(), offer.provider()) + " "
                            + OfferedExtension.names(offer.nodes(), offer.offered()),
                    acts);
        }

        private PluginRow repository(String address) {
            Optional<PluginRepository> read = catalogue.repositories().stream()
                    .filter(each -> each.address().equals(address))
                    .findFirst();
            Sheet sheet = new Sheet(address);
            String state = read.map(found ->
                            Strings.get("plugins.state.reached", found.offers().size()))
                    .orElse(Strings.get("plugins.state.unasked"));
            sheet.paragraph(state);
            Optional<String> problem = catalogue.problems().stream()
                    .filter(each -> each.contains(address))
                    .findFirst();
            problem.ifPresent(sheet::trouble);
            return new PluginRow(
                    address,
                    address,
                    state,
                    problem.isPresent() ? Tone.BAD : Tone.PLAIN,
                    sheet.html(),
                    address,
                    Set.of(Act.FORGET));
        }

        private List<String> titles(Collection<String> nodes) {
            return nodes.stream()
                    .map(id -> library.node(id)
                            .map(NodeSchema::title)
                            .map(title -> title + " (" + id + ")")
                            .orElse(id))
                    .sorted()
                    .toList();
        }

        private static String needs(List<PluginManifest.Dependency> dependencies) {
            return dependencies.stream().map(Object::toString).collect(Collectors.joining(", "));
        }
    }

    /** Details in the making. What plugins say of themselves is text here, never markup. */
    private static final class Sheet {

        private final StringBuilder head = new StringBuilder();
        private final StringBuilder facts = new StringBuilder();

        Sheet(String title) {
            head.append("<h2>").append(escaped(title)).append("</h2>");
        }

        Sheet paragraph(String text) {
            if (text != null && !text.isEmpty()) {
                head.append("<p>").append(escaped(text)).append("</p>");
            }
            return this;
        }

        Sheet trouble(String text) {
            head.append("<p class='trouble'>").append(escaped(text)).append("</p>");
            return this;
        }

        Sheet fact(String key, String value) {
            if (value != null && !value.isEmpty()) {
                row(key, escaped(value));
            }
            return this;
        }

        Sheet signer(Optional<Signer> signer) {
            fact("signer", signer.map(Signer::name).orElse(Strings.get("plugins.fact.unsigned")));
            return fact(
                    "fingerprint",
                    signer.map(known -> known.fingerprint().replaceAll("(.{4})(?=.)", "$1 "))
                            .orElse(""));
        }

        Sheet permissions(Set<Permission> permissions) {
            row(
                    "permissions",
                    permissions.isEmpty()
                            ? Strings.get("plugins.fact.no-permissions")
                            : permissions.stream()
                                    .map(each -> escaped(each.id() + ": it " + each.words()))
                                    .collect(Collectors.joining("<br>")));
            return this;
        }

        Sheet offers(List<String> nodes, List<OfferedExtension> others) {
            if (!nodes.isEmpty() || others.isEmpty()) {
                row("nodes", nodes.isEmpty() ? Strings.get("plugins.fact.no-nodes") : lines(nodes));
            }
            if (!others.isEmpty()) {
                row(
                        "offers",
                        lines(others.stream().map(OfferedExtension::toString).toList()));
            }
            return this;
        }

        private static String lines(List<String> texts) {
            return texts.stream().map(Sheet::escaped).collect(Collectors.joining("<br>"));
        }

        private void row(String key, String html) {
            facts.append("<tr valign=top><td class='key'>")
                    .append(Strings.get("plugins.fact." + key))
                    .append("</td><td>")
                    .append(html)
                    .append("</td></tr>");
        }

        String html() {
            return head + (facts.isEmpty() ? "" : "<table cellspacing=0>" + facts + "</table>");
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;");
        }
    }
}
