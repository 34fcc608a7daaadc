package graft.adapter;

import graft.file.OriginalLayout;
import graft.model.Checkpoint;
import graft.model.Layered;
import graft.model.Parts;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The layers of one base model that a LoRA can change, found by whichever way a file spells them.
 *
 * <p>kohya writes underscores for dots and module names hold underscores themselves, so a spelling is never taken apart:
 * it is looked up among the model's own names, flattened the same way.
 */
public final class LoraTarget {

    private final Map<String, Layers> layers;

    /**
     * The layers of one part of a model.
     *
     * @param shapes module path to the shape of its weight: [out,in], [out,in,kh,kw], or [c] of a norm
     * @param spellings the module that a file spells so
     * @param biased whether a module has a bias
     */
    record Layers(Map<String, long[]> shapes, Map<String, String> spellings, Predicate<String> biased) {

        static final Layers NONE = new Layers(Map.of(), Map.of(), module -> false);

        Optional<String> module(String spelled) {
            return Optional.ofNullable(spellings.get(LoraKey.flatten(spelled)));
        }
    }

    private LoraTarget(Map<String, Layers> layers) {
        this.layers = layers;
    }

    /**
     * A model by its layers, all with a bias.
     *
     * @param shapes by part, then module path to the shape of its weight
     */
    public static LoraTarget of(Map<String, Map<String, long[]>> shapes) {
        Map<String, Layers> layers = new LinkedHashMap<>();
        shapes.forEach((part, modules) -> layers.put(part, new Layers(modules, spellings(part, modules), all -> true)));
        return new LoraTarget(layers);
    }

    /** The given parts of a loaded model, if it has them; others are not looked at. */
    static LoraTarget of(Checkpoint model, Set<String> parts) {
        Map<String, Layers> layers = new LinkedHashMap<>();
        for (String part : parts) {
            if (part.equals(Parts.DENOISER) || model.texts().contains(part)) {
                layers.put(part, layers(part, model.layered(part)));
            }
        }
        return new LoraTarget(layers);
    }

    private static Layers layers(String part, Layered layered) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        Stream.concat(layered.moduleNames().stream(), layered.normNames().stream())
                .forEach(module -> shapes.put(module, layered.weightShape(module)));
        return new Layers(shapes, spellings(part, shapes), layered::hasBias);
    }

    private static Map<String, String> spellings(String part, Map<String, long[]> shapes) {
        Map<String, String> spellings = new HashMap<>();
        if (Parts.isText(part)) {
            for (String module : shapes.keySet()) {
                String flat = LoraKey.flatten(module);
                String bare = flat.startsWith("text_model_") ? flat.substring("text_model_".length()) : flat;
                spellings.put(bare, module);
                spellings.put("text_model_" + bare, module);
            }
            return spellings;
        }
        String weight = ".weight";
        List<String> weights =
                shapes.keySet().stream().map(module -> module + weight).toList();
        OriginalLayout.unetToWrite(weights)
                .forEach((diffusers, original) -> spellings.put(
                        LoraKey.flatten(original.substring(
                                "model.diffusion_model.".length(), original.length() - weight.length())),
                        diffusers.substring(0, diffusers.length() - weight.length())));
        shapes.keySet().forEach(module -> spellings.put(LoraKey.flatten(module), module));
        return spellings;
    }

    /** The layers of a part; none for a part that the model lacks. */
    Layers layers(String part) {
        return layers.getOrDefault(part, Layers.NONE);
    }

    /** The module of a part that a file spells so. */
    public Optional<String> module(String part, String spelled) {
        return layers(part).module(spelled);
    }
}
