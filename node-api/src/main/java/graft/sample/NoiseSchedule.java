package graft.sample;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import java.util.Map;

/**
 * How a model was trained to be noised: {@link VariancePreserving} as Stable Diffusion, or along a {@link RectifiedFlow}.
 *
 * <p>A training's timesteps count from 0, the least noise. A walk goes by σ: the noise beside a whole picture for the one, the
 * share of noise for the other. Immutable; safe for use by several threads.
 */
public interface NoiseSchedule {

    /** The schedule of a model; a {@link Problem} for a name in it that is not known. */
    static NoiseSchedule of(SchedulerConfig config) {
        return config.flow().isPresent()
                ? RectifiedFlow.of(config, config.flow().get())
                : VariancePreserving.of(config);
    }

    /**
     * The variance-preserving schedule that the fields of a {@code scheduler_config.json} describe.
     *
     * @param betaSchedule {@code linear}, {@code scaled_linear} or {@code squaredcos_cap_v2}
     * @param trainTimesteps {@code num_train_timesteps}
     * @param predictionType {@code prediction_type}
     * @param timestepSpacing {@code timestep_spacing}
     * @param alphaToOne {@code set_alpha_to_one}: DDIM's last step ends at ᾱ = 1 instead of ᾱ₀
     * @throws Problem for a name that is not known, and for numbers whose noise does not grow from timestep to timestep
     */
    static VariancePreserving of(
            String betaSchedule,
            double betaStart,
            double betaEnd,
            int trainTimesteps,
            String predictionType,
            String timestepSpacing,
            int stepsOffset,
            boolean alphaToOne) {
        return VariancePreserving.of(
                betaSchedule,
                betaStart,
                betaEnd,
                trainTimesteps,
                predictionType,
                timestepSpacing,
                stepsOffset,
                alphaToOne);
    }

    /**
     * The same schedule with timesteps spread in another way; AUTO leaves it as it is.
     *
     * @param other not KARRAS, which does not go by timesteps
     */
    NoiseSchedule with(Spacing other);

    /**
     * The same schedule for a network that predicts something else.
     *
     * @throws Problem where there is but one thing to predict
     */
    NoiseSchedule with(Prediction other);

    /** How many timesteps the training had. */
    int trainTimesteps();

    /** What the network is told at a timestep of the training. */
    float time(int timestep);

    /**
     * The noised latents of a training.
     *
     * @param clean x₀, float32 [n, …]
     * @param noise ε, of the same shape, unit variance
     * @param timesteps one for each of the n
     * @return of the same shape, owned by the manager of {@code clean}
     */
    NDArray noised(NDArray clean, NDArray noise, int[] timesteps);

    /** What the network is to predict of them; {@code noise} itself where that is it. Arguments as in {@link #noised}. */
    NDArray target(NDArray clean, NDArray noise, int[] timesteps);

    /** Signal over noise, as variances. */
    float snr(int timestep);

    /**
     * The weight of a timestep's loss under min-SNR-γ (Hang et al., 2023): the error of x₀ counts min(snr, γ), whatever the
     * network predicts.
     */
    float minSnrWeight(int timestep, double gamma);

    /** The weight of a timestep's loss under debiased estimation (Yu et al., 2024), with snr at most 1000, as kohya has it. */
    float debiasedWeight(int timestep);

    /** The spacing of the model's own configuration. */
    Spacing spacing();

    /** What the model's scheduler configuration asks of samplers beside all this, by name. */
    Map<String, JsonElement> settings();

    /** The timesteps of the schedule's own spacing, falling, in what the network is told; they may lie between whole ones. */
    double[] timesteps(int steps);

    /** σ of each timestep of the training, ascending. */
    float[] sigmas();

    /** The same as ComfyUI's samplers look them up. */
    default NoiseTable table() {
        return NoiseTable.discrete(sigmas());
    }

    /** σ at timesteps as the network is told them. */
    double[] sigmasAt(double[] timesteps);

    /** The timestep, as the network is told it, at which there is so much noise. */
    double timestepAt(double sigma);

    /** The nearest timestep for samplers that go by those of the training. */
    double nearest(double timestep);

    /**
     * Where a step leads that goes by timesteps.
     *
     * @param walked the timesteps of the whole walk
     * @return below the first timestep, and only then, for the end of the walk
     */
    double after(double[] walked, int call);

    /** The mixture of the training at a timestep that {@link #nearest} or {@link #after} gave. */
    NoiseLevel at(double timestep);

    /** The mixture of the training at a σ. */
    NoiseLevel trained(float sigma);

    /** The mixture at a σ in which latents go straight towards the picture: x = x₀ + σ·dx/dσ. */
    NoiseLevel straight(float sigma);

    /**
     * The latents that a walk from nothing begins with.
     *
     * @param unit noise of unit variance
     * @param level of the walk's first call
     */
    NDArray begun(NDArray unit, NoiseLevel level);

    /** What the network gets to see of latents, maybe themselves; owned by their manager. */
    NDArray input(NDArray latents, NoiseLevel level);

    /** What the network's output says of latents; owned by their manager, or the output itself. */
    Guess guess(NDArray latents, NDArray output, NoiseLevel level);

    /** σ of a mixture. */
    double sigma(NoiseLevel level);

    /**
     * The σ at which so much of the way from noise to picture is walked, by which ComfyUI says when a prompt acts.
     *
     * @param share of the timesteps, above 0 and below 1
     */
    float sigmaAfter(double share);

    /**
     * What the network would have to say for the clean latents to be 0.
     *
     * @param input what it gets to see; what is given is owned by its manager
     */
    NDArray ofNothing(NDArray input, NoiseLevel level);

    /**
     * What the network would have to say for the clean latents to be these.
     *
     * @param input what it gets to see
     * @param clean of the same shape; what is given is owned by its manager
     * @param level the noise of the call, as {@link #trained} gives it
     */
    NDArray saying(NDArray input, NDArray clean, NoiseLevel level);
}
