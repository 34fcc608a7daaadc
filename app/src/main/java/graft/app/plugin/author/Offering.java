package graft.app.plugin.author;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.plugin.OfferedExtension;
import graft.app.plugin.Permission;
import graft.app.plugin.PluginInspection;
import graft.app.plugin.PluginManifest;
import graft.app.plugin.Signer;
import graft.file.AtomicFile;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Offers archives to others: a checksum beside them, and repositories that are folders to be put on any web server. */
public final class Offering {

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private Offering() {}

    /** Writes {@code FILE.jar.sha512} beside an archive, as {@code sha512sum} does. */
    public static void checksum(PluginInspection archive) {
        Path file = archive.archive();
        byte[] line = (archive.sha512() + "  " + file.getFileName() + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file.resolveSibling(file.getFileName() + ".sha512"), out -> out.write(line));
    }

    /**
     * Adds an archive to a repository, in the form of pf4j-update; a release of the same version is replaced only by the same
     * bytes.
     *
     * @throws Problem when it is another archive of a version that is there, or another signer's than what is there
     */
    public static void add(PluginInspection archive, Path repository) {
        Path list = repository.resolve("plugins.json");
        JsonArray plugins = read(list);
        PluginManifest manifest = archive.manifest();
        JsonObject plugin = find(plugins, "id", manifest.id());
        plugin.addProperty("name", manifest.id());
        plugin.addProperty("description", manifest.description());
        plugin.addProperty("provider", manifest.provider());
        plugin.addProperty("license", manifest.license());
        plugin.addProperty(
                "permissions", manifest.permissions().map(Permission::words).orElse("none"));
        plugin.add("nodes", GSON.toJsonTree(archive.nodes()));
        plugin.add("offers", offers(archive));
        if (!plugin.has("releases")) {
            plugin.add("releases", new JsonArray());
        }
        JsonObject release = find(plugin.getAsJsonArray("releases"), "version", manifest.version());
        if (release.has("sha512sum") && !release.get("sha512sum").getAsString().equals(archive.sha512())) {
            throw new Problem(
                    "cannot offer " + manifest.name() + " in " + repository,
                    "another archive of that version is offered there already",
                    "raise the version");
        }
        checkSigner(archive, plugin.getAsJsonArray("releases"), repository);
        String file = manifest.id() + "-" + manifest.version() + ".jar";
        release.addProperty("date", LocalDate.now(ZoneOffset.UTC).toString());
        release.addProperty("requires", manifest.requires());
        release.addProperty("url", file);
        release.addProperty("sha512sum", archive.sha512());
        AtomicFile.write(repository.resolve(file), out -> Files.copy(archive.archive(), out));
        byte[] bytes = (GSON.toJson(plugins) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(list, out -> out.write(bytes));
    }

    /** Who installed what one key signed gets no update that it did not sign. */
    private static void checkSigner(PluginInspection archive, JsonArray releases, Path repository) {
        for (JsonElement each : releases) {
            JsonObject release = each.getAsJsonObject();
            Path earlier = repository.resolve(
                    archive.manifest().id() + "-" + release.get("version").getAsString() + ".jar");
            if (!Files.isRegularFile(earlier)) {
                continue;
            }
            PluginInspection before = PluginInspection.of(earlier);
            Optional<String> by = before.signer().map(Signer::fingerprint);
            if (by.isPresent() && !by.equals(archive.signer().map(Signer::fingerprint))) {
                throw new Problem(
                        "cannot offer " + archive.manifest().name() + " in " + repository,
                        before.manifest().name() + " there is signed by "
                                + before.signer().get() + ", and this one by "
                                + archive.signer().map(Signer::toString).orElse("nobody")
                                + ", so that whoever has that one could not update",
                        "sign it with the same key, or take another plugin id");
            }
        }
    }

    private static JsonArray offers(PluginInspection archive) {
        JsonArray offers = new JsonArray();
        for (OfferedExtension each : archive.offered()) {
            JsonObject one = new JsonObject();
            one.addProperty("kind", each.kind().toString());
            one.addProperty("name", each.name());
            offers.add(one);
        }
        return offers;
    }

    private static JsonArray read(Path list) {
        try {
            return Files.exists(list)
                    ? JsonParser.parseString(Files.readString(list)).getAsJsonArray()
                    : new JsonArray();
        } catch (IOException | RuntimeException e) {
            throw new Problem("cannot read " + list, "it is no list of plugins", "mend it, or choose another folder")
                    .causedBy(e);
        }
    }

    /** The object with that value, made and added when there is none. */
    private static JsonObject find(JsonArray objects, String field, String value) {
        for (JsonElement each : objects) {
            if (each instanceof JsonObject object
                    && object.has(field)
                    && object.get(field).getAsString().equals(value)) {
                return object;
            }
        }
        JsonObject made = new JsonObject();
        made.addProperty(field, value);
        objects.add(made);
        return made;
    }
}
