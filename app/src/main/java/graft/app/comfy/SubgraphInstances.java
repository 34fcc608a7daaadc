package graft.app.comfy;

import com.google.gson.JsonElement;
import graft.app.workflow.Subgraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes over nodes that stand for subgraphs, with the values that they give what is inside. */
final class SubgraphInstances {

    private final Definitions definitions;
    private final Draft draft;
    private final SocketNames names;

    SubgraphInstances(Definitions definitions, Draft draft, SocketNames names) {
        this.definitions = definitions;
        this.draft = draft;
        this.names = names;
    }

    void add(ComfyNode node, ComfySubgraph subgraph) {
        Definitions.Sockets sockets = definitions.sockets(subgraph.id());
        String id = draft.id(subgraph.title().isEmpty() ? "subgraph" : subgraph.title());
        draft.became(node, id);
        Map<String, JsonElement> settings = new LinkedHashMap<>();
        Map<Integer, JsonElement> values = InstanceValues.of(node, subgraph);
        // A circle of subgraphs is told by the check.
        Optional<Entrance> inside = definitions.level(subgraph.id()).map(Level::entrance);
        values.forEach((input, value) -> settings.put(
                sockets.inputs().get(input),
                inside.map(entrance -> entrance.entering(input, value)).orElse(value)));
        inside.ifPresent(entrance -> settings.putAll(entrance.plans(values)));
        List<String> inputs = node.inputs().stream()
                .map(input -> names.port(node, input, subgraph))
                .toList();
        draft.add(
                id,
                node.title().equals(subgraph.title()) ? node.withTitle("") : node,
                Subgraph.type(sockets.name()),
                settings,
                Draft.asItCame(node, inputs, sockets.outputs()));
    }
}
