package graft.sample;

import graft.node.Problem;
import java.util.Arrays;

/**
 * Which timesteps a sampler visits, and the noise there, as diffusers' schedulers plan it.
 *
 * <p>The model is called once at each timestep from the first call on; Heun's inner timesteps come twice. σ is given for
 * each call and is 0 after the last; DDIM and LCM go by ᾱ and have none. Immutable.
 */
public final class StepPlan {

    private static final int DISTILLED_STEPS = 50; // LCM's original_inference_steps
    private static final double RHO = 7; // Karras et al., 2022, section 3

    private final SamplerMethod sampler;
    private final float[] timesteps;
    private final float[] sigmas;
    private final int first;
    private final int steps;

    private StepPlan(SamplerMethod sampler, float[] timesteps, float[] sigmas, int first, int steps) {
        this.sampler = sampler;
        this.timesteps = timesteps;
        this.sigmas = sigmas;
        this.first = first;
        this.steps = steps;
    }

    /**
     * Plans a walk.
     *
     * @param steps 1 to the number of training timesteps (50 for LCM)
     * @param denoise 1 for the whole walk; below, the last {@code ⌊steps · denoise⌋} steps, at least one, on a picture
     *     with as much noise as there is then; 0 for no step
     * @throws Problem naming the setting that cannot be
     */
    public static StepPlan of(
            SamplerMethod sampler, Spacing spacing, NoiseSchedule schedule, int steps, double denoise) {
        int most = sampler.walk() == SamplerMethod.Walk.DISTILLED ? DISTILLED_STEPS : schedule.trainTimesteps();
        if (steps < 1 || steps > most) {
            throw new Problem(
                            "cannot sample in " + steps + " steps",
                            sampler.title() + " takes 1 to " + most,
                            "set steps to a number between them")
                    .at("steps");
        }
        if (!(denoise >= 0 && denoise <= 1)) {
            throw new Problem(
                            "cannot denoise by " + denoise, "it is a share of the steps", "set denoise between 0 and 1")
                    .at("denoise");
        }
        if (!sampler.takes(spacing)) {
            throw new Problem(
                            "cannot space the timesteps of " + sampler.title() + " by " + spacing.id(),
                            sampler.title() + " has no such form",
                            "set spacing to auto, or use DPM++ 2M or Euler")
                    .at("spacing");
        }
        boolean karras = spacing == Spacing.KARRAS;
        NoiseSchedule spaced = karras ? schedule : schedule.with(spacing);
        int walked = denoise == 0 ? 0 : Math.max(1, (int) (steps * denoise));
        StepPlan plan =
                switch (sampler.walk()) {
                    case WHOLE_TIMESTEPS ->
                        new StepPlan(sampler, rounded(spread(spaced, steps)), new float[0], 0, steps);
                    case DISTILLED -> new StepPlan(sampler, distilled(schedule, steps), new float[0], 0, steps);
                    case SIGMAS -> ofEuler(sampler, spaced, karras, steps);
                    case SIGMAS_TWICE -> doubled(ofEuler(sampler, spaced, karras, steps));
                    case MULTISTEP -> ofMultistep(sampler, spaced, karras, steps);
                };
        int skipped = steps - walked;
        int first = sampler.walk() == SamplerMethod.Walk.SIGMAS_TWICE ? Math.min(2 * skipped, plan.calls()) : skipped;
        return new StepPlan(sampler, plan.timesteps, plan.sigmas, first, steps);
    }

    public SamplerMethod sampler() {
        return sampler;
    }

    /** How many steps the whole walk from noise has. */
    public int steps() {
        return steps;
    }

    /** How many times the model is called. */
    public int calls() {
        return timesteps.length - first;
    }

    /** The call to begin at: above 0 when the walk starts from a picture. */
    public int first() {
        return first;
    }

    /** The call after the last one. */
    public int end() {
        return timesteps.length;
    }

    /** The timestep of a call, counted from the start of the whole walk. */
    public float timestep(int call) {
        return timesteps[call];
    }

    /** How far the whole walk is in the middle of a call: above 0, below 1. */
    public double progress(int call) {
        return (call + 0.5) / timesteps.length;
    }

    /** σ at a call, 0 at the end; not for DDIM, LCM and others that walk without σ. */
    public float sigma(int call) {
        return sigmas[call];
    }

    private static StepPlan ofEuler(SamplerMethod sampler, NoiseSchedule schedule, boolean karras, int steps) {
        float[] all = schedule.sigmas();
        double[] timesteps =
                Arrays.stream(spread(schedule, steps)).map(t -> (float) t).toArray();
        double[] sigmas =
                Arrays.stream(timesteps).map(t -> interpolated(all, t)).toArray();
        if (karras) {
            sigmas = karras(sigmas[0], sigmas[steps - 1], steps);
            timesteps = Arrays.stream(sigmas).map(s -> timestepOf(all, s)).toArray();
        }
        return new StepPlan(sampler, floats(timesteps), withZero(sigmas), 0, steps);
    }

