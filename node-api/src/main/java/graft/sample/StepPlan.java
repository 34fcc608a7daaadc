package graft.sample;

import graft.node.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Which timesteps a sampler visits, and the noise there, as diffusers' schedulers plan it.
 *
 * <p>The model is called once at each timestep from the first call on; Heun's inner timesteps come twice. σ is given for
 * each call and is 0 after the last; DDIM and LCM go by timesteps alone and have none. Immutable.
 */
public final class StepPlan {

    private static final double WHOLE = 0.9999; // the denoise above which ComfyUI walks the whole way
    private static final int MOST_STEPS = 100_000;
    private static final int DISTILLED_STEPS = 50; // LCM's original_inference_steps

    private final SamplerMethod sampler;
    private final float[] timesteps;
    private final float[] sigmas;
    private final List<NoiseLevel> levels;
    private final List<NoiseLevel> ends;
    private final int first;
    private final int steps;
    private final Optional<SigmaSampler> free;

    /**
     * @param levels of each call
     * @param ends where the step of each call leads
     */
    private StepPlan(
            SamplerMethod sampler,
            float[] timesteps,
            float[] sigmas,
            List<NoiseLevel> levels,
            List<NoiseLevel> ends,
            int first,
            int steps) {
        this(sampler, timesteps, sigmas, levels, ends, first, steps, Optional.empty());
    }

    private StepPlan(
            SamplerMethod sampler,
            float[] timesteps,
            float[] sigmas,
            List<NoiseLevel> levels,
            List<NoiseLevel> ends,
            int first,
            int steps,
            Optional<SigmaSampler> free) {
        this.sampler = sampler;
        this.timesteps = timesteps;
        this.sigmas = sigmas;
        this.levels = levels;
        this.ends = ends;
        this.first = first;
        this.steps = steps;
        this.free = free;
    }

    /**
     * Plans a walk.
     *
     * @param steps 1 to the number of training timesteps (50 for LCM)
     * @param denoise 1 for the whole walk; below, the last {@code ⌊steps · denoise⌋} steps, at least one, on a picture
     *     with as much noise as there is then; 0 for no step
     * @throws Problem naming the setting that cannot be: of the sampler's, or in the model's scheduler configuration; for
     *     more steps than the timesteps can be told apart in, with the most that can
     */
    public static StepPlan of(
            SamplerMethod sampler, NoiseSpacing spacing, NoiseSchedule schedule, int steps, double denoise) {
        int most = sampler.walk() == SamplerMethod.Walk.DISTILLED ? DISTILLED_STEPS : schedule.trainTimesteps();
        if (sampler.walk() == SamplerMethod.Walk.DISTILLED && schedule.trainTimesteps() < DISTILLED_STEPS) {
            throw new Problem(
                            "cannot draw with this model by " + sampler.title(),
                            "it was trained on " + schedule.trainTimesteps() + " timesteps, and " + sampler.title()
                                    + " walks " + DISTILLED_STEPS,
                            "choose another sampler")
                    .at("sampler");
        }
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
        if (!Spacing.isComfy(spacing)) {
            SchedulerSettings.check(sampler, spacing, schedule); // which ComfyUI does not read
        }
        NoiseSpacing walked = SchedulerSettings.spacing(sampler, spacing, schedule);
        if (hasLevels(sampler, walked, schedule, steps, denoise)) {
            StepPlan plan = planned(sampler, walked, schedule, steps, denoise);
            if (steps == 1 || plan.advances()) {
                return plan;
            }
        }
        int able = steps - 1;
        while (able > 1
                && !(hasLevels(sampler, walked, schedule, able, denoise)
                        && planned(sampler, walked, schedule, able, denoise).advances())) {
            able--;
        }
        throw new Problem(
                        "cannot sample in " + steps + " steps",
                        sampler.title() + " takes at most " + able + " on this model with timesteps spaced by "
                                + (walked == Spacing.AUTO ? schedule.spacing() : walked).id()
                                + ": more of them fall on the same timestep",
                        "set steps to " + able + " or fewer, or choose another spacing, such as trailing")
                .at("steps");
    }

    /** Whether the training has as many noise levels as a walk plans: ComfyUI's schedules ask for no more than there are. */
    private static boolean hasLevels(
            SamplerMethod sampler, NoiseSpacing spacing, NoiseSchedule schedule, int steps, double denoise) {
        return steps == 1
                || denoise == 0
                || !isFree(sampler, spacing)
                || Spacing.isComfy(spacing)
                || levelsPlanned(sampler, steps, denoise) <= schedule.trainTimesteps();
    }

