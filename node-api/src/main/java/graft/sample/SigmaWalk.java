package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Cancelled;
import graft.node.GatedChoice;
import graft.node.Problem;
import graft.tensor.Finite;
import graft.tensor.Scope;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * One walk of a {@link SigmaSampler}: its noise levels, the network, and noise.
 *
 * <p>Latents are mixed as x = signal·x₀ + σ·ε, with a signal of 1, or of 1 − σ along a flow. What a sampler makes is freed at its
 * next {@link #arrived}, or else at the end of the walk.
 */
public final class SigmaWalk implements AutoCloseable {

    private static final double FIRST_SHARE = 1e-4; // how far a walk in λ goes from noise alone, where λ is infinite

    private final StepPlan plan;
    private final NoiseSchedule schedule;
    private final NoiseTable table;
    private final Predictor predictor;
    private final Denoiser denoiser;
    private final StepNoise noise;
    private final StepListener listener;
    private final NDManager owner;
    private final float[] sigmas;
    private final SamplerAnswers answers;
    private Predictor now;
    private NDManager within;
    private Scope made;
    private boolean looked; // at the network's weights
    private boolean sound; // whether numbers that are not finite are the sampler's fault

    SigmaWalk(
            StepPlan plan,
            NoiseSchedule schedule,
            Predictor predictor,
            DenoiserLayer layer,
            NDArray start,
            NDArray unit,
            StepNoise noise,
            StepListener listener,
            NDManager owner) {
        this.plan = plan;
        this.schedule = schedule;
        this.table = schedule.table();
        this.predictor = predictor;
        this.noise = noise;
        this.listener = listener;
        this.owner = owner;
        this.now = predictor;
        this.answers = new SamplerAnswers(plan.sampler(), unit.getShape());
        this.sound = plan.sampler() instanceof GatedChoice;
        boolean negative = plan.sampler().asksNegative();
        denoiser = layer.over(
                (latents, level, timestep) ->
                        new NetworkDenoiser(schedule, now, negative).denoise(latents, level, timestep),
                new DenoiserLayer.Walk(plan, schedule, start, unit));
        sigmas = new float[plan.calls() + 1];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = plan.sigma(plan.first() + i);
        }
        within = owner.newSubManager();
        made = Scope.open();
    }

    /** How many steps from σ to σ the walk has, at least 1. */
    public int steps() {
        return sigmas.length - 1;
    }

    /** σ where a step begins, or the walk ends: often, but not always, at 0. */
    public float sigma(int step) {
        return sigmas[step];
    }

    /** Whether a step leads to the clean latents. */
    public boolean ends(int step) {
        return sigmas[step + 1] == 0;
    }

    /** Whether more noise leaves less of the picture, so that noise alone is at σ = 1. */
    public boolean isFlow() {
        return schedule.straight(0.5f).signal() != 1;
    }

    /** The picture's share at a σ. */
    public double signal(double sigma) {
        return isFlow() ? 1 - sigma : 1;
    }

    /** λ at a σ, half the logarithm of the signal-to-noise ratio. */
    public double lambda(double sigma) {
        return Math.log(signal(sigma) / sigma);
    }

    /** σ at a λ. */
    public double sigmaOf(double lambda) {
        return isFlow() ? 1 / (1 + Math.exp(lambda)) : Math.exp(-lambda);
    }

    /** λ where a step begins, finite also where a flow begins with noise alone; infinite at the end. */
    public double lambdaAt(int step) {
        return lambda(sigmaInLambda(step));
    }

    /** σ where a step begins, as walks in λ have it: a little below noise alone. */
    public double sigmaInLambda(int step) {
        return step == 0 && isFlow() && sigmas[0] >= 1 ? table.sigmaAfter(FIRST_SHARE) : sigmas[step];
    }

    /** σ after a share of the way from noise to picture, by timesteps. */
    public double sigmaAfter(double share) {
        return table.sigmaAfter(share);
    }

    /** The network's guess of the clean latents. */
    public NDArray clean(NDArray latents, double sigma) {
        return ask(latents, sigma).clean();
    }

    /** Likewise, with that for the negative prompt where the sampler says that it asks for it. */
    public Guess ask(NDArray latents, double sigma) {
        if (sound) {
            answers.finite(latents);
        }
        now = predictor.at(plan.progressAt((float) sigma));
        if (latents.getManager() != within) {
            latents.attach(within);
        }
        Guess guess = denoiser.denoise(latents, schedule.straight((float) sigma), table.timestep(sigma));
        sound &= answers.judges(guess);
        return guess;
    }

    /** Fresh noise of unit variance for the way from a σ to a lower one. */
    public NDArray noise(NDArray like, double from, double to) {
        return noise.between(within, like.getShape(), from, to);
    }

    /**
     * Says where the walk now is, and frees what was made since it last was somewhere.
     *
     * @param next the latents at {@code sigma}
     * @param clean what the picture is expected to become
     * @param kept what else the sampler goes on with; null for what there is not
     * @return {@code next}
     * @throws Cancelled to end the walk here
     * @throws Problem when the latents are not finite, or the network has weights that nothing good comes of
     */
    public NDArray arrived(double sigma, NDArray next, NDArray clean, NDArray... kept) throws Cancelled {
        int done = plan.stepAt((float) sigma) - plan.first();
        answers.checked(next, "latents");
        answers.checked(clean, "clean latents");
        answers.kept(Arrays.stream(kept).filter(Objects::nonNull).toList());
        if (sound) {
            answers.finite(next);
        }
        check(done, next);
        listener.stepped(done, plan.calls(), next, clean);
        NDManager after = owner.newSubManager();
        made.keep(next, after);
        for (NDArray array : kept) {
            if (array != null) {
                made.keep(array, after);
            }
        }
        made.close();
        within.close();
        within = after;
        made = Scope.open();
        return next;
    }

    private void check(int done, NDArray next) {
        boolean finite = Finite.all(next);
        Optional<String> damage = looked && finite ? Optional.empty() : predictor.damage();
        looked = true;
        if (!finite || damage.isPresent()) {
            throw Sampling.spoilt(Math.max(1, done), plan.calls(), finite, damage);
        }
    }

    @Override
    public void close() {
        made.close();
        within.close();
    }

    /** Where a sampler's walk ends. */
    NDArray walked(SigmaSampler sampler, NDArray noisy) throws Cancelled {
        try {
            NDArray end = answers.checked(sampler.sample(this, noisy), "latents");
            return sound ? answers.finite(end) : end;
        } catch (IllegalStateException failure) {
            throw answers.thrown(failure, "has to be given to arrived()");
        }
    }

    /** Takes an array out of what is freed at the end. */
    NDArray released(NDArray array) {
        return made.keep(array, owner);
    }
}
