package graft.app.comfy;

import com.google.gson.JsonElement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as ComfyUI saved it, in whichever form.
 *
 * @param type its class, or the id of a subgraph
 * @param inputs in order, those for settings among them
 * @param outputs in order; none in the API format, which does not name them
 * @param listed values without names, in the order of the node's widgets
 * @param named values by name
 * @param raw the node as it came
 */
record ComfyNode(
        String id,
        String type,
        String title,
        List<Input> inputs,
        List<Output> outputs,
        List<JsonElement> listed,
        Map<String, JsonElement> named,
        Loose raw) {

    /**
     * An input.
     *
     * @param kind what it takes, in ComfyUI's words; empty in the API format
     * @param widget whether it is for a setting
     */
    record Input(String name, String kind, boolean widget, Optional<ComfyLink> link) {

        /** Whether it is wired to that one of the subgraph's own inputs. */
        boolean isFrom(int input) {
            return link.filter(from -> from.node().equals(ComfySubgraph.INPUTS) && from.slot() == input)
                    .isPresent();
        }
    }

    /** An output. */
    record Output(String name, String kind) {}

    /** ComfyUI's numbers for a node that is left out, and for one that only hands on. */
    static final int MUTED = 2;

    static final int BYPASSED = 4;

    ComfyNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        listed = List.copyOf(listed);
        named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    }

    ComfyNode withTitle(String other) {
        return new ComfyNode(id, type, other, inputs, outputs, listed, named, raw);
    }

    /** A copy with more values by name. */
    ComfyNode withNamed(Map<String, JsonElement> more) {
        Map<String, JsonElement> all = new LinkedHashMap<>(named);
        all.putAll(more);
        return new ComfyNode(id, type, title, inputs, outputs, listed, all, raw);
    }

    int mode() {
        return Loose.index(raw.json().get("mode")).orElse(0);
    }

    /** As remarks name it. */
    String called() {
        return type + " " + id;
    }

    Optional<ComfyLink> link(String input) {
        return inputs.stream()
                .filter(each -> each.name().equals(input))
                .flatMap(each -> each.link().stream())
                .findFirst();
    }
}
