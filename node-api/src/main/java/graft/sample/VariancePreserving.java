package graft.sample;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import graft.model.SchedulerConfig;
import graft.node.Problem;
import java.util.Arrays;
import java.util.Map;

/**
 * Noise that takes the picture's place, so that the variance stays, in float32 arithmetic as diffusers computes it.
 *
 * <p>ᾱ is the share of the picture in the variance of x_t = √ᾱ·x₀ + √(1−ᾱ)·ε (Ho et al., 2020, equation 4), and
 * σ = √((1−ᾱ)/ᾱ): latents x = x₀ + σ·ε go straight to the picture, and the network sees them at variance near 1, x/√(σ² + 1)
 * (Karras et al., 2022).
 */
public final class VariancePreserving implements NoiseSchedule {

    private static final int MOST_TIMESTEPS = 100_000;

    private static final double COMFY_TERMINAL_ALPHA = 4.8973451890853435e-8; // ComfyUI's ᾱ where diffusers has 2⁻²⁴

    private final float[] alphasCumprod;
    private final double[] exact; // the same in double
    private final Prediction prediction;
    private final Spacing spacing;
    private final int stepsOffset;
    private final float finalAlphaCumprod;
    private final Map<String, JsonElement> settings;
    /** Of {@link #sigmas}, rising; planned walks ask for a timestep at every step. */
    private final float[] logSigmas;

    private VariancePreserving(
            float[] alphasCumprod,
            double[] exact,
            Prediction prediction,
            Spacing spacing,
            int stepsOffset,
            boolean alphaToOne,
            Map<String, JsonElement> settings) {
        this.alphasCumprod = alphasCumprod;
        this.exact = exact;
        this.prediction = prediction;
        this.spacing = spacing;
        this.stepsOffset = stepsOffset;
        this.finalAlphaCumprod = alphaToOne ? 1 : alphasCumprod[0];
        this.settings = settings;
        this.logSigmas = logarithms(sigmas());
    }

    /** As {@link NoiseSchedule#of(String, double, double, int, String, String, int, boolean)} has it. */
    static VariancePreserving of(
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
        return new VariancePreserving(
                alphas,
                exact(betaSchedule, betaStart, betaEnd, trainTimesteps),
                Prediction.named(predictionType),
                Spacing.named(timestepSpacing),
                stepsOffset,
                alphaToOne,
                Map.of());
    }

    static VariancePreserving of(SchedulerConfig config) {
        VariancePreserving schedule = of(
                config.betaSchedule(),
                config.betaStart(),
                config.betaEnd(),
                config.trainTimesteps(),
                config.predictionType(),
                config.timestepSpacing(),
                config.stepsOffset(),
                config.setAlphaToOne());
        VariancePreserving noised = config.rescaleBetasZeroSnr() ? schedule.withZeroTerminalSnr() : schedule;
        return new VariancePreserving(
                noised.alphasCumprod,
                noised.exact,
                noised.prediction,
                noised.spacing,
                noised.stepsOffset,
                config.setAlphaToOne(),
                config.others());
    }

    @Override
    public VariancePreserving with(Spacing other) {
        if (other == Spacing.AUTO || other == spacing) {
            return this;
        }
        return new VariancePreserving(
                alphasCumprod, exact, prediction, other, stepsOffset, finalAlphaCumprod == 1f, settings);
    }

    @Override
    public VariancePreserving with(Prediction other) {
        return new VariancePreserving(
                alphasCumprod, exact, other, spacing, stepsOffset, finalAlphaCumprod == 1f, settings);
    }

    /**
     * The same schedule, stretched so that the last timestep is noise alone (Lin et al., 2023, algorithm 1): for models
     * whose configuration says {@code rescale_betas_zero_snr}.
     */
    public VariancePreserving withZeroTerminalSnr() {
        float first = root(alphasCumprod[0]);
        float last = root(alphasCumprod[alphasCumprod.length - 1]);
        float[] rescaled = new float[alphasCumprod.length];
        for (int t = 0; t < rescaled.length; t++) {
            float signal = (root(alphasCumprod[t]) - last) * (first / (first - last));
            rescaled[t] = signal * signal;
        }
        rescaled[rescaled.length - 1] = 0x1p-24f; // not quite 0, or σ would be infinite
        return new VariancePreserving(
                rescaled, rescaled(exact), prediction, spacing, stepsOffset, finalAlphaCumprod == 1f, settings);
    }

    private static double[] rescaled(double[] alphas) {
        double first = Math.sqrt(alphas[0]);
        double last = Math.sqrt(alphas[alphas.length - 1]);
        double[] rescaled = new double[alphas.length];
        for (int t = 0; t < rescaled.length; t++) {
            double signal = (Math.sqrt(alphas[t]) - last) * (first / (first - last));
            rescaled[t] = signal * signal;
        }
        rescaled[rescaled.length - 1] = COMFY_TERMINAL_ALPHA;
        return rescaled;
    }

