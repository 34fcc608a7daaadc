package graft.sample;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.node.Problem;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a model's scheduler configuration asks of one sampler beyond its noise: followed, or refused by name and value.
 *
 * <p>A setting that diffusers' scheduler of the same name does not read is left alone: it is another sampler's. Source: the
 * schedulers of diffusers 0.40.
 */
final class SchedulerSettings {

    private static final Predicate<JsonElement> OFF = is(false);

    /** What replaces the model's own spacing, and so counts where no other was chosen. */
    private static final Map<String, Predicate<JsonElement>> SPACINGS =
            Map.of("use_exponential_sigmas", OFF, "use_beta_sigmas", OFF, "use_lu_lambdas", OFF);

    /** Ends of Karras' levels other than those of the model's own spacing. */
    private static final Map<String, Predicate<JsonElement>> KARRAS_ENDS =
            Map.of("sigma_min", SchedulerSettings::never, "sigma_max", SchedulerSettings::never);

    private static final Map<String, Predicate<JsonElement>> THRESHOLDING = Map.of("thresholding", OFF);

    /** Of the samplers that walk along the logarithm of signal over noise. */
    private static final Map<String, Predicate<JsonElement>> MULTISTEP = Map.of(
            "thresholding", OFF,
            "solver_order", is(2),
            "final_sigmas_type", is("zero"),
            "use_flow_sigmas", OFF,
            "use_dynamic_shifting", OFF);

    /** The values that change nothing, of the settings that each sampler reads and Graft does not follow. */
    private static final Map<Sampler, Map<String, Predicate<JsonElement>>> HARMLESS = Map.of(
            Sampler.DDIM, THRESHOLDING,
            Sampler.EULER,
                    Map.of(
                            "interpolation_type", is("linear"),
                            "final_sigmas_type", is("zero"),
                            "timestep_type", is("discrete")),
            Sampler.EULER_ANCESTRAL, Map.of(),
            Sampler.HEUN, Map.of(),
            Sampler.DPMPP_2M,
                    together(
                            MULTISTEP,
                            Map.of(
                                    // deis, and UniPC's kinds of solver, are turned into these by diffusers
                                    "algorithm_type", is("dpmsolver++", "deis"),
                                    "solver_type", is("midpoint", "logrho", "bh1", "bh2"),
                                    "variance_type", is("fixed_small", "fixed_small_log", "fixed_large"))),
            Sampler.UNIPC,
                    together(
                            MULTISTEP,
                            Map.of(
                                    "solver_type",
                                    is("bh2", "midpoint", "heun", "logrho"),
                                    "lower_order_final",
                                    is(true),
                                    "predict_x0",
                                    is(true),
                                    "disable_corrector",
                                    value -> value.isJsonArray()
                                            && value.getAsJsonArray().isEmpty(),
                                    "solver_p",
                                    SchedulerSettings::never,
                                    "shift_terminal",
                                    SchedulerSettings::never)),
            Sampler.LCM,
                    together(THRESHOLDING, Map.of("original_inference_steps", is(50), "timestep_scaling", is(10))));

    private static final Set<Sampler> TAKE_KARRAS =
            Set.of(Sampler.EULER, Sampler.HEUN, Sampler.DPMPP_2M, Sampler.UNIPC);

    private SchedulerSettings() {}

    /** The spacing that is walked: Karras' where none was chosen and the model's files ask for it. */
    static NoiseSpacing spacing(SamplerMethod sampler, NoiseSpacing chosen, NoiseSchedule schedule) {
        JsonElement karras = schedule.settings().getOrDefault("use_karras_sigmas", new JsonPrimitive(false));
        return chosen == Spacing.AUTO && TAKE_KARRAS.contains(sampler) && is(true).test(karras)
                ? Spacing.KARRAS
                : chosen;
    }

    /** @throws Problem naming a setting that the sampler ought to follow and does not */
    static void check(SamplerMethod sampler, NoiseSpacing chosen, NoiseSchedule schedule) {
        unfollowed(sampler, chosen, schedule).forEach((name, value) -> {
            List<String> able = Arrays.stream(Sampler.values())
                    .filter(other -> unfollowed(other, chosen, schedule).isEmpty())
                    .map(Sampler::title)
                    .toList();
            throw new Problem(
                            "cannot draw with this model by " + sampler.title(),
                            "its scheduler configuration sets " + name + " to " + value
                                    + ", which Graft does not follow and the picture would change with",
                            (able.isEmpty() ? "" : "choose another sampler (" + String.join(", ", able) + "), or ")
                                    + "take " + name + " out of the model's scheduler_config.json")
                    .at("sampler");
        });
    }

    private static Map<String, JsonElement> unfollowed(
            SamplerMethod sampler, NoiseSpacing chosen, NoiseSchedule schedule) {
        Map<String, JsonElement> found = new LinkedHashMap<>();
        harmless(sampler, chosen, schedule).forEach((name, harmless) -> {
            JsonElement value = schedule.settings().get(name);
            if (value != null && !harmless.test(value)) {
                found.put(name, value);
            }
        });
        // Of the solver's: what begins above the model's least signal leaves timesteps out.
        JsonElement least = schedule.settings().get("lambda_min_clipped");
        if (sampler == Sampler.DPMPP_2M && least != null && !isBelow(least, schedule)) {
            found.put("lambda_min_clipped", least);
        }
        return found;
    }

    private static Map<String, Predicate<JsonElement>> harmless(
            SamplerMethod sampler, NoiseSpacing chosen, NoiseSchedule schedule) {
        Map<String, Predicate<JsonElement>> all = HARMLESS.getOrDefault(sampler, THRESHOLDING);
        if (TAKE_KARRAS.contains(sampler) && chosen == Spacing.AUTO) {
            all = together(all, SPACINGS);
        }
        if (TAKE_KARRAS.contains(sampler) && spacing(sampler, chosen, schedule) == Spacing.KARRAS) {
            all = together(all, KARRAS_ENDS);
        }
        return all;
    }

    /** Whether λ = −log σ of the noisiest timestep is above a bound. */
    private static boolean isBelow(JsonElement bound, NoiseSchedule schedule) {
        float[] sigmas = schedule.sigmas();
        try {
            return bound.getAsString().contains("inf") || bound.getAsDouble() <= -Math.log(sigmas[sigmas.length - 1]);
        } catch (NumberFormatException | IllegalStateException | UnsupportedOperationException noNumber) {
            return false;
        }
    }

    private static boolean never(JsonElement anything) {
        return false;
    }

    private static Predicate<JsonElement> is(Object... values) {
        return found -> found.isJsonPrimitive()
                && Arrays.stream(values)
                        .anyMatch(value -> value instanceof Number number
                                ? found.getAsJsonPrimitive().isNumber() && found.getAsDouble() == number.doubleValue()
                                : found.getAsString().equals(value.toString()));
    }

    private static Map<String, Predicate<JsonElement>> together(
            Map<String, Predicate<JsonElement>> some, Map<String, Predicate<JsonElement>> more) {
        Map<String, Predicate<JsonElement>> all = new LinkedHashMap<>(some);
        all.putAll(more);
        return all;
    }
}
