package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import java.util.Arrays;
import java.util.Map;

/**
 * How much noise there is at each timestep of a model's training, in float32 arithmetic as diffusers computes it.
 *
 * <p>ᾱ is the share of the picture in the variance of x_t = √ᾱ·x₀ + √(1−ᾱ)·ε (Ho et al., 2020, equation 4), and
 * σ = √((1−ᾱ)/ᾱ). Timesteps count from 0, the least noise. Immutable; safe for use by several threads.
 */
public final class NoiseSchedule {

    private static final int MOST_TIMESTEPS = 100_000;

    private final float[] alphasCumprod;
    private final Prediction prediction;
    private final Spacing spacing;
    private final int stepsOffset;
    private final float finalAlphaCumprod;
    private final Map<String, JsonElement> settings;

    private NoiseSchedule(
            float[] alphasCumprod,
            Prediction prediction,
            Spacing spacing,
            int stepsOffset,
            boolean alphaToOne,
            Map<String, JsonElement> settings) {
        this.alphasCumprod = alphasCumprod;
        this.prediction = prediction;
        this.spacing = spacing;
        this.stepsOffset = stepsOffset;
        this.finalAlphaCumprod = alphaToOne ? 1 : alphasCumprod[0];
        this.settings = settings;
    }

    /**
     * The schedule that the fields of a {@code scheduler_config.json} describe.
     *
     * @param betaSchedule {@code linear}, {@code scaled_linear} or {@code squaredcos_cap_v2}
     * @param trainTimesteps {@code num_train_timesteps}
     * @param predictionType {@code prediction_type}
     * @param timestepSpacing {@code timestep_spacing}
     * @param alphaToOne {@code set_alpha_to_one}: DDIM's last step ends at ᾱ = 1 instead of ᾱ₀
     * @throws Problem for a name that is not known, and for numbers whose noise does not grow from timestep to timestep
     */
    public static NoiseSchedule of(
            String betaSchedule,
            double betaStart,
            double betaEnd,
            int trainTimesteps,
            String predictionType,
            String timestepSpacing,
            int stepsOffset,
            boolean alphaToOne) {
        if (trainTimesteps < 2 || trainTimesteps > MOST_TIMESTEPS) {
            throw new Problem(
                    "cannot use the model's noise schedule",
                    "num_train_timesteps is " + trainTimesteps + " and can be 2 to " + MOST_TIMESTEPS,
                    "put the model's scheduler_config.json right; most models have 1000");
        }
        float[] betas =
                switch (betaSchedule) {
                    case "linear" -> linspace((float) betaStart, (float) betaEnd, trainTimesteps);
                    case "scaled_linear" ->
                        squares(linspace((float) Math.sqrt(betaStart), (float) Math.sqrt(betaEnd), trainTimesteps));
                    case "squaredcos_cap_v2" -> squaredCosine(trainTimesteps);
                    default ->
                        throw new Problem(
                                "cannot read the model's noise schedule",
                                "beta_schedule \"" + betaSchedule + "\" is not known",
                                "use linear, scaled_linear or squaredcos_cap_v2");
                };
        float[] alphas = cumulated(betas);
        for (int t = 0; t < alphas.length; t++) {
            // 0 at the end would be noise alone, which rescale_betas_zero_snr is there for
            if (!(alphas[t] > 0 && alphas[t] < (t == 0 ? 1 : alphas[t - 1]))) {
                throw new Problem(
                        "cannot use the model's noise schedule",
                        "beta_start " + betaStart + " and beta_end " + betaEnd
                                + " give no noise that grows up to timestep " + t,
                        "put the model's scheduler_config.json right; most models have 0.00085 and 0.012");
            }
        }
        return new NoiseSchedule(
                alphas,
                Prediction.named(predictionType),
                Spacing.named(timestepSpacing),
                stepsOffset,
                alphaToOne,
                Map.of());
    }

