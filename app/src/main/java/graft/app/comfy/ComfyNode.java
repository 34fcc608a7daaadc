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
 * @param counterpart what its class becomes; empty for one that there is nothing like here
 */
record ComfyNode(
        String id,
        String type,
        String title,
        List<Input> inputs,
        List<Output> outputs,
        List<JsonElement> listed,
        Map<String, JsonElement> named,
        Loose raw,
        Optional<Counterpart> counterpart) {

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

        Input withLink(Optional<ComfyLink> other) {
            return new Input(name, kind, widget, other);
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
        return new ComfyNode(id, type, other, inputs, outputs, listed, named, raw, counterpart);
    }

    /** A copy with more values by name. */
    ComfyNode withNamed(Map<String, JsonElement> more) {
        Map<String, JsonElement> all = new LinkedHashMap<>(named);
        all.putAll(more);
        return new ComfyNode(id, type, title, inputs, outputs, listed, all, raw, counterpart);
    }

    ComfyNode withInputs(List<Input> others) {
        return new ComfyNode(id, type, title, others, outputs, listed, named, raw, counterpart);
    }

    /** A copy that becomes something here. */
    ComfyNode with(Optional<Counterpart> known) {
        return new ComfyNode(id, type, title, inputs, outputs, listed, named, raw, known);
    }

    /** A node of another class, with values by name alone, in the place of this one. */
    ComfyNode as(String other, List<Input> theirs, Map<String, JsonElement> values) {
        return new ComfyNode(id, other, title, theirs, outputs, List.of(), values, raw, Optional.empty());
    }

    int mode() {
        return Loose.index(raw.json().get("mode")).orElse(0);
    }

    /** As remarks name it. */
    String called() {
        return original() + " " + id;
    }

    /** Its class in the file. */
    String original() {
        return raw.text("type").or(() -> raw.text("class_type")).orElse(type);
    }

    /** The value of a node that only holds one. */
    Optional<JsonElement> value() {
        return listed.stream().findFirst().or(() -> Optional.ofNullable(named.get("value")));
    }

    /** Whether it runs: it is neither left out nor handed past. */
    boolean runs() {
        return mode() != MUTED && mode() != BYPASSED;
    }

    Optional<ComfyLink> link(String input) {
        return inputs.stream()
                .filter(each -> each.name().equals(input))
                .flatMap(each -> each.link().stream())
                .findFirst();
    }
}