    /** Whether every step leads on, which the logarithms of those that are walked in λ divide by. */
    private boolean advances() {
        if (sampler.walk() != SamplerMethod.Walk.MULTISTEP && free.isEmpty()) {
            return true;
        }
        for (int call = first; call < end(); call++) {
            if (!(sigmas[call] > sigmas[call + 1])) {
                return false;
            }
        }
        return true;
    }

    private static StepPlan planned(
            SamplerMethod sampler, NoiseSpacing spacing, NoiseSchedule schedule, int steps, double denoise) {
        if (isFree(sampler, spacing)) {
            return freely(sampler, spacing, schedule, steps, denoise);
        }
        boolean ofTimesteps = Spacing.isOfTimesteps(spacing);
        NoiseSchedule spaced = ofTimesteps ? schedule.with((Spacing) spacing) : schedule;
        Optional<NoiseSpacing> levels = ofTimesteps ? Optional.empty() : Optional.of(spacing);
        int walked = denoise == 0 ? 0 : Math.max(1, (int) (steps * denoise));
        StepPlan plan =
                switch (sampler.walk()) {
                    case WHOLE_TIMESTEPS -> byTimesteps(sampler, spaced, steps);
                    case DISTILLED -> distilled(sampler, schedule, steps);
                    case SIGMAS -> ofEuler(sampler, spaced, levels, steps);
                    case SIGMAS_TWICE -> doubled(ofEuler(sampler, spaced, levels, steps));
                    case MULTISTEP -> ofMultistep(sampler, spaced, levels, steps);
                    case FREE -> throw new IllegalStateException("planned before");
                };
        int skipped = steps - walked;
        int first = sampler.walk() == SamplerMethod.Walk.SIGMAS_TWICE ? Math.min(2 * skipped, plan.calls()) : skipped;
        return new StepPlan(sampler, plan.timesteps, plan.sigmas, plan.levels, plan.ends, first, steps);
    }

    /** Whether a sampler walks a spacing as ComfyUI's samplers do. */
    static boolean isFree(SamplerMethod sampler, NoiseSpacing spacing) {
        return sampler.walk() == SamplerMethod.Walk.FREE
                || (Spacing.isComfy(spacing) && sampler.sigmaSampler().isPresent());
    }

    /**
     * As ComfyUI's sampler plans it: below a denoise of 1 all the steps are walked, the last of as many more; some samplers leave
     * out the last level before the end.
     */
    private static StepPlan freely(
            SamplerMethod sampler, NoiseSpacing spacing, NoiseSchedule schedule, int steps, double denoise) {
        int most = Spacing.isComfy(spacing) ? MOST_STEPS : schedule.trainTimesteps();
        double[] levels = levels(spacing, schedule, Math.min(most, levelsPlanned(sampler, steps, denoise)));
        if (sampler.skipsLastLevel()) {
            levels = Arrays.copyOf(levels, Math.max(1, levels.length - 1));
        }
        int first = denoise > WHOLE ? 0 : Math.max(0, levels.length - steps);
        return over(sampler, schedule, withZero(levels), denoise == 0 ? levels.length : first, steps);
    }

    private static int levelsPlanned(SamplerMethod sampler, int steps, double denoise) {
        return (denoise > WHOLE ? steps : (int) Math.min(MOST_STEPS, steps / Math.max(denoise, 1e-9)))
                + (sampler.skipsLastLevel() ? 1 : 0);
    }

    private static double[] levels(NoiseSpacing spacing, NoiseSchedule schedule, int steps) {
        if (Spacing.isComfy(spacing)) {
            return spacing.sigmas(schedule, 0, 0, steps); // which go by the model's own ends
        }
        boolean ofTimesteps = Spacing.isOfTimesteps(spacing);
        NoiseSchedule spaced = ofTimesteps ? schedule.with((Spacing) spacing) : schedule;
        double[] own = spaced.sigmasAt(spaced.timesteps(steps));
        return ofTimesteps ? own : sigmas(spacing, spaced, own[0], own[steps - 1], steps);
    }

    /**
     * The walk of a sampler that asks the network where it likes over noise levels of one's own.
     *
     * @param sigmas falling, one more than steps; the last may be 0
     * @throws Problem when the sampler has no such form, or the levels do not fall
     */
    public static StepPlan over(SamplerMethod sampler, NoiseSchedule schedule, float... sigmas) {
        StepPlan plan = over(sampler, schedule, sigmas, 0, sigmas.length - 1);
        if (!plan.advances()) {
            throw new Problem(
                            "cannot walk these noise levels",
                            "each has to be below the one before it, and none below 0",
                            "put them in order")
                    .at("sigmas");
        }
        return plan;
    }

