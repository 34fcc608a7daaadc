package graft.app.comfy;

import com.google.gson.JsonElement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A node of ComfyUI that a workflow of Graft becomes.
 *
 * @param id its id there
 * @param type its class there
 * @param title what people read; empty for the class
 * @param values by name, those of the window left out
 * @param links where each wired input comes from
 * @param from path of the node here that it comes from; empty for one that was added beside
 */
record OutNode(
        String id,
        String type,
        String title,
        Map<String, JsonElement> values,
        Map<String, Link> links,
        Optional<String> from) {

    /**
     * An end of a wire.
     *
     * @param node id there
     * @param slot which of its outputs, from 0
     */
    record Link(String node, int slot) {}

    /** A node with nothing yet, to be added to. */
    static OutNode of(String id, String type, String title, Optional<String> from) {
        return new OutNode(id, type, title, new LinkedHashMap<>(), new LinkedHashMap<>(), from);
    }
}
