package graft.app.plugin;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.node.PlainText;
import graft.node.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A place that offers plugins: a folder or a web address with a list {@code plugins.json} in the form of pf4j-update.
 *
 * <p>To that form Graft adds, for each plugin, {@code license}, {@code permissions}, {@code nodes} (their ids), {@code offers} (what else
 * it offers, by kind and name) and, for each release, {@code dependencies}; all of them are only shown and searched, and what the archive says counts. A
 * release without {@code sha512sum} is never installed. A checksum from the same place as the archive proves that the
 * archive came whole, and not who made it: for that, archives are signed.
 *
 * @param address folder, or address that begins with https
 * @param offers in the order of the list
 * @param leftOut what in the list is not as it must be, a clause each
 */
public record PluginRepository(String address, List<Offer> offers, List<String> leftOut) {

    private static final String LIST = "plugins.json";
    private static final RepositoryPlace.Limits OF_LIST = new RepositoryPlace.Limits(64L << 20, Duration.ofSeconds(15));
    private static final RepositoryPlace.Limits OF_ARCHIVE =
            new RepositoryPlace.Limits(512L << 20, Duration.ofMinutes(15));

    /** Of what is left out, so many are named. */
    private static final int NAMED = 5;

    private static final int MOST_NAME = 100;
    private static final int MOST_WORDS = 1000;
    private static final int MOST_CLAUSE = 300;
    private static final int MOST_NODES = 1000;
    private static final int MOST_RELEASES = 1000;

