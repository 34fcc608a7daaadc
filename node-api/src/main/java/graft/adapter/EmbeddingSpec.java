package graft.adapter;

import graft.model.CheckpointSpec;
import graft.model.Parts;
import graft.node.Problem;
import graft.node.Spec;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is known of an embedding before it is there.
 *
 * @param word what calls it up in a prompt
 * @param widths numbers in each vector, by the part that it is for
 */
public record EmbeddingSpec(String word, Map<String, Integer> widths) implements Spec {

    /** For a model's only text encoder. */
    public EmbeddingSpec(String word, int width) {
        this(word, Map.of(Parts.TEXT, width));
    }

    /**
     * Vectors that name no encoder are for the one that is as wide, as in ComfyUI.
     *
     * @throws Problem when its vectors are not as wide as the model's
     */
    public void checkFits(CheckpointSpec model) {
        boolean fits = widths.size() == 1
                ? model.wordWidths().containsValue(widths.values().iterator().next())
                : model.wordWidths().entrySet().containsAll(widths.entrySet());
        if (!fits) {
            throw misfit(
                    word,
                    widths,
                    "this model",
                    model.family(),
                    model.wordWidths().values().stream().map(String::valueOf).collect(Collectors.joining(" and ")));
        }
    }

    /** Why an embedding cannot be used with a model, whose vectors are as wide as it says. */
    static Problem misfit(String word, Map<String, Integer> widths, String model, String family, String wide) {
        boolean both = widths.containsKey(Parts.TEXT_2);
        String made = both
                ? " (" + LoraBase.STABLE_DIFFUSION_XL.title() + ")"
                : LoraSpec.family(widths.values().iterator().next());
        return new Problem(
                "cannot use the embedding " + word + " with " + model,
                "its vectors are "
                        + new TreeMap<>(widths)
                                .values().stream().map(String::valueOf).collect(Collectors.joining(" and "))
                        + " wide" + made + " and the model's are " + wide + " wide"
                        + (both ? " (" + LoraBase.title(family) + ")" : ""),
                "use it with a model of the kind that it was trained for");
    }
}