    /** ᾱ of each timestep, a copy. */
    public float[] alphasCumprod() {
        return alphasCumprod.clone();
    }

    @Override
    public int trainTimesteps() {
        return alphasCumprod.length;
    }

    /** What the network was trained to predict. */
    public Prediction prediction() {
        return prediction;
    }

    @Override
    public Spacing spacing() {
        return spacing;
    }

    @Override
    public Map<String, JsonElement> settings() {
        return settings;
    }

    /** ᾱ at a timestep; below the first one, what the configuration ends at. */
    public float alphaCumprod(int timestep) {
        return timestep < 0 ? finalAlphaCumprod : alphasCumprod[timestep];
    }

    @Override
    public float[] sigmas() {
        float[] sigmas = new float[alphasCumprod.length];
        for (int t = 0; t < sigmas.length; t++) {
            sigmas[t] = (float) Math.sqrt((1 - alphasCumprod[t]) / alphasCumprod[t]);
        }
        return sigmas;
    }

    private static float[] logarithms(float[] numbers) {
        float[] logarithms = new float[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            logarithms[i] = (float) Math.log(numbers[i]);
        }
        return logarithms;
    }

    @Override
    public NoiseTable table() {
        float[] sigmas = new float[exact.length];
        for (int t = 0; t < sigmas.length; t++) {
            sigmas[t] = (float) Math.sqrt((1 - exact[t]) / exact[t]);
        }
        return NoiseTable.discrete(sigmas);
    }

    /** Between two whole ones in a straight line from σ to σ. */
    @Override
    public double[] sigmasAt(double[] timesteps) {
        float[] all = sigmas();
        return Arrays.stream(timesteps)
                .map(at -> {
                    int low = Math.min((int) at, all.length - 2);
                    return all[low] + (at - low) * ((double) all[low + 1] - all[low]);
                })
                .toArray();
    }

