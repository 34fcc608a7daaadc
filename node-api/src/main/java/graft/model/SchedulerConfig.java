package graft.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.node.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a model was trained to be noised: the fields of {@code scheduler_config.json}, as the pipeline of diffusers loads them.
 *
 * <p>Of what the file says the pipeline of Stable Diffusion leaves two out, and so does this: {@code steps_offset}, which it
 * sets to 1, and {@code clip_sample}, which it turns off.
 *
 * @param betaSchedule "linear", "scaled_linear" or "squaredcos_cap_v2"
 * @param predictionType "epsilon", "v_prediction" or "sample"; "flow_prediction" along a flow
 * @param timestepSpacing "leading", "linspace" or "trailing"
 * @param setAlphaToOne whether the step after the last is noise-free rather than as noisy as timestep 0
 * @param flow of a model that was trained along a rectified flow: the betas and what follows from them mean nothing then
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
        Optional<Flow> flow,
        Map<String, JsonElement> others) {

    /**
     * How the noise levels of a rectified flow are shifted: the fields of diffusers' {@code FlowMatchEulerDiscreteScheduler}.
     *
     * @param shift of all pictures; not looked at where {@code dynamic}
     * @param dynamic whether the shift goes by the size of the picture instead, as μ
     * @param exponential whether μ is the logarithm of the shift, and not the shift itself
     * @param baseShift μ at {@code baseTokens}
     * @param maxShift μ at {@code maxTokens}
     * @param baseTokens that the network sees of a picture; likewise {@code maxTokens}
     */
    public record Flow(
            double shift,
            boolean dynamic,
            boolean exponential,
            double baseShift,
            double maxShift,
            int baseTokens,
            int maxTokens) {

        private static final String SCHEDULER = "FlowMatchEulerDiscreteScheduler";

        private static final Set<String> KNOWN = Set.of(
                "num_train_timesteps",
                "shift",
                "use_dynamic_shifting",
                "time_shift_type",
                "base_shift",
                "max_shift",
                "base_image_seq_len",
                "max_image_seq_len",
                "shift_terminal",
                "invert_sigmas",
                "stochastic_sampling");

        static Optional<Flow> of(Config config) {
            if (!config.text("_class_name", "").equals(SCHEDULER)) {
                return Optional.empty();
            }
            config.onlyUnset("shift_terminal");
            config.only("invert_sigmas", false);
            config.only("stochastic_sampling", false);
            String growth = config.text("time_shift_type", "exponential");
            if (!growth.equals("linear")) {
                config.only("time_shift_type", "exponential");
            }
            return Optional.of(new Flow(
                    config.real("shift", 1),
                    config.flag("use_dynamic_shifting", false),
                    growth.equals("exponential"),
                    config.real("base_shift", 0.5),
                    config.real("max_shift", 1.15),
                    config.number("base_image_seq_len", 256),
                    config.number("max_image_seq_len", 4096)));
        }

        /** μ for a picture of so many tokens, in a straight line through both ends. */
        public double mu(int tokens) {
            return baseShift + (maxShift - baseShift) * (tokens - baseTokens) / (maxTokens - baseTokens);
        }
    }

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
            1000,
            0.00085,
            0.012,
            "scaled_linear",
            "epsilon",
            "leading",
            STEPS_OFFSET,
            false,
            false,
            Optional.empty(),
            Map.of());

    public SchedulerConfig {
        others = Map.copyOf(others);
    }

    /**
     * The same for a network that predicts something else, for files that do not say so.
     *
     * @param type "epsilon" or "v_prediction"
     * @param zeroTerminalSnr whether the training went up to nothing but noise (Lin et al., 2023)
     * @throws Problem for a model of a rectified flow
     */
    public SchedulerConfig predicting(String type, boolean zeroTerminalSnr) {
        if (flow.isPresent()) {
            throw new Problem(
                    "cannot take the model for one that predicts " + type,
                    "its files say that it was trained along a rectified flow",
                    "set the prediction to auto");
        }
        return new SchedulerConfig(
                trainTimesteps,
                betaStart,
                betaEnd,
                betaSchedule,
                type,
                // a walk has to begin where there is nothing but noise
                zeroTerminalSnr ? "trailing" : timestepSpacing,
                stepsOffset,
                setAlphaToOne,
                zeroTerminalSnr,
                flow,
                others);
    }

    /** As a {@code scheduler_config.json} says it. */
    public static SchedulerConfig of(Config config) {
        Optional<Flow> flow = Flow.of(config);
        config.onlyUnset("trained_betas");
        return new SchedulerConfig(
                config.number("num_train_timesteps", 1000),
                config.real("beta_start", 0.0001),
                config.real("beta_end", 0.02),
                config.text("beta_schedule", "linear"),
                flow.isPresent() ? "flow_prediction" : config.text("prediction_type", "epsilon"),
                config.text("timestep_spacing", flow.isPresent() ? "trailing" : "leading"),
                STEPS_OFFSET,
                config.flag("set_alpha_to_one", true),
                config.flag("rescale_betas_zero_snr", false),
                flow,
                config.others(flow.isPresent() ? Flow.KNOWN : KNOWN));
    }

    /** As diffusers writes it, over what is set there beside. */
    public JsonObject over(JsonObject file) {
        JsonObject all = file.deepCopy();
        all.addProperty("num_train_timesteps", trainTimesteps);
        all.addProperty("beta_start", betaStart);
        all.addProperty("beta_end", betaEnd);
        all.addProperty("beta_schedule", betaSchedule);
        all.addProperty("prediction_type", predictionType);
        all.addProperty("timestep_spacing", timestepSpacing);
        all.addProperty("steps_offset", stepsOffset);
        all.addProperty("set_alpha_to_one", setAlphaToOne);
        all.addProperty("rescale_betas_zero_snr", rescaleBetasZeroSnr);
        others.forEach(all::add);
        return all;
    }
}
