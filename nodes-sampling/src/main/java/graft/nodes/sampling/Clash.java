package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraArrays;
import graft.adapter.LoraOverlap;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.LowRank;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells of LoRAs that change much the same, before they are stacked. */
final class Clash {

    /**
     * The share of directions in common from which on two LoRAs are told of. Measured on the built-in model: one subject trained
     * from two seeds .63; two subjects, or a subject and a style, .05 to .14.
     */
    private static final double SHARE = 0.3;

    private Clash() {}

    /** A sentence for each two of them that clash. */
    static List<String> among(List<Lora> loras) {
        List<String> clashes = new ArrayList<>();
        for (int i = 0; i < loras.size(); i++) {
            for (int j = 0; j < i; j++) {
                of(loras.get(j).name(), loras.get(j), loras.get(i)).ifPresent(clashes::add);
            }
        }
        return clashes;
    }

    /** The sentence where a LoRA clashes with one that lies over the model; at most one. */
    static Optional<String> with(Checkpoint model, Lora lora) {
        Lora fitted = AdapterStack.fitted(lora, model);
        return lying(model, fitted).stream()
                .flatMap(each -> of("A LoRA that lies over the model", each, fitted).stream())
                .findFirst();
    }

    private static Optional<String> of(String name, Lora one, Lora other) {
        return LoraOverlap.of(one, other)
                .filter(found -> found.share() >= SHARE)
                .map(found -> String.format(
                        Locale.ROOT,
                        "%s and %s change much the same: they have %.0f %% of the directions in common%s, most of it in %s. Stacked,"
                                + " each changes what the other draws. Lower one of them, or leave blocks of it out with LoRA Blocks.",
                        name,
                        other.name(),
                        100 * found.share(),
                        found.cosine() < 0 ? " and work against each other" : "",
                        found.block().title()));
    }

    /** What lies over the layers that a LoRA changes, as LoRAs: the first of each layer, then the second and so on. */
    private static List<Lora> lying(Checkpoint model, Lora like) {
        List<Map<String, Map<String, Lora.Part>>> found = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            for (String part : like.changed()) {
                for (String module : like.layers(part).keySet()) {
                    int place = 0;
                    for (Change change : model.patches(part).at(module)) {
                        if (change instanceof LowRank low) {
                            if (place == found.size()) {
                                found.add(new LinkedHashMap<>());
                            }
                            double alpha = low.scale() * low.down().getShape().get(0);
                            found.get(place++)
                                    .computeIfAbsent(part, first -> new LinkedHashMap<>())
                                    .put(module, LoraArrays.toPart(low, alpha));
                        }
                    }
                }
            }
        }
        return found.stream().map(layers -> Lora.of("", layers, Map.of())).toList();
    }
}
