package graft.model;

import com.google.gson.JsonElement;
import java.util.Map;
import java.util.Set;

/**
 * How a model was trained to be noised: the fields of {@code scheduler_config.json}, as the pipeline of diffusers loads them.
 *
 * <p>Of what the file says the pipeline of Stable Diffusion leaves two out, and so does this: {@code steps_offset}, which it
 * sets to 1, and {@code clip_sample}, which it turns off.
 *
 * @param betaSchedule "linear", "scaled_linear" or "squaredcos_cap_v2"
 * @param predictionType "epsilon", "v_prediction" or "sample"
 * @param timestepSpacing "leading", "linspace" or "trailing"
 * @param setAlphaToOne whether the step after the last is noise-free rather than as noisy as timestep 0
 * @param others what else the file sets, by name: settings that one sampler or another goes by
 */
public record SchedulerConfig(
        int trainTimesteps,
        double betaStart,
        double betaEnd,
        String betaSchedule,
        String predictionType,
        String timestepSpacing,
        int stepsOffset,
        boolean setAlphaToOne,
        boolean rescaleBetasZeroSnr,
        Map<String, JsonElement> others) {

    private static final int STEPS_OFFSET = 1;

    private static final Set<String> KNOWN = Set.of(
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "prediction_type",
            "timestep_spacing",
            "steps_offset",
            "set_alpha_to_one",
            "rescale_betas_zero_snr",
            "clip_sample",
            "clip_sample_range");

    /** As Stable Diffusion 1.x was trained. */
    public static final SchedulerConfig STABLE_DIFFUSION = new SchedulerConfig(
            1000, 0.00085, 0.012, "scaled_linear", "epsilon", "leading", STEPS_OFFSET, false, false, Map.of());

    public SchedulerConfig {
        others = Map.copyOf(others);
    }

    static SchedulerConfig of(Config config) {
        config.onlyUnset("trained_betas");
        return new SchedulerConfig(
                config.number("num_train_timesteps", 1000),
                config.real("beta_start", 0.0001),
                config.real("beta_end", 0.02),
                config.text("beta_schedule", "linear"),
                config.text("prediction_type", "epsilon"),
                config.text("timestep_spacing", "leading"),
                STEPS_OFFSET,
                config.flag("set_alpha_to_one", true),
                config.flag("rescale_betas_zero_snr", false),
                config.others(KNOWN));
    }
}