    /**
     * A plugin on offer.
     *
     * @param permissions as its maker declares them, in words
     * @param nodes ids of the nodes that it offers
     * @param offered what it offers besides, as far as this Graft knows the kind
     * @param releases newest first
     */
    public record Offer(
            String repository,
            String id,
            String name,
            String description,
            String provider,
            String license,
            String permissions,
            List<String> nodes,
            List<OfferedExtension> offered,
            List<Release> releases) {

        /** The newest release that works with that version of Graft. */
        public Optional<Release> newest(String graft) {
            return releases.stream().filter(release -> release.worksWith(graft)).findFirst();
        }

        boolean mentions(String word) {
            String text =
                    String.join(" ", id, name, description, provider, String.join(" ", nodes), offered.toString());
            return text.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * One version of a plugin.
     *
     * @param date as the list says it
     * @param requires versions of Graft that it works with; empty for any
     * @param url where the archive is
     * @param sha512 of the archive; empty where the list gives none
     */
    public record Release(String version, String date, String requires, URI url, String sha512) {

        boolean worksWith(String graft) {
            return requires.isEmpty() || PluginManifest.matches(graft, requires);
        }
    }

    /** Whether a text that names a place or an archive is an address rather than a path. */
    public static boolean isAddress(String text) {
        return text.contains("://");
    }

    /** The list as text, for {@link #parse} now or on another day. */
    static String text(String address) {
        RepositoryPlace place = RepositoryPlace.of(address);
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        place.read(place.base().resolve(LIST), OF_LIST, list);
        return list.toString(StandardCharsets.UTF_8);
    }

    /**
     * Reads a list. A plugin or a release in it that is not as it must be is left out, and the rest stands.
     *
     * @throws Problem when it is no list of plugins at all
     */
    static PluginRepository parse(String address, String list) {
        RepositoryPlace place = RepositoryPlace.of(address);
        List<Offer> offers = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        try {
            if (!(JsonParser.parseString(list) instanceof JsonArray plugins)) {
                throw new JsonParseException(new FileFault.Told("it is no list in brackets"));
            }
            for (JsonElement plugin : plugins) {
                offer(place, plugin, leftOut).ifPresent(offers::add);
            }
        } catch (JsonParseException | StackOverflowError e) {
            throw place.unreadable(LIST + " there is not of the form of a list of plugins (" + FileFault.why(e) + ")")
                    .causedBy(e);
        }
        return new PluginRepository(address, List.copyOf(offers), List.copyOf(leftOut));
    }

    /** What was left out of the list, in one sentence; empty when nothing was. */
    Optional<String> complaint() {
        if (leftOut.isEmpty()) {
            return Optional.empty();
        }
        int more = leftOut.size() - NAMED;
        return Optional.of("The plugin repository " + PlainText.line(address, 200) + " offers what is left out here: "
                + leftOut.stream()
                        .limit(NAMED)
                        .map(each -> PlainText.line(each, MOST_CLAUSE))
                        .collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "") + ". Tell its keeper.");
    }

    private static Optional<Offer> offer(RepositoryPlace place, JsonElement plugin, List<String> leftOut) {
        try {
            if (!(plugin instanceof JsonObject object)) {
                throw new IllegalArgumentException("an entry that is no plugin");
            }
            String id = ForeignText.id("its id", text(object, "id"));
            List<Release> releases = new ArrayList<>();
            if (object.get("releases") instanceof JsonArray all) {
                all.asList().stream().limit(MOST_RELEASES).forEach(each -> release(place, id, each, leftOut)
                        .ifPresent(releases::add));
                if (all.size() > MOST_RELEASES) {
                    leftOut.add("the releases of " + id + " beyond the first " + MOST_RELEASES);
                }
            } else if (object.has("releases")) {
                leftOut.add("the releases of " + id + ", since they are no list");
            }
            releases.sort(Comparator.comparing(Release::version, PluginRepository::newestFirst));
            return Optional.of(new Offer(
                    place.address(),
                    id,
                    words(object, "name", MOST_NAME),
                    words(object, "description", MOST_WORDS),
                    words(object, "provider", MOST_NAME),
                    words(object, "license", MOST_NAME),
                    words(object, "permissions", MOST_WORDS),
                    nodes(object),
                    offered(object),
                    List.copyOf(releases)));
        } catch (IllegalArgumentException e) {
            leftOut.add(e.getMessage());
            return Optional.empty();
        }
    }

    /** Versions that differ in what was built alone are neither later: any order will do that is one. */
    private static int newestFirst(String a, String b) {
        return PluginManifest.later(a, b) ? -1 : PluginManifest.later(b, a) ? 1 : a.compareTo(b);
    }

    private static Optional<Release> release(RepositoryPlace place, String id, JsonElement each, List<String> leftOut) {
        try {
            if (!(each instanceof JsonObject release)) {
                throw new IllegalArgumentException("one that is no release");
            }
            String requires = text(release, "requires");
            return Optional.of(new Release(
                    ForeignText.version("its version", text(release, "version")),
                    words(release, "date", MOST_NAME),
                    requires.isEmpty() ? "" : ForeignText.range("its requires", requires),
                    place.own(text(release, "url")),
                    words(release, "sha512sum", 2 * MOST_NAME)));
        } catch (IllegalArgumentException e) {
            leftOut.add("a release of " + id + ", since " + e.getMessage());
            return Optional.empty();
        }
    }

    private static String words(JsonObject in, String field, int most) {
        return PlainText.line(text(in, field), most);
    }

    private static List<String> nodes(JsonObject in) {
        return in.get("nodes") instanceof JsonArray array
                ? array.asList().stream()
                        .limit(MOST_NODES)
                        .filter(JsonElement::isJsonPrimitive)
                        .map(node -> PlainText.line(node.getAsString(), MOST_NAME))
                        .toList()
                : List.of();
    }

    private static List<OfferedExtension> offered(JsonObject in) {
        List<OfferedExtension> offered = new ArrayList<>();
        if (in.get("offers") instanceof JsonArray all) {
            all.asList().stream().limit(MOST_NODES).forEach(each -> {
                if (each instanceof JsonObject one) {
                    OfferedExtension.Kind.named(text(one, "kind"))
                            .ifPresent(kind -> offered.add(new OfferedExtension(kind, text(one, "name"))));
                }
            });
        }
        return List.copyOf(offered);
    }

    private static String text(JsonObject in, String field) {
        return in.has(field) && in.get(field).isJsonPrimitive() ? in.get(field).getAsString() : "";
    }

    /**
     * Fetches a release and looks at it.
     *
     * @param folder where the archive is put
     * @throws Problem when it has no checksum or another one, cannot be fetched, or is refused
     */
    static PluginInspection fetch(Offer offer, Release release, Path folder) {
        String name = offer.id() + " " + release.version();
        if (release.sha512().isEmpty()) {
            throw new Problem(
                    "the plugin " + name + " is refused",
                    "the list of " + offer.repository() + " gives no SHA-512 for it",
                    "ask the repository's keeper to add it");
        }
        Path archive = folder.resolve(offer.id() + "-" + release.version() + ".jar");
        try (OutputStream out = Files.newOutputStream(archive)) {
            RepositoryPlace.of(offer.repository()).read(release.url(), OF_ARCHIVE, out);
        } catch (IOException e) {
            throw AtomicFile.problem(archive, e);
        }
        // The checksum first: what was not promised is not even looked into.
        checksum(archive, release.sha512(), name);
        PluginInspection found = PluginInspection.of(archive);
        if (!found.manifest().id().equals(offer.id())
                || !found.manifest().version().equals(release.version())) {
            throw new Problem(
                    "the plugin " + name + " is refused",
                    "the archive is of " + found.manifest().name(),
                    "tell the keeper of " + offer.repository());
        }
        return found;
    }

    private static void checksum(Path archive, String promised, String name) {
        try {
            String is = Sha512.of(archive);
            if (!is.equalsIgnoreCase(promised)) {
                throw new Problem(
                        "the plugin " + name + " is refused",
                        "its SHA-512 is not the one that the repository's list gives",
                        "fetch it again later; if that does not help, tell the repository's keeper that somebody changed"
                                + " it");
            }
        } catch (IOException e) {
            throw AtomicFile.problem(archive, e);
        }
    }
}
