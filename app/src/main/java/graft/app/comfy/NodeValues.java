package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives the values of nodes by name, those of the primitives that are wired to them among them. */
final class NodeValues {

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
            values.put("widgets_values", list);
        }
        values.putAll(node.named());
        for (ComfyNode.Input input : node.inputs()) {
            Optional<ComfyNode> primitive = origins.primitive(input);
            primitive
                    .flatMap(ComfyNode::value)
                    .ifPresent(value -> values.put(input.name(), value));
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
    private static List<String> names(ComfyNode node) {
        Optional<Counterpart> known = node.counterpart();
        if (known.isPresent()) {
            List<String> names = known.get().widgetNames();
            int control = names.indexOf(Counterpart.CONTROL);
            // Older files have no word on what becomes of the seed.
            boolean without = control >= 0
                    && node.listed().size() == names.size() - 1
                    && Loose.number(node.listed().get(control)).isPresent();
            return without
                    ? names.stream()
                            .filter(name -> !name.equals(Counterpart.CONTROL))
                            .toList()
                    : names;
        }
        List<String> names = node.inputs().stream()
                .filter(ComfyNode.Input::widget)
                .map(ComfyNode.Input::name)
                .toList();
        return names.size() == node.listed().size() && names.stream().distinct().count() == names.size()
                ? names
                : List.of();
    }
}
