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

    /** As settings here. */
    Map<String, JsonElement> settings() {
        return Map.of("steps", new JsonPrimitive(planned), "denoise", new JsonPrimitive(denoise));
    }
}
