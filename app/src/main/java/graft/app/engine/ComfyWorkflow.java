package graft.app.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.ComfyUi;
import graft.app.workflow.Edits;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.PngFile;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A workflow of ComfyUI as one of Graft: its core nodes of text-to-image, image-to-image and LoRA become Graft's, all others
 * stay as nodes of a type that is not installed, with their inputs as settings.
 *
 * <p>Reads the API format and the drawn format 0.4, from JSON and from PNG files.
 *
 * @param workflow what it became
 * @param kept classes of nodes that Graft has no counterpart of
 */
public record ComfyWorkflow(Workflow workflow, Set<String> kept) {

    /** What a class of ComfyUI's becomes: settings and inputs by their names there. */
    private record Counterpart(String type, Map<String, String> settings, Map<String, String> inputs, String output) {}

    private static final Map<String, Counterpart> COUNTERPARTS = Map.of(
            "CheckpointLoaderSimple",
            new Counterpart("graft/model/load", Map.of("ckpt_name", "file"), Map.of(), "model"),
            "CLIPTextEncode",
            new Counterpart("graft/prompt/encode", Map.of("text", "prompt"), Map.of("clip", "model"), "conditioning"),
            "EmptyLatentImage",
            new Counterpart(
                    "graft/latents/empty",
                    Map.of("width", "width", "height", "height", "batch_size", "batch"),
                    Map.of(),
                    "latents"),
            "KSampler",
            new Counterpart(
                    "graft/latents/sample",
                    Map.of(
                            "seed", "seed",
                            "steps", "steps",
                            "cfg", "guidance",
                            "sampler_name", "sampler",
                            "scheduler", "spacing",
                            "denoise", "denoise"),
                    Map.of("model", "model", "positive", "positive", "negative", "negative", "latent_image", "latents"),
                    "samples"),
            "VAEDecode",
            new Counterpart("graft/latents/decode", Map.of(), Map.of("samples", "latents", "vae", "model"), "images"),
            "VAEEncode",
            new Counterpart("graft/images/encode", Map.of(), Map.of("pixels", "images", "vae", "model"), "latents"),
            "LoadImage",
            new Counterpart("graft/images/load", Map.of("image", "file"), Map.of(), "image"),
            "SaveImage",
            new Counterpart("graft/images/save", Map.of("filename_prefix", "name"), Map.of("images", "images"), ""),
            "PreviewImage",
            new Counterpart("graft/images/save", Map.of(), Map.of("images", "images"), ""),
            "LoraLoader",
            new Counterpart(
                    "graft/adapters/add-lora",
                    Map.of("strength_model", "unetStrength", "strength_clip", "textStrength"),
                    Map.of("model", "model"),
                    "stacked"));

    /** The names of the values that the drawn format lists without names; empty for one that is not used. */
    private static final Map<String, List<String>> WIDGETS = Map.of(
            "CheckpointLoaderSimple", List.of("ckpt_name"),
            "CLIPTextEncode", List.of("text"),
            "EmptyLatentImage", List.of("width", "height", "batch_size"),
            "KSampler", List.of("seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise"),
            "LoadImage", List.of("image"),
            "SaveImage", List.of("filename_prefix"),
            "LoraLoader", List.of("lora_name", "strength_model", "strength_clip"));

    /** Choices that are called otherwise here; what is not here stays, and a check says so. */
    private static final Map<String, Map<String, String>> CHOICES = Map.of(
            "sampler",
            Map.of("uni_pc", "unipc", "uni_pc_bh2", "unipc"),
            "spacing",
            Map.of("normal", "linspace", "simple", "trailing", "sgm_uniform", "trailing", "ddim_uniform", "leading"));

    /** Whether a file is of ComfyUI; not when it cannot be read, which the reading of it explains. */
    public static boolean isOne(Path file) {
        try {
            // Graft's pictures carry the API format too, beside a workflow of Graft.
            return JsonParser.parseString(text(file, "workflow", "prompt")) instanceof JsonObject root
                    && ComfyUi.isWorkflow(root);
        } catch (IOException | JsonParseException | Problem unreadable) {
            return false;
        }
    }

