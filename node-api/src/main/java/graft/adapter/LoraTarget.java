package graft.adapter;

import graft.file.OriginalLayout;
import graft.model.Checkpoint;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of one base model that a LoRA can change, found by whichever way a file spells them.
 *
 * <p>kohya writes underscores for dots and module names hold underscores themselves, so a spelling is never taken apart:
 * it is looked up among the model's own names, flattened the same way.
 */
public final class LoraTarget {

    private final Map<String, long[]> unet;
    private final Map<String, long[]> text;
    private final Map<String, String> unetBySpelling = new HashMap<>();
    private final Map<String, String> textBySpelling = new HashMap<>();

    private LoraTarget(Map<String, long[]> unet, Map<String, long[]> text) {
        this.unet = new LinkedHashMap<>(unet);
        this.text = new LinkedHashMap<>(text);
        String weight = ".weight";
        List<String> weights =
                unet.keySet().stream().map(module -> module + weight).toList();
        OriginalLayout.unetToWrite(weights)
                .forEach((diffusers, original) -> unetBySpelling.put(
                        LoraKey.flatten(original.substring(
                                "model.diffusion_model.".length(), original.length() - weight.length())),
                        diffusers.substring(0, diffusers.length() - weight.length())));
        unet.keySet().forEach(module -> unetBySpelling.put(LoraKey.flatten(module), module));
        for (String module : text.keySet()) {
            String flat = LoraKey.flatten(module);
            String bare = flat.startsWith("text_model_") ? flat.substring("text_model_".length()) : flat;
            textBySpelling.put(bare, module);
            textBySpelling.put("text_model_" + bare, module);
        }
    }

    /**
     * A model by its layers.
     *
     * @param unet module path to the shape of its weight
     * @param text the same of the text encoder
     */
    public static LoraTarget of(Map<String, long[]> unet, Map<String, long[]> text) {
        return new LoraTarget(unet, text);
    }

    /** A loaded model; its text encoder is looked at only when {@code withText}. */
    static LoraTarget of(Checkpoint model, boolean withText) {
        Map<String, long[]> unet = new LinkedHashMap<>();
        model.unet()
                .moduleNames()
                .forEach(module -> unet.put(module, model.unet().weightShape(module)));
        Map<String, long[]> text = new LinkedHashMap<>();
        if (withText) {
            model.textEncoder()
                    .moduleNames()
                    .forEach(module -> text.put(module, model.textEncoder().weightShape(module)));
        }
        return of(unet, text);
    }

    /** The UNet's module that a file spells so. */
    public Optional<String> unetModule(String spelled) {
        return Optional.ofNullable(unetBySpelling.get(LoraKey.flatten(spelled)));
    }

    /** The text encoder's module that a file spells so. */
    public Optional<String> textModule(String spelled) {
        return Optional.ofNullable(textBySpelling.get(LoraKey.flatten(spelled)));
    }

    /** The shape of a UNet module's weight: [out,in] or [out,in,kh,kw]. */
    long[] unetShape(String module) {
        return unet.get(module);
    }

    long[] textShape(String module) {
        return text.get(module);
    }
}
