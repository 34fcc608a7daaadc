package graft.app.comfy;

import com.google.gson.JsonElement;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values that a node gives the subgraph that it stands for. */
final class InstanceValues {

    private InstanceValues() {}

    /** By the input of the subgraph, from 0. */
    static Map<Integer, JsonElement> of(ComfyNode node, ComfySubgraph subgraph) {
        Map<Integer, JsonElement> values = new LinkedHashMap<>();
        int at = 0;
        for (int i = 0; i < subgraph.inputs().size(); i++) {
            String name = subgraph.inputs().get(i).name();
            JsonElement value = null;
            if (isWidget(subgraph, i)) {
                value = at < node.listed().size() ? node.listed().get(at) : null;
                at++;
            }
            value = node.named().getOrDefault(name, value);
            if (value != null && !value.isJsonNull()) {
                values.put(i, value);
            }
        }
        return values;
    }

    private static boolean isWidget(ComfySubgraph subgraph, int input) {
        return subgraph.inside().nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .anyMatch(each -> each.widget() && each.isFrom(input));
    }
}
