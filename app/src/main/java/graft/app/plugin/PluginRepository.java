package graft.app.plugin;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * A place that offers plugins: a folder or a web address with a list {@code plugins.json} in the form of pf4j-update.
 *
 * <p>To that form Graft adds, for each plugin, {@code license}, {@code permissions}, {@code nodes} (ids of what it offers) and,
 * for each release, {@code dependencies}; all of them are only shown and searched, and what the archive says counts. A
 * release without {@code sha512sum} is never installed. A checksum from the same place as the archive proves that the
 * archive came whole, and not who made it: for that, archives are signed.
 *
 * @param address folder, or address that begins with https
 * @param offers in the order of the list
 */
public record PluginRepository(String address, List<Offer> offers) {

    private static final String LIST = "plugins.json";
    private static final long MOST_BYTES = 512L << 20;
    private static final long MOST_LIST = 64L << 20;

    /**
     * A plugin on offer.
     *
     * @param permissions as its maker declares them, in words
     * @param nodes ids of the nodes that it offers
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
            List<Release> releases) {

        /** The newest release that works with that version of Graft. */
        public Optional<Release> newest(String graft) {
            return releases.stream().filter(release -> release.worksWith(graft)).findFirst();
        }

        boolean mentions(String word) {
            String text = String.join(" ", id, name, description, provider, String.join(" ", nodes));
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
            try {
                return requires.isEmpty() || PluginManifest.matches(graft, requires);
            } catch (RuntimeException noRange) {
                return false;
            }
        }
    }

    /**
     * Reads the list of a repository.
     *
     * @throws Problem when there is none, or it is not of the form
     */
    public static PluginRepository read(String address) {
        URI base = base(address);
        byte[] list = bytes(base.resolve(LIST), address);
        return parse(address, base, new String(list, StandardCharsets.UTF_8));
    }

    /** The list as text, for {@link #parse} on another day. */
    static String text(String address) {
        return new String(bytes(base(address).resolve(LIST), address), StandardCharsets.UTF_8);
    }

    static PluginRepository parse(String address, String list) {
        return parse(address, base(address), list);
    }

    private static PluginRepository parse(String address, URI base, String list) {
        List<Offer> offers = new ArrayList<>();
        try {
            JsonElement root = JsonParser.parseString(list);
            if (!(root instanceof JsonArray plugins)) {
                throw new JsonParseException(new FileFault.Told("it is no list in brackets"));
            }
            for (JsonElement plugin : plugins) {
                offers.add(offer(address, base, plugin.getAsJsonObject()));
            }
        } catch (JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException e) {
            throw unreadable(
                            address, LIST + " there is not of the form of a list of plugins (" + FileFault.why(e) + ")")
                    .causedBy(e);
        }
        return new PluginRepository(address, List.copyOf(offers));
    }

    private static Offer offer(String address, URI base, JsonObject plugin) {
        String id = text(plugin, "id");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a plugin without an id");
        }
        List<Release> releases = new ArrayList<>();
        if (plugin.has("releases")) {
            for (JsonElement each : plugin.getAsJsonArray("releases")) {
                JsonObject release = each.getAsJsonObject();
                if (!PluginManifest.isVersion(text(release, "version"))) {
                    throw new IllegalArgumentException(id + " has a release without a version such as 1.2.3");
                }
                releases.add(new Release(
                        text(release, "version"),
                        text(release, "date"),
                        text(release, "requires"),
                        base.resolve(text(release, "url")),
                        text(release, "sha512sum")));
            }
        }
        releases.sort(Comparator.comparing(
                Release::version, (a, b) -> a.equals(b) ? 0 : PluginManifest.later(a, b) ? -1 : 1));
        return new Offer(
                address,
                id,
                text(plugin, "name"),
                text(plugin, "description"),
                text(plugin, "provider"),
                text(plugin, "license"),
                text(plugin, "permissions"),
                texts(plugin, "nodes"),
                List.copyOf(releases));
    }

    private static String text(JsonObject in, String field) {
        return in.has(field) && in.get(field).isJsonPrimitive() ? in.get(field).getAsString() : "";
    }

    private static List<String> texts(JsonObject in, String field) {
        return in.has(field) && in.get(field) instanceof JsonArray array
                ? array.asList().stream().map(JsonElement::getAsString).toList()
                : List.of();
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
        try (InputStream in = open(release.url(), offer.repository());
                OutputStream out = Files.newOutputStream(archive)) {
            copy(in, out, MOST_BYTES, name);
        } catch (IOException e) {
            throw unreadable(release.url().toString(), reason(e)).causedBy(e);
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
            throw unreadable(archive.toString(), reason(e)).causedBy(e);
        }
    }

    private static void copy(InputStream in, OutputStream out, long most, String name) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long all = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            all += read;
            if (all > most) {
                throw PluginInspection.refused(name, "it is larger than " + (most >> 20) + " MiB");
            }
            out.write(buffer, 0, read);
        }
    }

    /** A folder's or an address's own place, with a slash at the end. */
    private static URI base(String address) {
        try {
            boolean web = address.matches("(?i)https?://.*|file:.*");
            URI uri = web ? new URI(address) : Path.of(address).toAbsolutePath().toUri();
            String text = uri.toString();
            return URI.create(text.endsWith("/") ? text : text + "/");
        } catch (URISyntaxException | RuntimeException e) {
            throw unreadable(address, "it is neither a folder nor an address").causedBy(e);
        }
    }

    private static byte[] bytes(URI from, String address) {
        try (InputStream in = open(from, address)) {
            byte[] all = in.readNBytes(Math.toIntExact(MOST_LIST));
            if (in.read() >= 0) {
                throw unreadable(address, LIST + " there is larger than " + (MOST_LIST >> 20) + " MiB");
            }
            return all;
        } catch (NoSuchFileException e) {
            throw unreadable(address, "there is no " + LIST).causedBy(e);
        } catch (IOException e) {
            throw unreadable(address, reason(e)).causedBy(e);
        }
    }

    private static InputStream open(URI from, String address) throws IOException {
        String scheme = String.valueOf(from.getScheme()).toLowerCase(Locale.ROOT);
        if (scheme.equals("file")) {
            return Files.newInputStream(Path.of(from));
        }
        boolean here = Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(from.getHost()));
        if (!scheme.equals("https") && !(scheme.equals("http") && here)) {
            throw unreadable(address, from + " is not a file and does not begin with https");
        }
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(from).timeout(Duration.ofMinutes(5)).build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                response.body().close();
                throw new FileFault.Told("the server answers " + response.statusCode() + " to " + from);
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("it was stopped");
        }
    }

    private static String reason(IOException e) {
        if (e instanceof UnknownHostException) {
            return "no server of that name is known here";
        }
        if (e instanceof HttpTimeoutException) {
            return "the server does not answer";
        }
        if (e instanceof SSLException) {
            return "the server cannot show that it is the one of that name";
        }
        if (e instanceof ConnectException) {
            return "the server cannot be reached";
        }
        return e instanceof InterruptedIOException ? "it was stopped" : FileFault.why(e);
    }

    private static Problem unreadable(String address, String why) {
        return new Problem(
                "cannot read the plugin repository " + address, why, "check the address and your connection");
    }
}