    /** The schedule of a model; a {@link Problem} for a name in it that is not known. */
    public static NoiseSchedule of(SchedulerConfig config) {
        NoiseSchedule schedule = of(
                config.betaSchedule(),
                config.betaStart(),
                config.betaEnd(),
                config.trainTimesteps(),
                config.predictionType(),
                config.timestepSpacing(),
                config.stepsOffset(),
                config.setAlphaToOne());
        NoiseSchedule noised = config.rescaleBetasZeroSnr() ? schedule.withZeroTerminalSnr() : schedule;
        return new NoiseSchedule(
                noised.alphasCumprod,
                noised.prediction,
                noised.spacing,
                noised.stepsOffset,
                config.setAlphaToOne(),
                config.others());
    }

    /**
     * The same schedule with timesteps spread in another way; AUTO leaves it as it is.
     *
     * @param other not KARRAS, which does not go by timesteps
     */
    public NoiseSchedule with(Spacing other) {
        if (other == Spacing.AUTO || other == spacing) {
            return this;
        }
        return new NoiseSchedule(alphasCumprod, prediction, other, stepsOffset, finalAlphaCumprod == 1f, settings);
    }

    /** The same schedule for a network that predicts something else. */
    public NoiseSchedule with(Prediction other) {
        return new NoiseSchedule(alphasCumprod, other, spacing, stepsOffset, finalAlphaCumprod == 1f, settings);
    }

    /**
     * The same schedule, stretched so that the last timestep is noise alone (Lin et al., 2023, algorithm 1): for models
     * whose configuration says {@code rescale_betas_zero_snr}.
     */
    public NoiseSchedule withZeroTerminalSnr() {
        float first = root(alphasCumprod[0]);
        float last = root(alphasCumprod[alphasCumprod.length - 1]);
        float[] rescaled = new float[alphasCumprod.length];
        for (int t = 0; t < rescaled.length; t++) {
            float signal = (root(alphasCumprod[t]) - last) * (first / (first - last));
            rescaled[t] = signal * signal;
        }
        rescaled[rescaled.length - 1] = 0x1p-24f; // not quite 0, or σ would be infinite
        return new NoiseSchedule(rescaled, prediction, spacing, stepsOffset, finalAlphaCumprod == 1f, settings);
    }

    /** ᾱ of each timestep, a copy. */
    public float[] alphasCumprod() {
        return alphasCumprod.clone();
    }

    /** How many timesteps the training had. */
    public int trainTimesteps() {
        return alphasCumprod.length;
    }

    public Prediction prediction() {
        return prediction;
    }

    /** The spacing of the model's own configuration. */
    public Spacing spacing() {
        return spacing;
    }

    /** What the model's scheduler configuration asks of samplers beside all this, by name. */
    Map<String, JsonElement> settings() {
        return settings;
    }

    /** {@code steps_offset}: how far leading timesteps are moved up. */
    public int stepsOffset() {
        return stepsOffset;
    }

    /** ᾱ at a timestep; below the first one, what the configuration ends at. */
    public float alphaCumprod(int timestep) {
        return timestep < 0 ? finalAlphaCumprod : alphasCumprod[timestep];
    }

    /** σ of each timestep, ascending. */
    public float[] sigmas() {
        float[] sigmas = new float[alphasCumprod.length];
        for (int t = 0; t < sigmas.length; t++) {
            sigmas[t] = (float) Math.sqrt((1 - alphasCumprod[t]) / alphasCumprod[t]);
        }
        return sigmas;
    }

    /** σ at timesteps, between two whole ones in a straight line from σ to σ. */
    public double[] sigmasAt(double[] timesteps) {
        float[] all = sigmas();
        return Arrays.stream(timesteps)
                .map(at -> {
                    int low = Math.min((int) at, all.length - 2);
                    return all[low] + (at - low) * ((double) all[low + 1] - all[low]);
                })
                .toArray();
    }

