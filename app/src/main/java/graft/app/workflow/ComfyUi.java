package graft.app.workflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

/** Tells the files of ComfyUI from Graft's. */
public final class ComfyUi {

    private ComfyUi() {}

    /** Whether JSON is a workflow of ComfyUI, as drawn or in the API format. */
    public static boolean isWorkflow(JsonObject json) {
        boolean drawn = json.has("nodes") && json.has("links") && json.get("nodes") instanceof JsonArray;
        boolean prompt = !json.isEmpty()
                && json.asMap().values().stream()
                        .allMatch(node -> node instanceof JsonObject object && object.has("class_type"));
        return drawn || prompt;
    }
}
