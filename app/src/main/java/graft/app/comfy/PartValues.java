package graft.app.comfy;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;

/** The values by name of nodes that have no counterpart of their own and become a part of another. */
final class PartValues {

    private static final Map<String, List<String>> WIDGETS = Map.of(
            Counterpart.VAE_LOADER,
            List.of("vae_name"),
            "KSamplerSelect",
            List.of("sampler_name"),
            "BasicScheduler",
            List.of("scheduler", "steps", "denoise"),
            "SDTurboScheduler",
            List.of("steps", "denoise"),
            "RandomNoise",
            List.of("noise_seed", Counterpart.CONTROL),
            "CFGGuider",
            List.of("cfg"),
            "PerpNegGuider",
            List.of("cfg", "neg_scale"),
            "SamplerCustom",
            List.of("add_noise", "noise_seed", Counterpart.CONTROL, "cfg"));

    private PartValues() {}

    static Map<String, JsonElement> of(ComfyNode node) {
        List<String> names = WIDGETS.getOrDefault(
                node.type(),
                Counterparts.of(node.type()).map(Counterpart::widgetNames).orElse(List.of()));
        Map<String, JsonElement> values = NodeValues.paired(names, node.listed());
        values.putAll(node.named());
        return values;
    }
}