    private static StepPlan over(SamplerMethod sampler, NoiseSchedule schedule, float[] sigmas, int first, int steps) {
        SigmaSampler method = sampler.sigmaSampler().orElseThrow(() -> new Problem(
                        "cannot walk from noise level to noise level by " + sampler.title(),
                        "it has no such form",
                        "choose another sampler, such as Euler or DPM++ 2M")
                .at("sampler"));
        NoiseTable table = schedule.table();
        float[] timesteps = new float[sigmas.length - 1];
        List<NoiseLevel> levels = new ArrayList<>();
        for (int i = 0; i < sigmas.length; i++) {
            if (i < timesteps.length) {
                timesteps[i] = (float) table.timestep(sigmas[i]);
            }
            levels.add(schedule.straight(sigmas[i]));
        }
        return new StepPlan(
                sampler,
                timesteps,
                sigmas,
                levels.subList(0, timesteps.length),
                levels.subList(1, sigmas.length),
                first,
                steps,
                Optional.of(method));
    }

    /**
     * A part of the walk, as ComfyUI's advanced sampler takes it.
     *
     * @param start the step to begin at, counted from that of this walk; the walk is empty where there is none
     * @param end the step to end before; all that are left where there are fewer
     * @param leftover whether the noise at {@code end} stays, and is not taken for none
     * @throws Problem when the sampler has no form that can end anywhere
     */
    public StepPlan between(int start, int end, boolean leftover) {
        if (free.isEmpty()) {
            throw new Problem(
                            "cannot walk a part of the steps by " + sampler.title(),
                            "it has no form that can begin and end anywhere with this spacing",
                            "choose one of ComfyUI's spacings, such as normal, and a sampler that takes it")
                    .at("sampler");
        }
        int last = Math.min(first + end, end());
        float[] cut = Arrays.copyOf(sigmas, last + 1);
        if (!leftover && last < end()) {
            cut[last] = 0;
        }
        int from = Math.min(first + start, last);
        List<NoiseLevel> there = new ArrayList<>(ends.subList(0, last));
        if (last > 0) {
            there.set(last - 1, cut[last] == 0 ? new NoiseLevel(1, 0) : ends.get(last - 1));
        }
        return new StepPlan(
                sampler, Arrays.copyOf(timesteps, last), cut, levels.subList(0, last), there, from, steps, free);
    }

    /** Whether the walk goes from σ to σ as ComfyUI's do, and not by a solver. */
    public boolean walksFreely() {
        return free.isPresent();
    }

    /** The method of a walk from σ to σ that asks the network where it likes; empty for others, which have a solver. */
    Optional<SigmaSampler> free() {
        return free;
    }

    /** The step that begins at a σ or leads down from above it, counted from the start of the whole walk; the end at the last. */
    int stepAt(float sigma) {
        int step = first;
        while (step < end() && sigmas[step] > sigma) {
            step++;
        }
        // what lies between two levels belongs to the step that leads over it
        return step > first && sigmas[step] < sigma ? step - 1 : step;
    }

