package graft.model;

/**
 * How a model was trained to be noised: the fields of {@code scheduler_config.json}.
 *
 * @param betaSchedule "linear", "scaled_linear" or "squaredcos_cap_v2"
 * @param predictionType "epsilon", "v_prediction" or "sample"
 * @param timestepSpacing "leading", "linspace" or "trailing"
 * @param setAlphaToOne whether the step after the last is noise-free rather than as noisy as timestep 0
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
        boolean rescaleBetasZeroSnr) {

    /** As Stable Diffusion 1.x was trained. */
    public static final SchedulerConfig STABLE_DIFFUSION =
            new SchedulerConfig(1000, 0.00085, 0.012, "scaled_linear", "epsilon", "leading", 1, false, false);

    static SchedulerConfig of(Config config) {
        config.onlyUnset("trained_betas");
        return new SchedulerConfig(
                config.number("num_train_timesteps", 1000),
                config.real("beta_start", 0.0001),
                config.real("beta_end", 0.02),
                config.text("beta_schedule", "linear"),
                config.text("prediction_type", "epsilon"),
                config.text("timestep_spacing", "leading"),
                config.number("steps_offset", 0),
                config.flag("set_alpha_to_one", true),
                config.flag("rescale_betas_zero_snr", false));
    }
}