    private static StepPlan ofMultistep(SamplerMethod sampler, NoiseSchedule schedule, boolean karras, int steps) {
        float[] all = schedule.sigmas();
        double[] timesteps;
        double[] sigmas;
        if (karras) {
            sigmas = karras(all[all.length - 1], all[0], steps);
            timesteps = Arrays.stream(sigmas)
                    .map(s -> Math.rint(timestepOf(all, s)))
                    .toArray();
        } else {
            // one more than is visited: the walk ends before timestep 0, from where σ falls to 0
            timesteps = schedule.spacing() == Spacing.TRAILING
                    ? spread(schedule, steps)
                    : Arrays.copyOf(spread(schedule, steps + 1), steps);
            timesteps = Arrays.stream(timesteps).map(Math::rint).toArray();
            sigmas = Arrays.stream(timesteps).map(t -> interpolated(all, t)).toArray();
        }
        return new StepPlan(sampler, floats(timesteps), withZero(sigmas), 0, steps);
    }

    /** Every call but the first and the last twice: once from there, once to correct the step to there. */
    private static StepPlan doubled(StepPlan plan) {
        int steps = plan.steps;
        float[] timesteps = new float[2 * steps - 1];
        float[] sigmas = new float[2 * steps];
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = plan.timesteps[(i + 1) / 2];
            sigmas[i] = plan.sigmas[(i + 1) / 2];
        }
        return new StepPlan(plan.sampler, timesteps, sigmas, 0, steps);
    }

    /** Evenly over the timesteps that consistency distillation trained on, from the last. */
    private static float[] distilled(NoiseSchedule schedule, int steps) {
        int stride = schedule.trainTimesteps() / DISTILLED_STEPS;
        float[] timesteps = new float[steps];
        for (int i = 0; i < steps; i++) {
            int index = (int) ((double) i * DISTILLED_STEPS / steps);
            timesteps[i] = (DISTILLED_STEPS - index) * stride - 1;
        }
        return timesteps;
    }

    /** The timesteps of the schedule's own spacing, falling; linspace's lie between whole ones. */
    private static double[] spread(NoiseSchedule schedule, int steps) {
        int n = schedule.trainTimesteps();
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int left = steps - 1 - i;
            timesteps[i] = switch (schedule.spacing()) {
                // a single step starts where the noise is, as k-diffusion does
                case LINSPACE -> steps == 1 ? n - 1 : left * ((n - 1.0) / (steps - 1));
                case LEADING -> Math.min(left * (n / steps) + schedule.stepsOffset(), n - 1);
                case TRAILING -> Math.rint(n - i * ((double) n / steps)) - 1;
                case AUTO, KARRAS -> throw new IllegalStateException("a schedule has a spacing of its own");
            };
        }
        return timesteps;
    }

    /** σ_i = (σmax^(1/ρ) + i/(n−1)·(σmin^(1/ρ) − σmax^(1/ρ)))^ρ (Karras et al., 2022, equation 5). */
    private static double[] karras(double most, double least, int steps) {
        double from = Math.pow(most, 1 / RHO);
        double to = Math.pow(least, 1 / RHO);
        double[] sigmas = new double[steps];
        for (int i = 0; i < steps; i++) {
            double ramp = steps == 1 ? 0 : (double) i / (steps - 1);
            sigmas[i] = Math.pow(from + ramp * (to - from), RHO);
        }
        return sigmas;
    }

    private static double interpolated(float[] values, double at) {
        int low = Math.min((int) at, values.length - 2);
        return values[low] + (at - low) * ((double) values[low + 1] - values[low]);
    }

    /** The timestep, maybe between two, at which there is that much noise; interpolated in log σ. */
    private static double timestepOf(float[] sigmas, double sigma) {
        double wanted = Math.log(sigma);
        int low = 0;
        while (low < sigmas.length - 2 && (float) Math.log(sigmas[low + 1]) <= wanted) {
            low++;
        }
        double below = (float) Math.log(sigmas[low]);
        double above = (float) Math.log(sigmas[low + 1]);
        double share = Math.max(0, Math.min(1, (below - wanted) / (below - above)));
        return low + share;
    }

    private static float[] rounded(double[] values) {
        return floats(Arrays.stream(values).map(Math::rint).toArray());
    }

    private static float[] withZero(double[] sigmas) {
        return floats(Arrays.copyOf(sigmas, sigmas.length + 1));
    }

    private static float[] floats(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }
}
