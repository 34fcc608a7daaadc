package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Optional;

/**
 * Steps and denoise of a sampler. ComfyUI plans {@code int(steps / denoise)} steps and walks the last {@code steps} of them
 * ({@code KSampler.set_steps} in comfy/samplers.py); Graft plans {@code steps} and walks {@code ⌊steps · denoise⌋}.
 */
record SamplerSteps(int planned, double denoise) {

    /** Above it ComfyUI takes denoise for 1. */
    private static final double WHOLE = 0.9999;

    /** The same walk here, of ComfyUI's settings; empty when they are the same, or no numbers. */
    static Optional<SamplerSteps> of(Map<String, JsonElement> theirs) {
        Optional<Integer> steps = Loose.index(theirs.get("steps")).filter(count -> count > 0);
        Optional<Double> denoise = Loose.number(theirs.get("denoise"));
        if (steps.isEmpty() || denoise.isEmpty()) {
            return Optional.empty();
        }
        if (denoise.get() > WHOLE) {
            return denoise.get() == 1 ? Optional.empty() : Optional.of(new SamplerSteps(steps.get(), 1));
        }
        if (denoise.get() <= 0) {
            return Optional.empty();
        }
        int planned = (int) (steps.get() / denoise.get());
        double share = (double) steps.get() / planned;
        // The quotient may fall short of the whole step by a bit.
        return Optional.of(new SamplerSteps(
                planned, (int) (planned * share) == steps.get() ? share : (steps.get() + 0.25) / planned));
    }

    /** Steps and denoise there that walk as those here do; empty where they are the same, or no numbers. */
    static Map<String, JsonElement> there(Optional<JsonElement> steps, Optional<JsonElement> denoise) {
        Optional<Integer> planned = steps.flatMap(Loose::index).filter(count -> count > 0);
        Optional<Double> share = denoise.flatMap(Loose::number).filter(each -> each > 0 && each < 1);
        if (planned.isEmpty() || share.isEmpty()) {
            return Map.of();
        }
        int walked = (int) (planned.get() * share.get());
        double exact = (double) walked / planned.get();
        // The quotient may fall short of the whole step by a bit.
        double asked = (int) (walked / exact) == planned.get() ? exact : walked / (planned.get() + 0.25);
        return walked == 0 ? Map.of() : Map.of("steps", new JsonPrimitive(walked), "denoise", new JsonPrimitive(asked));
    }

    /** As settings here. */
    Map<String, JsonElement> settings() {
        return Map.of("steps", new JsonPrimitive(planned), "denoise", new JsonPrimitive(denoise));
    }
}
