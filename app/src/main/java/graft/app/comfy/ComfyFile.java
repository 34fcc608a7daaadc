package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import graft.app.workflow.ComfyUi;
import graft.file.FileFault;
import graft.file.PictureText;
import graft.node.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Files of ComfyUI: the drawn formats 0.4 and 1.0 and the API format, as JSON or inside a PNG, JPEG or WebP. */
public final class ComfyFile {

    /** In words of a picture's metadata: what was drawn, and what ran. */
    private static final String DRAWN = "workflow";

    private static final String PROMPT = "prompt";

    // A workflow of Graft holds what it takes over some levels deeper, and may be nested 255 deep.
    private static final int DEEPEST = 240;

    private ComfyFile() {}

    /** Whether a file is of ComfyUI; not when it cannot be read, which the reading of it explains. */
    public static boolean isOne(Path file) {
        try {
            if (!PictureText.isPicture(file)) {
                return isWorkflow(Files.readString(file));
            }
            Map<String, String> texts = texts(file);
            // Graft's pictures carry the API format too, beside a workflow of Graft.
            return texts.containsKey(DRAWN) ? isWorkflow(texts.get(DRAWN)) : isWorkflow(texts.getOrDefault(PROMPT, ""));
        } catch (IOException | Problem unreadable) {
            return false;
        }
    }

    /** The texts of a picture, in some of which both are in one. */
    private static Map<String, String> texts(Path file) {
        Map<String, String> texts = new HashMap<>(PictureText.of(file));
        Optional.ofNullable(texts.get(PictureText.COMMENT))
                .flatMap(ComfyFile::object)
                .ifPresent(both -> {
                    for (String word : List.of(DRAWN, PROMPT)) {
                        Optional.ofNullable(both.get(word))
                                .map(each -> each instanceof JsonPrimitive text ? text.getAsString() : each.toString())
                                .ifPresent(text -> texts.putIfAbsent(word, text));
                    }
                    if (ComfyUi.isDrawn(both)) {
                        texts.putIfAbsent(DRAWN, both.toString());
                    } else if (ComfyUi.isWorkflow(both)) {
                        texts.putIfAbsent(PROMPT, both.toString());
                    }
                });
        return texts;
    }

    private static Optional<JsonObject> object(String json) {
        try {
            return Optional.of(JsonParser.parseString(json))
                    .filter(JsonObject.class::isInstance)
                    .map(JsonElement::getAsJsonObject);
        } catch (JsonParseException noJson) {
            return Optional.empty();
        }
    }

    private static boolean isWorkflow(String json) {
        try {
            return JsonParser.parseString(json) instanceof JsonObject root
                    && (ComfyUi.isWorkflow(root) || ComfyUi.isWorkflow(sent(root)));
        } catch (JsonParseException noJson) {
            return false;
        }
    }

    /** What is sent to a server of ComfyUI holds the API format in a field. */
    private static JsonObject sent(JsonObject root) {
        return root.get(PROMPT) instanceof JsonObject prompt ? prompt : new JsonObject();
    }

    /**
     * Reads and translates a file.
     *
     * @param installed whether there is a node type; classes whose counterpart there is not stay as they came
     * @throws Problem when it is none of ComfyUI
     */
    public static Translation read(Path file, Predicate<String> installed) {
        try {
            if (!PictureText.isPicture(file)) {
                return parse(Files.readString(file), file.toString(), installed);
            }
            Map<String, String> texts = texts(file);
            String name = "in " + file;
            if (!isWorkflow(texts.getOrDefault(DRAWN, ""))) {
                return parse(texts.getOrDefault(PROMPT, ""), name, installed);
            }
            ComfyGraph drawn = graph(texts.get(DRAWN), name);
            return Translation.of(
                    isWorkflow(texts.getOrDefault(PROMPT, ""))
                            ? withValues(drawn, graph(texts.get(PROMPT), name))
                            : drawn,
                    installed);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file", e);
        } catch (CharacterCodingException e) {
            throw unreadable(file, "it is not text in UTF-8", e);
        } catch (IOException e) {
            throw unreadable(file, FileFault.why(e), e);
        }
    }

    private static Problem unreadable(Path file, String why, IOException cause) {
        return new Problem("cannot read " + file, why, "choose a workflow of ComfyUI").causedBy(cause);
    }

    /**
     * Translates the text of a file.
     *
     * @param name what messages call it
     * @param installed whether there is a node type; classes whose counterpart there is not stay as they came
     * @throws Problem when it is none of ComfyUI
     */
    public static Translation parse(String json, String name, Predicate<String> installed) {
        return Translation.of(graph(json, name), installed);
    }

    private static ComfyGraph graph(String json, String name) {
        JsonObject root = tree(json, name);
        if (ComfyUi.isDrawn(root)) {
            return filled(DrawnFormat.read(root, name), name);
        }
        return filled(PromptFormat.read(ComfyUi.isWorkflow(root) ? root : sent(root)), name);
    }

    private static ComfyGraph filled(ComfyGraph graph, String name) {
        if (graph.nodes().isEmpty()) {
            throw wrong(name, "it has no nodes");
        }
        return graph;
    }

    private static JsonObject tree(String json, String name) {
        JsonReader reader = new JsonReader(new StringReader(json));
        // Python writes NaN, which is no JSON.
        reader.setStrictness(Strictness.LENIENT);
        reader.setNestingLimit(DEEPEST);
        try {
            JsonElement root = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw wrong(name, "there is something after its end");
            }
            if (root instanceof JsonObject object) {
                return object;
            }
            throw wrong(name, "it is no object in braces");
        } catch (JsonParseException | IOException e) {
            throw wrong(name, "it is no JSON, or nested more than " + DEEPEST + " deep")
                    .causedBy(e);
        }
    }

    /** In a picture, what ran has the values by name, and prompts as they were when it was drawn. */
    private static ComfyGraph withValues(ComfyGraph drawn, ComfyGraph ran) {
        Map<String, ComfyNode> byId = new HashMap<>();
        ran.nodes().forEach(node -> byId.put(node.id(), node));
        List<ComfyNode> nodes = new ArrayList<>();
        for (ComfyNode node : drawn.nodes()) {
            nodes.add(Optional.ofNullable(byId.get(node.id()))
                    .filter(same -> same.type().equals(node.type()))
                    .map(same -> node.withNamed(same.named()))
                    .orElse(node));
        }
        return new ComfyGraph(nodes, drawn.groups(), drawn.subgraphs(), drawn.oddities(), drawn.rest());
    }

    private static Problem wrong(String name, String why) {
        return new Problem(
                "cannot read " + name + " as a workflow of ComfyUI",
                why,
                "save it anew with ComfyUI, best by Export (API)");
    }
}
