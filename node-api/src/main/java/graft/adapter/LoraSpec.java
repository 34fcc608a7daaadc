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

/**
 * What is known of a LoRA before it is there.
 *
 * @param name what the user calls it
 * @param contextWidth width of the text states that its attentions look at; empty where it changes none of those
 */
public record LoraSpec(String name, OptionalInt contextWidth) implements Spec {

    /**
     * Reads the header of a file alone.
     *
     * @throws Problem naming the file, when it is no safetensors file, or no adapter of a kind that can be applied
     */
    public static LoraSpec of(Path file) {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            LoraFile.check(tensors);
            OptionalInt width = tensors.names().stream()
                    .filter(LoraSpec::readsContext)
                    .map(name -> tensors.entry(name).shape())
                    .filter(shape -> shape.length > 1)
                    .mapToInt(shape -> (int) shape[1])
                    .findFirst();
            return new LoraSpec(String.valueOf(file.getFileName()).replaceFirst("\\.safetensors$", ""), width);
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

    /** @throws Problem when it was made for text states of another width: for another family of models */
    public void checkFits(CheckpointSpec model) {
        if (contextWidth.isPresent() && contextWidth.getAsInt() != model.contextWidth()) {
            throw new Problem(
                    "cannot apply the LoRA " + name + " to this model",
                    "it was trained for a model whose text states are " + contextWidth.getAsInt() + " wide"
                            + family(contextWidth.getAsInt()) + " and this model's are " + model.contextWidth()
                            + " wide",
                    "use it with a model of that width, or choose a LoRA that was trained for this one");
        }
    }

    /** Which models have text states of that width. */
    static String family(int width) {
        return switch (width) {
            case 768 -> " (Stable Diffusion 1.x)";
            case 1024 -> " (Stable Diffusion 2.x)";
            case 1280, 2048 -> " (SDXL)";
            default -> "";
        };
    }
}
