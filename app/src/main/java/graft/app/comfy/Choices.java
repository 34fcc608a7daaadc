package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Optional;

/** Choices that are called otherwise here; what is not among them stays, and a check says so. */
final class Choices {

    private static final Map<String, Map<String, String>> NAMES = Map.of(
            "sampler",
            Map.of("uni_pc", "unipc", "uni_pc_bh2", "unipc"),
            "spacing",
            Map.of("normal", "linspace", "simple", "trailing", "sgm_uniform", "trailing", "ddim_uniform", "leading"));

    private Choices() {}

    static JsonElement translated(String setting, JsonElement value) {
        return value instanceof JsonPrimitive text && text.isString()
                ? Optional.ofNullable(NAMES.getOrDefault(setting, Map.of()).get(text.getAsString()))
                        .<JsonElement>map(JsonPrimitive::new)
                        .orElse(value)
                : value;
    }
}
