package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Takes over nodes of the classes that have a counterpart, and tells of values that have none. */
final class KnownNodes {

    private final Draft draft;
    private final NodeValues values;
    private final Samplers samplers;
    private final Loras loras;
    private final Choosing choosing;
    private final Remarks remarks;

    KnownNodes(Draft draft, NodeValues values, Samplers samplers, Loras loras, Choosing choosing, Remarks remarks) {
        this.draft = draft;
        this.values = values;
        this.samplers = samplers;
        this.loras = loras;
        this.choosing = choosing;
        this.remarks = remarks;
    }

    void add(ComfyNode node, Counterpart counterpart) {
        String id = draft.id(counterpart.type());
        Map<String, JsonElement> theirs = values.of(node);
        Map<String, JsonElement> settings = settings(id, node, counterpart, theirs);
        JsonObject extra = Draft.asItCame(node);
        if (Samplers.isOne(node)) {
            samplers.complete(id, node, theirs, settings, extra);
        }
        if (Loras.isOne(node)) {
            loras.add(id, node, counterpart, theirs, settings, extra);
        } else {
            draft.became(node, id);
            draft.add(id, node, counterpart.type(), settings, extra);
            choosing.add(id, node, counterpart, settings);
        }
    }

    private Map<String, JsonElement> settings(
            String id, ComfyNode node, Counterpart counterpart, Map<String, JsonElement> theirs) {
        Map<String, JsonElement> settings = new LinkedHashMap<>(counterpart.fixed());
        counterpart.widgets().stream()
                .filter(widget -> !widget.setting().isEmpty())
                .forEach(widget -> widget.usual().ifPresent(usual -> settings.put(widget.setting(), usual)));
        theirs.forEach((name, value) -> {
            Optional<Counterpart.Widget> widget = counterpart.widget(name);
            if (widget.isPresent() && !widget.get().setting().isEmpty()) {
                settings.put(widget.get().setting(), widget.get().words().here(value));
            } else if (widget.isPresent() || Counterpart.OF_THE_WINDOW.contains(name) || value.isJsonNull()) {
                return;
            } else if (counterpart.socket(name).isPresent()) {
                remarks.say(
                        id, "the input " + name + " of ComfyUI's " + node.called() + " has a value in place of a wire");
            } else {
                remarks.say(id, "the value " + name + " of ComfyUI's " + node.called() + " has no counterpart here");
            }
        });
        return settings;
    }
}
