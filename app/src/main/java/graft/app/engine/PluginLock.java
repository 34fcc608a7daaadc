package graft.app.engine;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.Plugin;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.AtomicFile;
import graft.node.ChoiceSettings;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The plugins that a workflow was run with, by version and checksum: every run leaves one, and one beside a workflow says which
 * it is meant for.
 *
 * @param plugins in the order of the first node that is of them, or has a choice of theirs
 */
public record PluginLock(List<Pinned> plugins) {

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** One plugin. */
    public record Pinned(String id, String version, String sha512) {}

    public PluginLock {
        plugins = List.copyOf(plugins);
    }

    /** The plugins of a workflow's nodes and of what is chosen in them, as they are loaded now. */
    public static PluginLock of(Workflow workflow, NodeLibrary library) {
        return new PluginLock(Subgraphs.flatten(workflow).nodes().values().stream()
                .flatMap(PluginLock::ids)
                .map(library::pluginOf)
                .flatMap(Optional::stream)
                .map(plugin -> new Pinned(plugin.id(), plugin.version(), plugin.sha512()))
                .distinct()
                .toList());
    }

    private static Stream<String> ids(WorkflowNode node) {
        // A choice that has settings of its own is saved with them.
        Stream<String> chosen = node.settings().values().stream().map(ChoiceSettings::id);
        return Stream.concat(Stream.of(node.type()), chosen);
    }

    /** Where the lock of a workflow file lies: {@code dog.json} has {@code dog.lock.json}. */
    public static Path beside(Path workflow) {
        String name = workflow.getFileName().toString().replaceFirst("\\.json$", "");
        return workflow.resolveSibling(name + ".lock.json");
    }

    /** Empty when there is none. */
    public static Optional<PluginLock> read(Path file) {
        try {
            List<Pinned> plugins = new ArrayList<>();
            JsonObject root = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            for (JsonElement each : root.getAsJsonArray("plugins")) {
                JsonObject plugin = each.getAsJsonObject();
                plugins.add(new Pinned(
                        plugin.get("id").getAsString(),
                        plugin.get("version").getAsString(),
                        plugin.get("sha512").getAsString()));
            }
            return Optional.of(new PluginLock(plugins));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            throw new Problem(
                            "cannot read " + file,
                            "it is not as Graft wrote it",
                            "write it anew with `graft plugins lock`, or remove it")
                    .causedBy(e);
        }
    }

    /** Writes the lock whole or not at all. */
    public void write(Path file) {
        JsonObject root = new JsonObject();
        root.add("plugins", GSON.toJsonTree(plugins));
        byte[] bytes = (GSON.toJson(root) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    /** How the plugins of now differ from these, as sentences; none when they are the same. */
    public List<String> differences(NodeLibrary library) {
        List<String> sentences = new ArrayList<>();
        for (Pinned pinned : plugins) {
            Optional<Plugin> now = library.plugins().stream()
                    .filter(plugin -> plugin.id().equals(pinned.id()))
                    .findFirst();
            if (now.isEmpty()) {
                sentences.add(
                        "The workflow was made with " + pinned.id() + " " + pinned.version() + ", which is not here.");
            } else if (!now.get().version().equals(pinned.version())) {
                sentences.add("The workflow was made with " + pinned.id() + " " + pinned.version() + ", and "
                        + now.get().version() + " is here.");
            } else if (!now.get().sha512().equals(pinned.sha512())) {
                sentences.add("The workflow was made with another build of " + pinned.id() + " " + pinned.version()
                        + " than the one here.");
            }
        }
        return sentences;
    }
}
