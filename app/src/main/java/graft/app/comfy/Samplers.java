package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives samplers the same walk and seeds as there, and tells what they do otherwise. */
final class Samplers {

    /** What a sampler's plan of its walk is made of. */
    static final Set<String> PLAN = Set.of("steps", "denoise");

    /** What becomes of seeds here ({@code SeedControl}). */
    private static final Map<String, String> CONTROLS =
            Map.of("randomize", "random", "increment", "increment", "decrement", "decrement");

    private final boolean inSubgraph;
    private final Origins origins;
    private final Remarks remarks;

    Samplers(boolean inSubgraph, Origins origins, Remarks remarks) {
        this.inSubgraph = inSubgraph;
        this.origins = origins;
        this.remarks = remarks;
    }

    static boolean isOne(ComfyNode node) {
        return node.type().equals(Counterpart.SAMPLER) || node.type().equals(Counterpart.ADVANCED_SAMPLER);
    }

    /**
     * Completes a sampler.
     *
     * @param theirs its values there, by name
     * @param settings changed to the same walk
     * @param extra given what becomes of the seed
     */
    void complete(
            String id,
            ComfyNode node,
            Map<String, JsonElement> theirs,
            Map<String, JsonElement> settings,
            JsonObject extra) {
        node.counterpart().ifPresent(counterpart -> settings.putAll(planned(counterpart, theirs)));
        wiredSteps(id, node, theirs);
        negative(id, node);
        seed(id, theirs, extra);
    }

    /** The steps and denoise that values of there become; nothing for those that stay as they are. */
    static Map<String, JsonElement> planned(Counterpart counterpart, Map<String, JsonElement> theirs) {
        return counterpart.name().equals(Counterpart.SAMPLER)
                ? SamplerSteps.of(theirs).map(SamplerSteps::settings).orElse(Map.of())
                : Map.of();
    }

    /** What comes by a wire is known when it runs, and values from outside a subgraph when that is used ({@link Entrance#plans}). */
    private void wiredSteps(String id, ComfyNode node, Map<String, JsonElement> theirs) {
        List<String> wired = PLAN.stream()
                .sorted()
                .filter(name -> origins.node(node, name)
                        .filter(from -> !from.type().equals(Origins.PRIMITIVE))
                        .isPresent())
                .toList();
        boolean partly = Loose.number(theirs.get("denoise")).orElse(1.0) < 1;
        if (wired.contains("denoise") || (partly && !wired.isEmpty())) {
            remarks.say(
                    id,
                    String.join(" and ", wired) + " of ComfyUI's " + node.called()
                            + " come by wire: below a denoise of 1 it walks all of its steps, and Graft that share of"
                            + " them");
        }
    }

    private void negative(String id, ComfyNode node) {
        Optional<ComfyNode> silent = origins.node(node, "negative")
                .filter(from -> from.mode() == ComfyNode.MUTED || from.mode() == ComfyNode.BYPASSED);
        if (node.link("negative").isEmpty() || silent.isPresent()) {
            remarks.say(
                    id,
                    "nothing enters negative"
                            + silent.map(from -> ", since " + from.called() + " is left out")
                                    .orElse("")
                            + ": ComfyUI refuses that, and Graft takes an empty prompt");
        }
    }

    private void seed(String id, Map<String, JsonElement> theirs, JsonObject extra) {
        if (theirs.get(Counterpart.CONTROL) instanceof JsonPrimitive control && control.isString()) {
            String word = control.getAsString();
            if (CONTROLS.containsKey(word) && !inSubgraph) {
                Draft.control(extra, "seed", CONTROLS.get(word));
                remarks.say(
                        id,
                        "the seed is changed (" + word
                                + ") before each run in the window, where ComfyUI changes it after each");
            } else if (!word.equals("fixed")) {
                remarks.say(id, "the seed stays as it is, where ComfyUI changes it after each run (" + word + ")");
            }
        }
    }
}
