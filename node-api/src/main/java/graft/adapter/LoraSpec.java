package graft.adapter;

import graft.adapter.LoraKey.Role;
import graft.file.SafeTensors;
import graft.model.CheckpointSpec;
import graft.model.Parts;
import graft.node.Problem;
import graft.node.Spec;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of a LoRA before it is there.
 *
 * @param name what the user calls it
 * @param contextWidth width of the text states that its attentions look at; empty where it changes none of those
 * @param texts the parts that are text encoders and that it changes
 */
public record LoraSpec(String name, OptionalInt contextWidth, Set<String> texts) implements Spec {

    /** Of one whose text encoders are not known. */
    public LoraSpec(String name, OptionalInt contextWidth) {
        this(name, contextWidth, Set.of());
    }

    /**
     * Reads the header of a file alone.
     *
     * @throws Problem naming the file, when it holds no tensors, or no adapter of a kind that can be applied
     */
    public static LoraSpec of(Path file) {
        try (SafeTensors tensors = OpenedAdapter.open(file)) {
            LoraFile.check(tensors);
            OptionalInt width = tensors.names().stream()
                    .filter(LoraSpec::readsContext)
                    .map(name -> tensors.entry(name).shape())
                    .filter(shape -> shape.length > 1)
                    .mapToInt(shape -> (int) shape[1])
                    .findFirst();
            Set<String> texts = tensors.names().stream()
                    .flatMap(name -> LoraKey.parse(name).stream())
                    .map(LoraKey::part)
                    .filter(Parts::isText)
                    .collect(Collectors.toUnmodifiableSet());
            return new LoraSpec(LoraFile.nameOf(file), width, texts);
        }
    }

    /** Their second axis is what the layer takes in. */
    private static final Set<Role> TAKING_IN = Set.of(Role.DOWN, Role.HADA_W1_B, Role.DIFF);

    /** Whether a tensor is the part of an update that takes the text states in. */
    private static boolean readsContext(String tensor) {
        return LoraKey.parse(tensor)
                .filter(key -> key.part().equals(Parts.DENOISER)
                        && TAKING_IN.contains(key.role())
                        && LoraKey.flatten(key.module()).endsWith("attn2_to_k"))
                .isPresent();
    }

    /** @throws Problem when it was made for another family of models: text states of another width, or two text encoders */
    public void checkFits(CheckpointSpec model) {
        if (contextWidth.isPresent() && contextWidth.getAsInt() != model.contextWidth()) {
            throw new Problem(
                    "cannot apply the LoRA " + name + " to this model",
                    "it was trained for a model whose text states are " + contextWidth.getAsInt() + " wide"
                            + family(contextWidth.getAsInt()) + " and this model's are " + model.contextWidth()
                            + " wide" + family(model.contextWidth()),
                    "use it with a model of that width, or choose a LoRA that was trained for this one");
        }
        if (!model.wordWidths().keySet().containsAll(texts)) {
            throw LoraBase.otherFamily(name, "this model", model.family());
        }
    }

    /** Which models have text states of that width. */
    static String family(long width) {
        return LoraBase.ofWidth(width).map(base -> " (" + base.title() + ")").orElse("");
    }
}
