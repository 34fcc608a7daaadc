package graft.app.comfy;

import com.google.gson.JsonElement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells what values that come into a subgraph from outside are inside, however deep what takes them lies. */
final class Entrance {

    private final List<ComfyNode> nodes;
    private final Definitions definitions;
    private final NodeValues values;
    private final Draft draft;

    /** @param nodes those inside */
    Entrance(List<ComfyNode> nodes, Definitions definitions, NodeValues values, Draft draft) {
        this.nodes = nodes;
        this.definitions = definitions;
        this.values = values;
        this.draft = draft;
    }

    /** A value as the setting that it enters takes it. */
    JsonElement entering(int input, JsonElement value) {
        return entering(input, value, new HashSet<>());
    }

    private JsonElement entering(int input, JsonElement value, Set<Entrance> seen) {
        if (!seen.add(this)) {
            return value;
        }
        for (ComfyNode node : nodes) {
            for (ComfyNode.Input each : node.inputs()) {
                if (each.isFrom(input)) {
                    Optional<Counterpart.Widget> setting =
                            node.counterpart().flatMap(counterpart -> counterpart.setting(each.name()));
                    if (setting.isPresent()) {
                        return setting.get().words().here(value);
                    }
                    Optional<ComfySubgraph> deeper = definitions.of(node.type());
                    for (int i = 0;
                            deeper.isPresent() && i < deeper.get().inputs().size();
                            i++) {
                        if (deeper.get().inputs().get(i).name().equals(each.name())) {
                            int socket = i;
                            return definitions
                                    .level(node.type())
                                    .map(level -> level.entrance().entering(socket, value, seen))
                                    .orElse(value);
                        }
                    }
                }
            }
        }
        return value;
    }

    /**
     * Steps and denoise of the samplers in here, where values from outside change them.
     *
     * @param fromOutside by the input of the subgraph
     * @return by the path of node ids and the setting, with points between
     */
    Map<String, JsonElement> plans(Map<Integer, JsonElement> fromOutside) {
        return plans(fromOutside, new HashSet<>());
    }

    private Map<String, JsonElement> plans(Map<Integer, JsonElement> fromOutside, Set<Entrance> seen) {
        Map<String, JsonElement> plans = new LinkedHashMap<>();
        if (!seen.add(this)) {
            return plans;
        }
        for (ComfyNode node : nodes) {
            Map<String, JsonElement> given = new LinkedHashMap<>();
            for (ComfyNode.Input input : node.inputs()) {
                input.link()
                        .filter(link -> link.node().equals(ComfySubgraph.INPUTS))
                        .map(link -> fromOutside.get(link.slot()))
                        .ifPresent(value -> given.put(input.name(), value));
            }
            Optional<ComfySubgraph> deeper = definitions.of(node.type());
            if (deeper.isPresent()) {
                Map<Integer, JsonElement> within = InstanceValues.of(node, deeper.get());
                for (int i = 0; i < deeper.get().inputs().size(); i++) {
                    JsonElement value = given.get(deeper.get().inputs().get(i).name());
                    if (value != null) {
                        within.put(i, value);
                    }
                }
                String prefix = draft.made(node).id() + ".";
                definitions.level(node.type()).ifPresent(level -> level.entrance()
                        .plans(within, seen)
                        .forEach((name, value) -> plans.put(prefix + name, value)));
            } else if (node.type().equals(Counterpart.SAMPLER)
                    && Samplers.PLAN.stream().anyMatch(given::containsKey)) {
                Map<String, JsonElement> theirs = values.of(node);
                theirs.putAll(given);
                Map<String, JsonElement> plan =
                        SamplerSteps.of(theirs).map(SamplerSteps::settings).orElse(theirs);
                Samplers.PLAN.stream()
                        .sorted()
                        .filter(plan::containsKey)
                        .forEach(each -> plans.put(draft.made(node).id() + "." + each, plan.get(each)));
            }
        }
        seen.remove(this);
        return plans;
    }
}
