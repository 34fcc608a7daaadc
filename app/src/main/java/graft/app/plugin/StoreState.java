package graft.app.plugin;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is installed, whom the user trusts and where plugins are looked for: one file, so that it changes in one step.
 *
 * @param plugins by id
 * @param trusted names of trusted signers by the fingerprint of their certificate
 * @param repositories addresses in the order in which they are asked
 * @param removed the last of them last
 */
record StoreState(
        Map<String, InstalledPlugin> plugins,
        Map<String, String> trusted,
        List<String> repositories,
        List<Removed> removed) {

    private static final int MOST_REMOVED = 200;

    /**
     * A plugin that was here, for workflows that still name what it offered.
     *
     * @param source where it came from: a file or a repository
     * @param choices what it offered besides nodes, by id; none are known of one that an older Graft removed
     */
    record Removed(String id, String version, String source, List<String> nodes, List<String> choices) {}

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    StoreState {
        plugins = new LinkedHashMap<>(plugins);
        trusted = new LinkedHashMap<>(trusted);
        repositories = new ArrayList<>(repositories);
        removed = new ArrayList<>(removed);
    }

    /**
     * Takes a plugin out, and keeps in mind what it offered.
     *
     * @param choices what it offered besides nodes
     */
    void remove(String id, List<String> choices) {
        InstalledPlugin plugin = plugins.remove(id);
        forget(id);
        removed.add(new Removed(id, plugin.version(), plugin.source(), plugin.nodes(), choices));
        if (removed.size() > MOST_REMOVED) {
            removed.remove(0);
        }
    }

    /** It is here again. */
    void forget(String id) {
        removed.removeIf(each -> each.id().equals(id));
    }

    static StoreState read(Path file) {
        try {
            JsonObject root = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            Map<String, InstalledPlugin> plugins = new LinkedHashMap<>();
            for (JsonElement each : root.getAsJsonArray("plugins")) {
                InstalledPlugin plugin = plugin(each.getAsJsonObject());
                plugins.put(plugin.id(), plugin);
            }
            Map<String, String> trusted = new LinkedHashMap<>();
            root.getAsJsonObject("trusted")
                    .asMap()
                    .forEach((fingerprint, name) -> trusted.put(fingerprint, name.getAsString()));
            List<Removed> removed = new ArrayList<>();
            if (root.has("removed")) {
                root.getAsJsonArray("removed").forEach(each -> removed.add(removed(each.getAsJsonObject())));
            }
            return new StoreState(plugins, trusted, texts(root.getAsJsonArray("repositories")), removed);
        } catch (NoSuchFileException nothingInstalled) {
            return new StoreState(Map.of(), Map.of(), List.of(), List.of());
        } catch (IOException | RuntimeException e) {
            throw new Problem(
                            "cannot read " + file,
                            "it is not as Graft wrote it (" + FileFault.why(e) + ")",
                            "put a copy back, or remove the folder and install the plugins again")
                    .causedBy(e);
        }
    }

    void write(Path file) {
        JsonObject root = new JsonObject();
        JsonArray all = new JsonArray();
        plugins.values().forEach(plugin -> all.add(json(plugin)));
        root.add("plugins", all);
        root.add("trusted", GSON.toJsonTree(trusted));
        root.add("repositories", GSON.toJsonTree(repositories));
        root.add("removed", GSON.toJsonTree(removed));
        byte[] bytes = (GSON.toJson(root) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    /** Names of all archives that are in use, for now or for a roll back. */
    Collection<String> files() {
        List<String> files = new ArrayList<>();
        for (InstalledPlugin plugin : plugins.values()) {
            files.add(plugin.file());
            plugin.previous().ifPresent(previous -> files.add(previous.file()));
        }
        return files;
    }

    private static JsonObject json(InstalledPlugin plugin) {
        JsonObject object = new JsonObject();
        object.addProperty("id", plugin.id());
        object.addProperty("version", plugin.version());
        object.addProperty("file", plugin.file());
        object.addProperty("sha512", plugin.sha512());
        object.addProperty("provider", plugin.provider());
        plugin.signer().ifPresent(signer -> {
            JsonObject by = new JsonObject();
            by.addProperty("name", signer.name());
            by.addProperty("fingerprint", signer.fingerprint());
            object.add("signer", by);
        });
        object.addProperty("permissions", Permission.words(plugin.permissions()));
        JsonArray dependencies = new JsonArray();
        for (PluginManifest.Dependency dependency : plugin.dependencies()) {
            JsonObject needed = new JsonObject();
            needed.addProperty("id", dependency.id());
            needed.addProperty("range", dependency.range());
            needed.addProperty("optional", dependency.optional());
            dependencies.add(needed);
        }
        object.add("dependencies", dependencies);
        object.add("nodes", GSON.toJsonTree(plugin.nodes()));
        object.addProperty("source", plugin.source());
        object.addProperty("enabled", plugin.enabled());
        object.addProperty("sandboxed", plugin.sandboxed());
        plugin.previous().ifPresent(previous -> object.add("previous", json(previous)));
        return object;
    }

    private static InstalledPlugin plugin(JsonObject object) {
        List<PluginManifest.Dependency> dependencies = new ArrayList<>();
        for (JsonElement each : object.getAsJsonArray("dependencies")) {
            JsonObject needed = each.getAsJsonObject();
            dependencies.add(new PluginManifest.Dependency(
                    ForeignText.id("a dependency", needed.get("id").getAsString()),
                    ForeignText.range(
                            "a dependency's range", needed.get("range").getAsString()),
                    needed.get("optional").getAsBoolean()));
        }
        return new InstalledPlugin(
                ForeignText.id("an id", object.get("id").getAsString()),
                ForeignText.version("a version", object.get("version").getAsString()),
                ForeignText.fileName("an archive", object.get("file").getAsString()),
                object.get("sha512").getAsString(),
                object.has("provider") ? object.get("provider").getAsString() : "",
                Optional.ofNullable(object.getAsJsonObject("signer"))
                        .map(by -> new Signer(
                                by.get("name").getAsString(),
                                by.get("fingerprint").getAsString())),
                Permission.parse(object.get("permissions").getAsString()),
                List.copyOf(dependencies),
                texts(object.getAsJsonArray("nodes")),
                object.get("source").getAsString(),
                object.get("enabled").getAsBoolean(),
                object.has("sandboxed") && object.get("sandboxed").getAsBoolean(),
                Optional.ofNullable(object.getAsJsonObject("previous")).map(StoreState::plugin));
    }

    private static Removed removed(JsonObject object) {
        return new Removed(
                ForeignText.id("an id", object.get("id").getAsString()),
                ForeignText.version("a version", object.get("version").getAsString()),
                object.get("source").getAsString(),
                texts(object.getAsJsonArray("nodes")),
                object.has("choices") ? texts(object.getAsJsonArray("choices")) : List.of());
    }

    private static List<String> texts(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }
}
