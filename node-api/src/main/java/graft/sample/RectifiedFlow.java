package graft.sample;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import java.util.Arrays;
import java.util.Map;

/**
 * Noise along a straight line: x = (1−σ)·x₀ + σ·ε with σ from 1 to 0, of which the network predicts the velocity ε − x₀ (Liu
 * et al., 2023; Esser et al., 2024).
 *
 * <p>The network is told σ·1000, and a shift s moves all levels towards noise: σ' = s·σ/(1 + (s−1)·σ). A training's levels are
 * the shifted 1/1000 to 1, as diffusers' FlowMatchEulerDiscreteScheduler has them.
 */
public final class RectifiedFlow implements NoiseSchedule {

    private final int trainTimesteps;
    private final double shift;
    private final SchedulerConfig.Flow flow;
    private final Spacing spacing;
    private final Map<String, JsonElement> settings;

    private RectifiedFlow(
            int trainTimesteps,
            double shift,
            SchedulerConfig.Flow flow,
            Spacing spacing,
            Map<String, JsonElement> settings) {
        this.trainTimesteps = trainTimesteps;
        this.shift = shift;
        this.flow = flow;
        this.spacing = spacing;
        this.settings = settings;
    }

    /** Trailing spacing is σ = 1 to 1/steps. */
    static RectifiedFlow of(SchedulerConfig config, SchedulerConfig.Flow flow) {
        // a shift by the size of the picture takes the place of the fixed one
        double shift = flow.dynamic() ? 1 : flow.shift();
        if (!(shift > 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new Problem(
                    "cannot use the model's noise schedule",
                    "shift is " + shift + " and has to be above 0",
                    "put the model's scheduler_config.json right; most models have 3");
        }
        return new RectifiedFlow(config.trainTimesteps(), shift, flow, Spacing.TRAILING, config.others());
    }

    /**
     * The same flow, shifted for one size of picture and number of steps.
     *
     * @param mu the logarithm of the shift, or the shift itself where the configuration says that it grows linearly
     */
    public RectifiedFlow shifted(double mu) {
        return new RectifiedFlow(trainTimesteps, flow.exponential() ? Math.exp(mu) : mu, flow, spacing, settings);
    }

    /** Whether the shift goes by the size of the picture, which {@link #shifted} has to be told. */
    public boolean isDynamic() {
        return flow.dynamic();
    }

    @Override
    public RectifiedFlow with(Spacing other) {
        return other == Spacing.AUTO || other == spacing
                ? this
                : new RectifiedFlow(trainTimesteps, shift, flow, other, settings);
    }

    @Override
    public NoiseSchedule with(Prediction other) {
        throw new Problem(
                "cannot take the model for one that predicts " + other.id(),
                "it was trained along a rectified flow, which has a velocity of its own",
                "leave the prediction to the model's files");
    }

    @Override
    public int trainTimesteps() {
        return trainTimesteps;
    }

    @Override
    public float time(int timestep) {
        return (float) (level(timestep) * trainTimesteps);
    }

    @Override
    public NDArray noised(NDArray clean, NDArray noise, int[] timesteps) {
        float[] sigmas = new float[timesteps.length];
        float[] rest = new float[timesteps.length];
        for (int i = 0; i < timesteps.length; i++) {
            sigmas[i] = (float) level(timesteps[i]);
            rest[i] = 1 - sigmas[i];
        }
        return NoiseLevel.mixed(clean, rest, noise, sigmas);
    }

    @Override
    public NDArray target(NDArray clean, NDArray noise, int[] timesteps) {
        NDArray velocity = noise.sub(clean);
        velocity.attach(clean.getManager());
        return velocity;
    }

    @Override
    public float snr(int timestep) {
        double ratio = ratio(timestep);
        return (float) (ratio * ratio);
    }

    /** min(snr, γ)/(√snr + 1)²: an error of the velocity is one of x₀ divided by σ = 1/(√snr + 1). */
    @Override
    public float minSnrWeight(int timestep, double gamma) {
        double ratio = ratio(timestep);
        return (float) (Math.min(ratio * ratio, gamma) / ((ratio + 1) * (ratio + 1)));
    }

    /** 1/(√snr + 1)², so that errors of x₀ count alike, as they do for the velocity of other schedules. */
    @Override
    public float debiasedWeight(int timestep) {
        double ratio = Math.min(ratio(timestep), Math.sqrt(1000));
        return (float) (1 / ((ratio + 1) * (ratio + 1)));
    }

    @Override
    public Spacing spacing() {
        return spacing;
    }

    @Override
    public Map<String, JsonElement> settings() {
        return settings;
    }

    @Override
    public double[] timesteps(int steps) {
        double n = trainTimesteps;
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int left = steps - 1 - i;
            double even =
                    switch (spacing) {
                        case LINSPACE -> steps == 1 ? n : 1 + left * ((n - 1) / (steps - 1));
                        case LEADING -> 1 + left * (trainTimesteps / steps);
                        case TRAILING -> n - i * (n / steps);
                        default -> throw new IllegalStateException("a schedule has a spacing of its own");
                    };
            timesteps[i] = shifted(even / n, shift) * n;
        }
        return timesteps;
    }

