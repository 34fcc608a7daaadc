package graft.adapter;

import graft.file.OriginalLayout;
import graft.model.Checkpoint;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The layers of one base model that a LoRA can change, found by whichever way a file spells them.
 *
 * <p>kohya writes underscores for dots and module names hold underscores themselves, so a spelling is never taken apart:
 * it is looked up among the model's own names, flattened the same way.
 */
public final class LoraTarget {

    private final Map<String, long[]> unet;
    private final Map<String, long[]> text;
    private final Predicate<String> biased;
    private final Predicate<String> textBiased;
    private final Map<String, String> unetBySpelling = new HashMap<>();
    private final Map<String, String> textBySpelling = new HashMap<>();

    private LoraTarget(
            Map<String, long[]> unet,
            Map<String, long[]> text,
            Predicate<String> biased,
            Predicate<String> textBiased) {
        this.unet = new LinkedHashMap<>(unet);
        this.text = new LinkedHashMap<>(text);
        this.biased = biased;
        this.textBiased = textBiased;
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
     * A model by its layers, all with a bias.
     *
     * @param unet module path to the shape of its weight
     * @param text the same of the text encoder
     */
    public static LoraTarget of(Map<String, long[]> unet, Map<String, long[]> text) {
        return new LoraTarget(unet, text, module -> true, module -> true);
    }

    /** A loaded model; its text encoder is looked at only when {@code withText}. */
    static LoraTarget of(Checkpoint model, boolean withText) {
        Map<String, long[]> unet = new LinkedHashMap<>();
        Stream.concat(model.unet().moduleNames().stream(), model.unet().normNames().stream())
                .forEach(module -> unet.put(module, model.unet().weightShape(module)));
        Map<String, long[]> text = new LinkedHashMap<>();
        if (withText) {
            Stream.concat(model.textEncoder().moduleNames().stream(), model.textEncoder().normNames().stream())
                    .forEach(module -> text.put(module, model.textEncoder().weightShape(module)));
        }
        return new LoraTarget(
                unet, text, model.unet()::hasBias, module -> model.textEncoder().hasBias(module));
    }

    /** The UNet's module that a file spells so. */
    public Optional<String> unetModule(String spelled) {
        return Optional.ofNullable(unetBySpelling.get(LoraKey.flatten(spelled)));
    }

    /** The text encoder's module that a file spells so. */
    public Optional<String> textModule(String spelled) {
        return Optional.ofNullable(textBySpelling.get(LoraKey.flatten(spelled)));
    }

    /** What parts of one network are fitted to. */
    Layers unetLayers() {
        return new Layers(this::unetModule, unet::get, biased);
    }

    Layers textLayers() {
        return new Layers(this::textModule, text::get, textBiased);
    }

    /**
     * The layers of one network.
     *
     * @param moduleOf the module that a file spells so
     * @param shapeOf the shape of a module's weight: [out,in], [out,in,kh,kw], or [c] of a norm
     * @param biased whether a module has a bias
     */
    record Layers(
            Function<String, Optional<String>> moduleOf, Function<String, long[]> shapeOf, Predicate<String> biased) {}
}
