package graft.app.comfy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.workflow.Bypass;
import graft.app.workflow.Sockets;
import graft.app.workflow.Workflow;
import graft.node.NodeSchema;
import graft.node.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Workflows of Graft as files of ComfyUI. */
public final class ComfyExport {

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .serializeSpecialFloatingPointValues()
            .create();

    private final Function<String, Optional<NodeSchema>> types;
    private final Sockets sockets;
    private final FileNames files;

    /**
     * @param types the node types that there are
     * @param sockets the same in other words
     * @param files what files are called in ComfyUI
     */
    public ComfyExport(Function<String, Optional<NodeSchema>> types, Sockets sockets, FileNames files) {
        this.types = types;
        this.sockets = sockets;
        this.files = files;
    }

    /**
     * The API format: what ComfyUI runs. Subgraphs are taken apart, and what is muted or bypassed is left out.
     *
     * @throws Problem when there is something that ComfyUI has not, with the names of all of it
     */
    public String prompt(Workflow workflow) {
        JsonObject prompt = new JsonObject();
        for (OutNode node : nodes(workflow, false)) {
            if (node.values().containsKey(NodeValues.UNNAMED)) {
                throw new Problem(
                        "cannot save the workflow in ComfyUI's API format",
                        "it names all values, and the file that " + node.type() + " " + node.id()
                                + " came from does not name its",
                        "save it as a drawing, open it with ComfyUI and save it there by Export (API)");
            }
            JsonObject inputs = new JsonObject();
            node.values().forEach((name, value) -> inputs.add(name, wrapped(value)));
            node.links().forEach((name, link) -> {
                JsonArray end = new JsonArray();
                end.add(link.node());
                end.add(link.slot());
                inputs.add(name, end);
            });
            JsonObject each = new JsonObject();
            each.add("inputs", inputs);
            each.addProperty("class_type", node.type());
            if (!node.title().isEmpty()) {
                JsonObject meta = new JsonObject();
                meta.addProperty("title", node.title());
                each.add("_meta", meta);
            }
            prompt.add(node.id(), each);
        }
        return GSON.toJson(prompt);
    }

    private static JsonElement wrapped(JsonElement value) {
        if (!(value instanceof JsonArray)) {
            return value;
        }
        JsonObject whole = new JsonObject();
        whole.add(PromptFormat.VALUE, value);
        return whole;
    }

    /** @param chooses whether choices in prompts are made where they go */
    private List<OutNode> nodes(Workflow workflow, boolean chooses) {
        return new Outward(Bypass.flatten(workflow, sockets), workflow, types, files, chooses).nodes();
    }

    /**
     * The format that ComfyUI's window opens. A workflow that came from there and has the same nodes and wires still is its file
     * again, with the values that were changed; any other is drawn anew, without subgraphs.
     *
     * @throws Problem when there is something that ComfyUI has not, with the names of all of it
     */
    public String drawn(Workflow workflow) {
        Predicate<String> installed = type -> types.apply(type).isPresent();
        return GSON.toJson(new Rebuilt(workflow, installed)
                .file()
                .orElseGet(() -> new GraphDrawing(workflow, nodes(workflow, true)).file()));
    }
}
