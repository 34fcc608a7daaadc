package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives the values of nodes by name, those of the primitives that are wired to them among them. */
final class NodeValues {

    /** The name of all values of a node in one, where nobody knows theirs. */
    static final String UNNAMED = "widgets_values";

    private final Origins origins;

    NodeValues(Origins origins) {
        this.origins = origins;
    }

    Map<String, JsonElement> of(ComfyNode node) {
        Map<String, JsonElement> values = new LinkedHashMap<>();
        List<String> names = names(node);
        for (int i = 0; i < Math.min(names.size(), node.listed().size()); i++) {
            if (!names.get(i).isEmpty()) {
                values.put(names.get(i), node.listed().get(i));
            }
        }
        if (names.isEmpty() && node.named().isEmpty() && !node.listed().isEmpty()) {
            JsonArray list = new JsonArray();
            node.listed().forEach(list::add);
            values.put(UNNAMED, list);
        }
        values.putAll(node.named());
        for (ComfyNode.Input input : node.inputs()) {
            Optional<ComfyNode> primitive = origins.primitive(input);
            primitive.flatMap(ComfyNode::value).ifPresent(value -> values.put(input.name(), value));
            if (input.name().equals("seed")) {
                primitive
                        .filter(each -> each.listed().size() > 1)
                        .ifPresent(each ->
                                values.put(Counterpart.CONTROL, each.listed().get(1)));
            }
        }
        return values;
    }

    /** The names of the listed values: of a known class by heart, else those of its inputs for settings, if as many. */
    static List<String> names(ComfyNode node) {
        Optional<Counterpart> known = node.counterpart();
        if (known.isPresent()) {
            return names(known.get(), node.listed());
        }
        List<String> names = node.inputs().stream()
                .filter(ComfyNode.Input::widget)
                .map(ComfyNode.Input::name)
                .toList();
        return names.size() == node.listed().size() && names.stream().distinct().count() == names.size()
                ? names
                : List.of();
    }

    /** The names of that many listed values of a known class. */
    static List<String> names(Counterpart known, List<JsonElement> listed) {
        List<String> names = known.widgetNames();
        int control = names.indexOf(Counterpart.CONTROL);
        // Older files have no word on what becomes of the seed.
        boolean without = control >= 0
                && listed.size() == names.size() - 1
                && Loose.number(listed.get(control)).isPresent();
        return without
                ? names.stream()
                        .filter(name -> !name.equals(Counterpart.CONTROL))
                        .toList()
                : names;
    }

    /** Listed values of a known class by name. */
    static Map<String, JsonElement> listed(Counterpart known, List<JsonElement> listed) {
        return paired(names(known, listed), listed);
    }

    /** Listed values by name, as far as there are names for them. */
    static Map<String, JsonElement> paired(List<String> names, List<JsonElement> listed) {
        Map<String, JsonElement> values = new LinkedHashMap<>();
        for (int i = 0; i < Math.min(names.size(), listed.size()); i++) {
            values.put(names.get(i), listed.get(i));
        }
        return values;
    }
}