    /** The timesteps of the schedule's own spacing, falling; linspace's lie between whole ones. */
    double[] timesteps(int steps) {
        int n = trainTimesteps();
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int left = steps - 1 - i;
            timesteps[i] = switch (spacing) {
                // a single step starts where the noise is, as k-diffusion does
                case LINSPACE -> steps == 1 ? n - 1 : left * ((n - 1.0) / (steps - 1));
                case LEADING -> Math.min(left * (n / steps) + stepsOffset, n - 1);
                case TRAILING -> Math.rint(n - i * ((double) n / steps)) - 1;
                case AUTO, KARRAS -> throw new IllegalStateException("a schedule has a spacing of its own");
            };
        }
        return timesteps;
    }

    /** Signal over noise, ᾱ/(1−ᾱ). */
    public float snr(int timestep) {
        float ratio = root(alphasCumprod[timestep]) / root(1 - alphasCumprod[timestep]);
        return ratio * ratio;
    }

    /**
     * The weight of a timestep's loss under min-SNR-γ (Hang et al., 2023): min(snr, γ)/snr for noise, min(snr, γ)/(snr + 1)
     * for velocity.
     */
    public float minSnrWeight(int timestep, double gamma) {
        float snr = snr(timestep);
        float most = (float) gamma;
        if (prediction == Prediction.EPSILON) {
            // Not min(snr, γ)/snr, which is none where nothing but noise is left.
            return snr <= most ? 1 : most / snr;
        }
        return Math.min(snr, most) / (snr + 1);
    }

    /**
     * The weight of a timestep's loss under debiased estimation (Yu et al., 2024): 1/√snr for noise, 1/(snr + 1) for
     * velocity; snr counts as at most 1000, as kohya has it.
     */
    public float debiasedWeight(int timestep) {
        float snr = Math.min(snr(timestep), 1000);
        return prediction == Prediction.EPSILON ? 1 / root(snr) : 1 / (snr + 1);
    }

    /**
     * x_t = √ᾱ·x₀ + √(1−ᾱ)·ε.
     *
     * @param clean float32 [n, …]
     * @param noise of the same shape, unit variance
     * @param timesteps one for each of the n
     * @return of the same shape, owned by the manager of {@code clean}
     */
    public NDArray addNoise(NDArray clean, NDArray noise, int[] timesteps) {
        return mix(clean, noise, timesteps, 1);
    }

    /** The training target of a velocity model, √ᾱ·ε − √(1−ᾱ)·x₀; arguments and result as in {@link #addNoise}. */
    public NDArray velocity(NDArray clean, NDArray noise, int[] timesteps) {
        return mix(noise, clean, timesteps, -1);
    }

    private NDArray mix(NDArray kept, NDArray added, int[] timesteps, int sign) {
        float[] signal = new float[timesteps.length];
        float[] rest = new float[timesteps.length];
        for (int i = 0; i < timesteps.length; i++) {
            signal[i] = root(alphasCumprod[timesteps[i]]);
            rest[i] = sign * root(1 - alphasCumprod[timesteps[i]]);
        }
        long[] shape = new long[kept.getShape().dimension()];
        Arrays.fill(shape, 1);
        shape[0] = timesteps.length;
        try (NDArray signals = kept.getManager().create(signal, new Shape(shape));
                NDArray rests = kept.getManager().create(rest, new Shape(shape));
                NDArray second = added.mul(rests)) {
            NDArray mixed = kept.mul(signals);
            return mixed.addi(second);
        }
    }

    private static float root(float x) {
        return (float) Math.sqrt(x);
    }

    /** torch.linspace in float32: counted from both ends, eight at a time from the first of the eight. */
    private static float[] linspace(float start, float end, int n) {
        float step = (end - start) / (n - 1);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i < n / 2 ? start + step * i : end - step * (n - 1 - i);
        }
        return values;
    }

    private static float[] squares(float[] roots) {
        for (int i = 0; i < roots.length; i++) {
            roots[i] *= roots[i];
        }
        return roots;
    }

    /** β from ᾱ = cos²((t + 0.008)/1.008·π/2), at most 0.999 (Nichol and Dhariwal, 2021). */
    private static float[] squaredCosine(int n) {
        float[] betas = new float[n];
        for (int i = 0; i < n; i++) {
            betas[i] = (float) Math.min(1 - cosineAlpha((i + 1.0) / n) / cosineAlpha((double) i / n), 0.999);
        }
        return betas;
    }

    private static double cosineAlpha(double time) {
        double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    /** ∏(1 − β), summed up in double and rounded at each timestep, as torch.cumprod does. */
    private static float[] cumulated(float[] betas) {
        double product = 1;
        float[] alphas = new float[betas.length];
        for (int t = 0; t < betas.length; t++) {
            product *= 1 - betas[t];
            alphas[t] = (float) product;
        }
        return alphas;
    }
}