    /** Linspace's lie between whole ones. */
    @Override
    public double[] timesteps(int steps) {
        int n = trainTimesteps();
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int left = steps - 1 - i;
            timesteps[i] = switch (spacing) {
                // a single step starts where the noise is, as k-diffusion does
                case LINSPACE -> steps == 1 ? n - 1 : left * ((n - 1.0) / (steps - 1));
                case LEADING -> Math.min(left * (n / steps) + stepsOffset, n - 1);
                case TRAILING -> Math.rint(n - i * ((double) n / steps)) - 1;
                default -> throw new IllegalStateException("a schedule has a spacing of its own");
            };
        }
        return timesteps;
    }

    /** In log σ. */
    @Override
    public double timestepAt(double sigma) {
        double wanted = Math.log(sigma);
        int low = 0;
        while (low < logSigmas.length - 2 && logSigmas[low + 1] <= wanted) {
            low++;
        }
        double below = logSigmas[low];
        double above = logSigmas[low + 1];
        double share = Math.max(0, Math.min(1, (below - wanted) / (below - above)));
        return low + share;
    }

    @Override
    public double nearest(double timestep) {
        return Math.rint(timestep);
    }

    /** As many timesteps further as one of equal steps is, whatever the spacing: as diffusers' DDIM does. */
    @Override
    public double after(double[] walked, int call) {
        return (int) walked[call] - trainTimesteps() / walked.length;
    }

    @Override
    public NoiseLevel at(double timestep) {
        float alpha = alphaCumprod((int) timestep);
        return new NoiseLevel(root(alpha), root(1 - alpha));
    }

    /** x = α·x₀ + ς·ε with α = 1/√(σ² + 1) and ς = σ·α. */
    @Override
    public NoiseLevel trained(float sigma) {
        float signal = 1 / root(sigma * sigma + 1);
        return new NoiseLevel(signal, sigma * signal);
    }

    /** x = x₀ + σ·ε. */
    @Override
    public NoiseLevel straight(float sigma) {
        return new NoiseLevel(1, sigma);
    }

    /** Leading spacing leaves out the last timesteps, and a picture's own variance is added to the noise of the first. */
    @Override
    public NDArray begun(NDArray unit, NoiseLevel level) {
        if (isStraight(level)) {
            float sigma = level.noise();
            return unit.mul(spacing == Spacing.LEADING ? root(sigma * sigma + 1) : sigma);
        }
        return unit.duplicate();
    }

    @Override
    public NDArray input(NDArray latents, NoiseLevel level) {
        return isStraight(level) ? latents.div(root(level.noise() * level.noise() + 1)) : latents;
    }

    /**
     * Of latents as the training mixes them x₀ = (x − ς·ε)/α, or α·x − ς·v, with ε = α·v + ς·x; of straight ones x₀ = x − σ·ε,
     * or x/(σ² + 1) − v·σ/√(σ² + 1).
     */
    @Override
    public Guess guess(NDArray latents, NDArray output, NoiseLevel level) {
        float noise = level.noise();
        if (prediction == Prediction.EPSILON) {
            return new Guess(latents.sub(output.mul(noise)).div(level.signal()), output);
        }
        if (isStraight(level)) {
            float variance = noise * noise + 1;
            return new Guess(
                    output.mul(-noise / root(variance)).add(latents.div(variance)),
                    output.div(root(variance)).add(latents.mul(noise / variance)));
        }
        return new Guess(
                latents.mul(level.signal()).sub(output.mul(noise)),
                output.mul(level.signal()).add(latents.mul(noise)));
    }

    @Override
    public double sigma(NoiseLevel level) {
        return isStraight(level) ? level.noise() : (double) level.noise() / level.signal();
    }

    @Override
    public float sigmaAfter(double share) {
        return (float) table().sigmaAfter(share);
    }

    @Override
    public NDArray ofNothing(NDArray input, NoiseLevel level) {
        float noise = level.noise();
        if (prediction == Prediction.EPSILON) {
            return input.mul((isStraight(level) ? root(noise * noise + 1) : 1) / noise);
        }
        return input.mul(level.signal() / noise);
    }

    /** ε = (x − α·x₀)/ς, or v = (α·x − x₀)/ς. */
    @Override
    public NDArray saying(NDArray input, NDArray clean, NoiseLevel level) {
        NDArray rest = prediction == Prediction.EPSILON
                ? clean.mul(-level.signal()).add(input)
                : clean.neg().add(input.mul(level.signal()));
        return rest.div(level.noise());
    }

    /** Mixtures of both kinds differ by a factor alone, and are the same where there is hardly any noise. */
    private static boolean isStraight(NoiseLevel level) {
        return level.signal() == 1;
    }

    /** ᾱ/(1−ᾱ). */
    @Override
    public float snr(int timestep) {
        float ratio = root(alphasCumprod[timestep]) / root(1 - alphasCumprod[timestep]);
        return ratio * ratio;
    }

    /** min(snr, γ)/snr for noise, min(snr, γ)/(snr + 1) for velocity. */
    @Override
    public float minSnrWeight(int timestep, double gamma) {
        float snr = snr(timestep);
        float most = (float) gamma;
        if (prediction == Prediction.EPSILON) {
            // Not min(snr, γ)/snr, which is none where nothing but noise is left.
            return snr <= most ? 1 : most / snr;
        }
        return Math.min(snr, most) / (snr + 1);
    }

    /** 1/√snr for noise, 1/(snr + 1) for velocity. */
    @Override
    public float debiasedWeight(int timestep) {
        float snr = Math.min(snr(timestep), 1000);
        return prediction == Prediction.EPSILON ? 1 / root(snr) : 1 / (snr + 1);
    }

    @Override
    public float time(int timestep) {
        return timestep;
    }

    /** √ᾱ·x₀ + √(1−ᾱ)·ε. */
    @Override
    public NDArray noised(NDArray clean, NDArray noise, int[] timesteps) {
        return mix(clean, noise, timesteps, 1);
    }

    /** ε, or √ᾱ·ε − √(1−ᾱ)·x₀. */
    @Override
    public NDArray target(NDArray clean, NDArray noise, int[] timesteps) {
        return prediction == Prediction.EPSILON ? noise : mix(noise, clean, timesteps, -1);
    }

    private NDArray mix(NDArray kept, NDArray added, int[] timesteps, int sign) {
        float[] signal = new float[timesteps.length];
        float[] rest = new float[timesteps.length];
        for (int i = 0; i < timesteps.length; i++) {
            signal[i] = root(alphasCumprod[timesteps[i]]);
            rest[i] = sign * root(1 - alphasCumprod[timesteps[i]]);
        }
        return NoiseLevel.mixed(kept, signal, added, rest);
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

    /** ᾱ in double, of names and numbers that were checked before. */
    private static double[] exact(String schedule, double start, double end, int n) {
        double product = 1;
        double[] alphas = new double[n];
        for (int t = 0; t < n; t++) {
            double share = t / (n - 1.0);
            double root = Math.sqrt(start) + share * (Math.sqrt(end) - Math.sqrt(start));
            product *= 1
                    - switch (schedule) {
                        case "linear" -> start + share * (end - start);
                        case "scaled_linear" -> root * root;
                        default -> Math.min(1 - cosineAlpha((t + 1.0) / n) / cosineAlpha((double) t / n), 0.999);
                    };
            alphas[t] = product;
        }
        return alphas;
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