    /** How far the whole walk is in the middle of the step at a σ: above 0, below 1. */
    double progressAt(float sigma) {
        return progress(Math.min(stepAt(sigma), end() - 1));
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

    /** How the latents are mixed at a call, or where the walk ends. */
    public NoiseLevel level(int call) {
        return call < levels.size() ? levels.get(call) : ends.get(call - 1);
    }

    /** How the latents are to be mixed that the step of a call leads to. */
    public NoiseLevel next(int call) {
        return ends.get(call);
    }

    private static StepPlan byTimesteps(SamplerMethod sampler, NoiseSchedule schedule, int steps) {
        double[] timesteps =
                Arrays.stream(schedule.timesteps(steps)).map(schedule::nearest).toArray();
        List<NoiseLevel> ends = IntStream.range(0, steps)
                .mapToObj(call -> schedule.at(schedule.after(timesteps, call)))
                .toList();
        return new StepPlan(sampler, floats(timesteps), new float[0], levels(schedule, timesteps), ends, 0, steps);
    }

    private static List<NoiseLevel> levels(NoiseSchedule schedule, double[] timesteps) {
        return Arrays.stream(timesteps).mapToObj(schedule::at).toList();
    }

    /** Along σ, down to 0. */
    private static StepPlan along(
            SamplerMethod sampler, double[] timesteps, double[] sigmas, Function<Float, NoiseLevel> mixture) {
        float[] all = withZero(sigmas);
        List<NoiseLevel> levels = IntStream.range(0, all.length)
                .mapToObj(i -> mixture.apply(all[i]))
                .toList();
        int steps = sigmas.length;
        return new StepPlan(
                sampler, floats(timesteps), all, levels.subList(0, steps), levels.subList(1, steps + 1), 0, steps);
    }

    private static StepPlan ofEuler(
            SamplerMethod sampler, NoiseSchedule schedule, Optional<NoiseSpacing> levels, int steps) {
        double[] timesteps =
                Arrays.stream(schedule.timesteps(steps)).map(t -> (float) t).toArray();
        double[] sigmas = schedule.sigmasAt(timesteps);
        if (levels.isPresent()) {
            sigmas = sigmas(levels.get(), schedule, sigmas[0], sigmas[steps - 1], steps);
            timesteps = Arrays.stream(sigmas).map(schedule::timestepAt).toArray();
        }
        return along(sampler, timesteps, sigmas, schedule::straight);
    }

    private static StepPlan ofMultistep(
            SamplerMethod sampler, NoiseSchedule schedule, Optional<NoiseSpacing> levels, int steps) {
        float[] all = schedule.sigmas();
        double[] timesteps;
        double[] sigmas;
        if (levels.isPresent()) {
            sigmas = sigmas(levels.get(), schedule, all[all.length - 1], all[0], steps);
            timesteps = Arrays.stream(sigmas)
                    .map(s -> schedule.nearest(schedule.timestepAt(s)))
                    .toArray();
        } else {
            // one more than is visited: the walk ends before timestep 0, from where σ falls to 0
            timesteps = schedule.spacing() == Spacing.TRAILING
                    ? schedule.timesteps(steps)
                    : Arrays.copyOf(schedule.timesteps(steps + 1), steps);
            timesteps = Arrays.stream(timesteps).map(schedule::nearest).toArray();
            sigmas = schedule.sigmasAt(timesteps);
        }
        return along(sampler, timesteps, sigmas, schedule::trained);
    }

    /** Every call but the first and the last twice: once from there, once to correct the step to there. */
    private static StepPlan doubled(StepPlan plan) {
        int steps = plan.steps;
        float[] timesteps = new float[2 * steps - 1];
        float[] sigmas = new float[2 * steps];
        List<NoiseLevel> levels = new ArrayList<>();
        for (int i = 0; i < timesteps.length; i++) {
            timesteps[i] = plan.timesteps[(i + 1) / 2];
            sigmas[i] = plan.sigmas[(i + 1) / 2];
            levels.add(plan.level((i + 1) / 2));
        }
        List<NoiseLevel> ends = new ArrayList<>(levels.subList(1, levels.size()));
        ends.add(plan.level(steps));
        return new StepPlan(plan.sampler, timesteps, sigmas, levels, ends, 0, steps);
    }

    /** Evenly over the timesteps that consistency distillation trained on, from the last. */
    private static StepPlan distilled(SamplerMethod sampler, NoiseSchedule schedule, int steps) {
        int stride = schedule.trainTimesteps() / DISTILLED_STEPS;
        double[] timesteps = new double[steps];
        for (int i = 0; i < steps; i++) {
            int index = (int) ((double) i * DISTILLED_STEPS / steps);
            timesteps[i] = schedule.time((DISTILLED_STEPS - index) * stride - 1);
        }
        List<NoiseLevel> levels = levels(schedule, timesteps);
        List<NoiseLevel> ends = new ArrayList<>(levels.subList(1, steps));
        ends.add(schedule.trained(0));
        return new StepPlan(sampler, floats(timesteps), new float[0], levels, ends, 0, steps);
    }

    /** What a spacing gives, as long as it can be walked. */
    private static double[] sigmas(NoiseSpacing spacing, NoiseSchedule schedule, double most, double least, int steps) {
        double[] sigmas = spacing.sigmas(schedule, most, least, steps);
        boolean falls = sigmas != null && sigmas.length == steps;
        for (int i = 0; falls && i < steps; i++) {
            falls = sigmas[i] > 0 && sigmas[i] < (i == 0 ? Double.POSITIVE_INFINITY : sigmas[i - 1]);
        }
        if (!falls) {
            throw new Problem(
                            "cannot space the timesteps by " + spacing.id(),
                            "it does not give " + steps + " falling noise levels above 0",
                            "choose another spacing, and tell the author of its plugin")
                    .at("spacing");
        }
        return sigmas;
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
