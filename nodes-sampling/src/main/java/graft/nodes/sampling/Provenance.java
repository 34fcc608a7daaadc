package graft.nodes.sampling;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.picture.Picture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a picture came to be, read from the workflow that made it, in the words of other programs.
 *
 * <p>Sources: ComfyUI's {@code prompt} is its API format, {@code {"id": {"class_type": …, "inputs": {…}}}}; A1111's
 * {@code parameters} is the prompt, a line {@code Negative prompt: …}, and a line of {@code Steps: 20, Sampler: …}.
 */
final class Provenance {

    private static final String SAMPLE = "graft/latents/sample";

    private static final Map<String, String> THEIR_NAMES = Map.of(
            "DDIM", "DDIM",
            "EULER", "Euler",
            "EULER_ANCESTRAL", "Euler a",
            "DPMPP_2M", "DPM++ 2M",
            "HEUN", "Heun",
            "UNIPC", "UniPC",
            "AUTO", "",
            "KARRAS", "Karras");

    private final JsonObject nodes;
    private final JsonArray wires;
    private final String node;

    private Provenance(JsonObject nodes, JsonArray wires, String node) {
        this.nodes = nodes;
        this.wires = wires;
        this.node = node;
    }

    /**
     * @param workflow the flat workflow as JSON, settings as run
     * @param node the id of the node that writes the picture
     */
    static Provenance of(String workflow, String node) {
        JsonObject document = JsonParser.parseString(workflow).getAsJsonObject();
        JsonArray wires = document.has("wires") ? document.getAsJsonArray("wires") : new JsonArray();
        return new Provenance(document.getAsJsonObject("nodes"), wires, node);
    }

    /** The graph in ComfyUI's API format; a wire is {@code ["node", "output"]}. */
    String prompt() {
        JsonObject prompt = new JsonObject();
        for (String id : nodes.keySet()) {
            JsonObject inputs = settings(id).deepCopy();
            wiresInto(id).forEach((input, output) -> {
                JsonArray link = new JsonArray();
                link.add(nodeOf(output));
                link.add(output.substring(nodeOf(output).length() + 1));
                inputs.add(input, link);
            });
            JsonObject entry = new JsonObject();
            entry.add("class_type", nodes.getAsJsonObject(id).get("type"));
            entry.add("inputs", inputs);
            prompt.add(id, entry);
        }
        return prompt.toString();
    }

    /** The text that A1111 writes; empty when not exactly one Sample node leads to the picture. */
    Optional<String> parameters(Picture picture, int position, int count) {
        Set<String> samples = nearest(node, SAMPLE);
        if (samples.size() != 1) {
            return Optional.empty();
        }
        String sample = samples.iterator().next();
        JsonObject settings = settings(sample);
        Map<String, String> line = new LinkedHashMap<>();
        line.put("Steps", text(settings, "steps"));
        String sampler = text(settings, "sampler");
        line.put("Sampler", THEIR_NAMES.getOrDefault(sampler.toUpperCase(Locale.ROOT), sampler));
        String spacing = text(settings, "spacing");
        line.put("Schedule type", THEIR_NAMES.getOrDefault(spacing.toUpperCase(Locale.ROOT), spacing));
        line.put("CFG scale", text(settings, "guidance"));
        line.put("Seed", text(settings, "seed"));
        line.put("Size", picture.width() + "x" + picture.height());
        source(sample, "model").stream()
                .flatMap(id -> nearest(id, "graft/model/load").stream())
                .findFirst()
                .ifPresent(id -> line.put("Model", modelName(text(settings(id), "file"))));
        if (!text(settings, "denoise").equals("1.0")) {
            line.put("Denoising strength", text(settings, "denoise"));
        }
        if (count > 1) {
            line.put("Batch size", String.valueOf(count));
            line.put("Batch pos", String.valueOf(position));
        }
        StringBuilder parameters = new StringBuilder(promptText(sample, "positive", position));
        String negative = promptText(sample, "negative", position);
        if (!negative.isEmpty()) {
            parameters.append("\nNegative prompt: ").append(negative);
        }
        parameters.append('\n');
        line.values().removeIf(String::isEmpty);
        line.forEach((key, value) ->
                parameters.append(key).append(": ").append(quoted(value)).append(", "));
        parameters.setLength(parameters.length() - 2);
        return Optional.of(parameters.toString());
    }

    private String promptText(String sample, String input, int position) {
        return source(sample, input).stream()
                .flatMap(id -> nearest(id, "graft/prompt/encode").stream())
                .findFirst()
                .map(id -> {
                    String prompt = text(settings(id), "prompt");
                    List<String> lines = EncodePrompt.prompts(prompt);
                    boolean own = text(settings(id), "lines").equals("true") && position < lines.size();
                    return own ? lines.get(position) : prompt;
                })
                .orElse("");
    }

    /** The nodes of a type that are reached first when going up all wires from a node, itself included. */
    private Set<String> nearest(String from, String type) {
        Set<String> found = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(from));
        while (!open.isEmpty()) {
            String id = open.remove();
            if (!seen.add(id) || !nodes.has(id)) {
                continue;
            }
            if (nodes.getAsJsonObject(id).get("type").getAsString().equals(type)) {
                found.add(id);
            } else {
                wiresInto(id).values().forEach(output -> open.add(nodeOf(output)));
            }
        }
        return found;
    }

    private Optional<String> source(String id, String input) {
        return Optional.ofNullable(wiresInto(id).get(input)).map(Provenance::nodeOf);
    }

    /** Input to the output that feeds it, "node.output"; further wires into a list are numbered "input[1]". */
    private Map<String, String> wiresInto(String id) {
        Map<String, String> into = new LinkedHashMap<>();
        for (JsonElement wire : wires) {
            String to = wire.getAsJsonObject().get("to").getAsString();
            if (nodeOf(to).equals(id)) {
                String input = to.substring(id.length() + 1);
                String from = wire.getAsJsonObject().get("from").getAsString();
                String key = input;
                for (int i = 1; into.containsKey(key); i++) {
                    key = input + "[" + i + "]";
                }
                into.put(key, from);
            }
        }
        return into;
    }

    private JsonObject settings(String id) {
        JsonElement settings = nodes.getAsJsonObject(id).get("settings");
        return settings == null ? new JsonObject() : settings.getAsJsonObject();
    }

    private static String text(JsonObject settings, String name) {
        JsonElement value = settings.get(name);
        return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
    }

    /** The last part of a model's place, without its ending. */
    private static String modelName(String file) {
        return file.replaceAll("[/\\\\]+$", "").replaceAll("^.*[/\\\\:]", "").replaceAll("\\.(safetensors|ckpt)$", "");
    }

    private static String nodeOf(String socket) {
        return socket.substring(0, socket.lastIndexOf('.'));
    }

    /** A1111 quotes a value that would break its line of {@code key: value, key: value}. */
    private static String quoted(String value) {
        return value.matches("[^,:\n]*")
                ? value
                : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