    @Override
    public float[] sigmas() {
        float[] sigmas = new float[trainTimesteps];
        for (int t = 0; t < sigmas.length; t++) {
            sigmas[t] = (float) level(t);
        }
        return sigmas;
    }

    @Override
    public NoiseTable table() {
        return NoiseTable.flow(trainTimesteps, shift);
    }

    @Override
    public double[] sigmasAt(double[] timesteps) {
        return Arrays.stream(timesteps).map(t -> t / trainTimesteps).toArray();
    }

    @Override
    public double timestepAt(double sigma) {
        return sigma * trainTimesteps;
    }

    /** Itself: the network was trained on all that lie between. */
    @Override
    public double nearest(double timestep) {
        return timestep;
    }

    @Override
    public double after(double[] walked, int call) {
        return call + 1 < walked.length ? walked[call + 1] : 0;
    }

    @Override
    public NoiseLevel at(double timestep) {
        return trained((float) (timestep / trainTimesteps));
    }

    @Override
    public NoiseLevel trained(float sigma) {
        return new NoiseLevel(1 - sigma, sigma);
    }

    /** The same as {@link #trained}: the flow is straight as it is. */
    @Override
    public NoiseLevel straight(float sigma) {
        return trained(sigma);
    }

    @Override
    public NDArray begun(NDArray unit, NoiseLevel level) {
        return unit.mul(level.noise());
    }

    @Override
    public NDArray input(NDArray latents, NoiseLevel level) {
        return latents;
    }

    @Override
    public double sigma(NoiseLevel level) {
        return level.noise();
    }

    @Override
    public float sigmaAfter(double share) {
        return (float) table().sigmaAfter(share);
    }

    @Override
    public NDArray ofNothing(NDArray input, NoiseLevel level) {
        return input.div(level.noise());
    }

    /** v = (x − x₀)/σ. */
    @Override
    public NDArray saying(NDArray input, NDArray clean, NoiseLevel level) {
        return clean.neg().add(input).div(level.noise());
    }

    /** x₀ = x − σ·v and ε = x + (1−σ)·v. */
    @Override
    public Guess guess(NDArray latents, NDArray output, NoiseLevel level) {
        return new Guess(latents.sub(output.mul(level.noise())), latents.add(output.mul(level.signal())));
    }

    /** σ of a timestep of the training. */
    private double level(int timestep) {
        return shifted((timestep + 1.0) / trainTimesteps, shift);
    }

    /** √snr. */
    private double ratio(int timestep) {
        double sigma = level(timestep);
        return (1 - sigma) / sigma;
    }

    private static double shifted(double sigma, double by) {
        return by * sigma / (1 + (by - 1) * sigma);
    }
}
