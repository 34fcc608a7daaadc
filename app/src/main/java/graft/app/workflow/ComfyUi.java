package graft.app.workflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.List;

/** Tells the files of ComfyUI from Graft's. */
public final class ComfyUi {

    /** Beside the nodes, of which other programs have a list too; version 1 has no links when nothing is wired. */
    private static final List<String> BESIDE_NODES =
            List.of("links", "last_node_id", "last_link_id", "state", "definitions", "version");

    private ComfyUi() {}

    /** Whether JSON is a workflow of ComfyUI, as drawn or in the API format. */
    public static boolean isWorkflow(JsonObject json) {
        return isDrawn(json) || isPrompt(json);
    }

    /** Whether JSON is a workflow as ComfyUI's window saves it, of version 0.4 or 1.0. */
    public static boolean isDrawn(JsonObject json) {
        return json.get("nodes") instanceof JsonArray && BESIDE_NODES.stream().anyMatch(json::has);
    }

    /** Entries that are no nodes may stand beside those that are. */
    private static boolean isPrompt(JsonObject json) {
        Collection<JsonElement> entries = json.asMap().values();
        return !json.has("format")
                && entries.stream().anyMatch(node -> node instanceof JsonObject object && object.has("class_type"));
    }
}