    private static boolean isPicture(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    /** A file's text; of a picture that of a word, or else of another. */
    private static String text(Path file, String word, String other) throws IOException {
        if (!isPicture(file)) {
            return Files.readString(file);
        }
        Map<String, String> texts = PngFile.readText(file);
        return Optional.ofNullable(texts.get(word)).orElse(texts.getOrDefault(other, ""));
    }

    /**
     * Reads a file of ComfyUI.
     *
     * @throws Problem when it is none
     */
    public static ComfyWorkflow read(Path file) {
        try {
            // The API format has its values by name.
            return parse(text(file, "prompt", "workflow"), (isPicture(file) ? "in " : "") + file);
        } catch (IOException e) {
            throw new Problem("cannot read " + file, String.valueOf(e.getMessage()), "choose a workflow of ComfyUI")
                    .causedBy(e);
        }
    }

    /**
     * Reads the text of a file of ComfyUI.
     *
     * @param name what messages call it
     * @throws Problem when it is none
     */
    public static ComfyWorkflow parse(String json, String name) {
        try {
            JsonObject root = JsonParser.parseString(json).getAsJsonObject();
            Map<String, JsonObject> nodes =
                    root.has("nodes") && root.get("nodes").isJsonArray() ? drawn(root) : prompt(root);
            if (nodes.isEmpty()) {
                throw new IllegalStateException("it has no nodes");
            }
            return new Import(nodes).done();
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | UnsupportedOperationException
                | NullPointerException
                | NumberFormatException
                | IndexOutOfBoundsException e) {
            throw new Problem(
                            "cannot read " + name + " as a workflow of ComfyUI",
                            "it is not of the form that ComfyUI saves",
                            "save it anew with ComfyUI, best by Export (API)")
                    .causedBy(e);
        }
    }

    private static Map<String, JsonObject> prompt(JsonObject root) {
        Map<String, JsonObject> nodes = new LinkedHashMap<>();
        root.asMap().forEach((id, node) -> nodes.put(id, node.getAsJsonObject()));
        return nodes;
    }

    /** The drawn format brought to the API format, with {@code at} for the place of each node. */
    private static Map<String, JsonObject> drawn(JsonObject root) {
        Map<String, JsonArray> sources = new HashMap<>();
        for (JsonElement link : root.getAsJsonArray("links")) {
            JsonArray parts = link.getAsJsonArray();
            JsonArray source = new JsonArray();
            source.add(parts.get(1).getAsString());
            source.add(parts.get(2).getAsInt());
            sources.put(parts.get(0).getAsString(), source);
        }
        Map<String, JsonObject> nodes = new LinkedHashMap<>();
        for (JsonElement element : root.getAsJsonArray("nodes")) {
            JsonObject node = element.getAsJsonObject();
            String type = node.get("type").getAsString();
            JsonObject inputs = new JsonObject();
            JsonElement values = node.get("widgets_values");
            List<String> names = WIDGETS.getOrDefault(type, List.of());
            if (values instanceof JsonArray list) {
                for (int i = 0; i < Math.min(names.size(), list.size()); i++) {
                    if (!names.get(i).isEmpty()) {
                        inputs.add(names.get(i), list.get(i));
                    }
                }
                if (names.isEmpty()) {
                    inputs.add("widgets_values", list);
                }
            }
            if (node.get("inputs") instanceof JsonArray sockets) {
                for (JsonElement socket : sockets) {
                    JsonElement link = socket.getAsJsonObject().get("link");
                    if (link != null && link.isJsonPrimitive() && sources.containsKey(link.getAsString())) {
                        inputs.add(socket.getAsJsonObject().get("name").getAsString(), sources.get(link.getAsString()));
                    }
                }
            }
            JsonObject entry = new JsonObject();
            entry.addProperty("class_type", type);
            entry.add("inputs", inputs);
            if (node.get("pos") instanceof JsonArray at) {
                entry.add("at", at);
            }
            nodes.put(node.get("id").getAsString(), entry);
        }
        return nodes;
    }

    /** One import. */
    private static final class Import {

        private final Map<String, JsonObject> theirs;
        private final Map<String, String> ids = new LinkedHashMap<>();
        private final Set<String> kept = new LinkedHashSet<>();
        private Workflow workflow = Workflow.EMPTY;

        Import(Map<String, JsonObject> theirs) {
            this.theirs = theirs;
        }

        ComfyWorkflow done() {
            theirs.forEach((id, node) -> {
                if (!type(node).equals("Reroute")) {
                    add(id, node);
                }
            });
            theirs.forEach((id, node) -> {
                if (ids.containsKey(id)) {
                    wires(id, node);
                }
            });
            giveLatentsAModel();
            workflow = Edits.place(workflow, id -> new Size(260, 220));
            String notes = kept.isEmpty()
                    ? "Taken over from ComfyUI."
                    : "Taken over from ComfyUI. Graft has no counterpart of these nodes: " + String.join(", ", kept)
                            + ".";
            return new ComfyWorkflow(workflow.withNotes(notes), kept);
        }

        private static String type(JsonObject node) {
            return node.get("class_type").getAsString();
        }

        private void add(String id, JsonObject node) {
            Counterpart counterpart = COUNTERPARTS.get(type(node));
            if (counterpart == null) {
                kept.add(type(node));
            }
            String type = counterpart == null ? "comfyui/" + type(node) : counterpart.type();
            Map<String, JsonElement> settings = new LinkedHashMap<>();
            node.getAsJsonObject("inputs").asMap().forEach((name, value) -> {
                String ours =
                        counterpart == null ? name : counterpart.settings().getOrDefault(name, "");
                if (!ours.isEmpty() && source(value).isEmpty()) {
                    settings.put(ours, value(ours, value));
                }
            });
            String ours = Edits.freshId(workflow, type);
            ids.put(id, ours);
            WorkflowNode made = new WorkflowNode(
                    type,
                    1,
                    settings,
                    "",
                    Optional.ofNullable(node.getAsJsonArray("at"))
                            .map(at ->
                                    new Place(at.get(0).getAsDouble(), at.get(1).getAsDouble())),
                    new JsonObject());
            workflow = Edits.add(workflow, ours, made);
            if (type(node).equals("LoraLoader")) {
                addLora(node, ours, made);
            }
        }

        /** Their loader reads the file too. */
        private void addLora(JsonObject node, String adder, WorkflowNode made) {
            String loader = Edits.freshId(workflow, "lora");
            Map<String, JsonElement> file = new LinkedHashMap<>();
            file.put("file", node.getAsJsonObject("inputs").get("lora_name"));
            workflow = Edits.add(
                    workflow,
                    loader,
                    new WorkflowNode(
                            "graft/lora/load",
                            1,
                            file,
                            "",
                            made.place().map(at -> at.plus(0, -160)),
                            new JsonObject()));
            workflow = Edits.connect(workflow, new Wire(loader, "lora", adder, "lora"), false);
        }

        private static JsonElement value(String setting, JsonElement value) {
            Map<String, String> names = CHOICES.getOrDefault(setting, Map.of());
            return names.isEmpty()
                    ? value
                    : new JsonPrimitive(names.getOrDefault(value.getAsString(), value.getAsString()));
        }

        /** The node and output that a link names, past reroutes; empty for a value. */
        private Optional<Map.Entry<String, Integer>> source(JsonElement value) {
            if (!(value instanceof JsonArray link)
                    || link.size() != 2
                    || !theirs.containsKey(link.get(0).getAsString())) {
                return Optional.empty();
            }
            String id = link.get(0).getAsString();
            if (type(theirs.get(id)).equals("Reroute")) {
                return theirs.get(id).getAsJsonObject("inputs").asMap().values().stream()
                        .findFirst()
                        .flatMap(this::source);
            }
            return Optional.of(Map.entry(id, link.get(1).getAsInt()));
        }

        private void wires(String id, JsonObject node) {
            Counterpart to = COUNTERPARTS.get(type(node));
            for (Map.Entry<String, JsonElement> input :
                    node.getAsJsonObject("inputs").entrySet()) {
                String socket = to == null
                        ? input.getKey()
                        : to.inputs().getOrDefault(input.getKey(), to.settings().getOrDefault(input.getKey(), ""));
                if (socket.isEmpty()) {
                    continue;
                }
                source(input.getValue()).ifPresent(source -> {
                    Counterpart from = COUNTERPARTS.get(type(theirs.get(source.getKey())));
                    String output = from == null ? "output" + source.getValue() : from.output();
                    workflow = Edits.connect(
                            workflow, new Wire(ids.get(source.getKey()), output, ids.get(id), socket), false);
                });
            }
        }

        /** Graft's empty latents ask the model how large a latent is: the model of the sampler that they enter. */
        private void giveLatentsAModel() {
            List<Wire> models = new ArrayList<>();
            for (Wire wire : workflow.wires()) {
                if (workflow.nodes().get(wire.fromNode()).type().equals("graft/latents/empty")) {
                    workflow.wires().stream()
                            .filter(other -> other.to().equals(wire.toNode() + ".model"))
                            .map(other -> new Wire(other.fromNode(), other.output(), wire.fromNode(), "model"))
                            .forEach(models::add);
                }
            }
            models.forEach(wire -> workflow = Edits.connect(workflow, wire, false));
        }
    }
}
