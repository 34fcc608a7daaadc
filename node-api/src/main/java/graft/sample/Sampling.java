package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.tensor.Finite;
import graft.tensor.Scope;
import java.util.List;
import java.util.Optional;

/** Walks a plan from noise to latents. */
public final class Sampling {

    private Sampling() {}

    /**
     * Calls the network along the plan and returns the latents at its end.
     *
     * @param schedule of the model
     * @param noise float32 [n, c, h, w] of unit variance
     * @param start clean latents of the same shape that the walk begins on, with noise added as the plan's first call
     *     has it; null to begin with noise alone
     * @param stepNoise the noise of samplers that draw some on their way
     * @return float32 [n, c, h, w], scaled latents, owned by the manager of {@code noise}; all else that was made is
     *     freed
     * @throws Cancelled when the listener does
     * @throws Problem naming the step at which the numbers were no longer finite
     */
    public static NDArray run(
            StepPlan plan,
            NoiseSchedule schedule,
            Predictor predictor,
            NDArray noise,
            NDArray start,
            StepNoise stepNoise,
            StepListener listener)
            throws Cancelled {
        return run(plan, schedule, predictor, noise, start, stepNoise, DenoiserLayer.NONE, listener);
    }

    /**
     * Likewise, with something between the sampler and the network.
     *
     * @throws Cancelled when the listener does
     */
    public static NDArray run(
            StepPlan plan,
            NoiseSchedule schedule,
            Predictor predictor,
            NDArray noise,
            NDArray start,
            StepNoise stepNoise,
            DenoiserLayer layer,
            StepListener listener)
            throws Cancelled {
        NDManager owner = noise.getManager();
        if (plan.calls() == 0) {
            return attached(start == null ? noise.duplicate() : start.duplicate(), owner);
        }
        if (plan.free().isPresent()) {
            return walkedFreely(plan, schedule, predictor, noise, start, stepNoise, layer, listener);
        }
        Solver solver = plan.sampler().solver(plan, stepNoise);
        SamplerAnswers answers = new SamplerAnswers(plan.sampler(), noise.getShape());
        try (NDManager walk = owner.newSubManager()) {
            NDArray latents = begun(plan, schedule, noise, start, walk);
            Predictor[] now = {predictor};
            Denoiser network =
                    (at, level, timestep) -> new NetworkDenoiser(schedule, now[0]).denoise(at, level, timestep);
            Denoiser denoiser = layer == DenoiserLayer.NONE
                    ? network
                    : layer.over(
                            network,
                            new DenoiserLayer.Walk(plan, schedule, start == null ? zeros(noise, walk) : start, noise));
            List<NDArray> kept = List.of();
            for (int call = plan.first(); call < plan.end(); call++) {
                // the scope frees what this step makes, the manager what the step before left for it
                try (Scope made = Scope.open();
                        NDManager within = walk.newSubManager()) {
                    latents.attach(within);
                    kept.forEach(array -> array.attach(within));
                    now[0] = predictor.at(plan.progress(call));
                    Guess guess = denoiser.denoise(latents, plan.level(call), plan.timestep(call));
                    Solver.Step step = stepped(solver, answers, call, latents, guess);
                    checkFinite(plan, call, predictor, step.next());
                    listener.stepped(call + 1 - plan.first(), plan.calls(), step.next(), step.denoised());
                    kept = answers.kept(solver.kept());
                    kept.forEach(array -> made.keep(array, walk));
                    latents = made.keep(step.next(), walk);
                }
            }
            return attached(latents, owner);
        }
    }

    private static Solver.Step stepped(Solver solver, SamplerAnswers answers, int call, NDArray latents, Guess guess) {
        try {
            boolean sound = answers.judges(guess);
            Solver.Step step = answers.checked(solver.step(call, latents, guess));
            return sound ? answers.finite(step) : step;
        } catch (IllegalStateException failure) {
            throw answers.thrown(failure, "has to be named in kept()");
        }
    }

    /** Numbers that are too large spoil no more than themselves at first, so the network is looked at too, once. */
    private static void checkFinite(StepPlan plan, int call, Predictor predictor, NDArray next) {
        boolean finite = Finite.all(next);
        Optional<String> damage = call == plan.first() || !finite ? predictor.damage() : Optional.empty();
        if (!finite || damage.isPresent()) {
            int each = plan.sampler().walk() == SamplerMethod.Walk.SIGMAS_TWICE ? 2 : 1;
            throw spoilt((call - plan.first()) / each + 1, plan.steps() - plan.first() / each, finite, damage);
        }
    }

    static Problem spoilt(int step, int steps, boolean finite, Optional<String> damage) {
        return new Problem(
                "sampling stopped at step " + step + " of " + steps,
                (finite ? "nothing good comes of the model" : "the model gave NaN or infinite numbers")
                        + damage.map(what -> ": its weight " + what).orElse(""),
                damage.isPresent()
                        ? "choose another model: a training or merge that went wrong left this one"
                        : "weaken the LoRAs and embeddings, lower the guidance, or choose another model");
    }

    /** Begins and ends as ComfyUI does: with the clean latents under the noise, and a flow's latents at their own size again. */
    private static NDArray walkedFreely(
            StepPlan plan,
            NoiseSchedule schedule,
            Predictor predictor,
            NDArray noise,
            NDArray start,
            StepNoise stepNoise,
            DenoiserLayer layer,
            StepListener listener)
            throws Cancelled {
        NDManager owner = noise.getManager();
        float first = plan.sigma(plan.first());
        float last = plan.sigma(plan.end());
        try (NDManager walk = owner.newSubManager()) {
            NDArray unit = attached(noise.duplicate(), walk);
            NDArray clean = start == null ? zeros(unit, walk) : attached(start.duplicate(), walk);
            try (SigmaWalk steps =
                    new SigmaWalk(plan, schedule, predictor, layer, clean, unit, stepNoise, listener, walk)) {
                NDArray noisy = unit.mul((float) schedule.table().begin(first))
                        .add(clean.mul(schedule.straight(first).signal()));
                NDArray end = steps.walked(plan.free().orElseThrow(), noisy);
                float signal = schedule.straight(last).signal();
                return attached(steps.released(signal == 1 ? end.duplicate() : end.div(signal)), owner);
            }
        }
    }

    private static NDArray begun(StepPlan plan, NoiseSchedule schedule, NDArray noise, NDArray start, NDManager walk) {
        try (NDManager within = walk.newSubManager()) {
            // operators give their results to the manager of the array that they are called on
            NDArray unit = attached(noise.duplicate(), within);
            NDArray begun = start == null
                    ? schedule.begun(unit, plan.level(0))
                    : plan.level(plan.first()).noised(attached(start.duplicate(), within), unit);
            return attached(begun, walk);
        }
    }

    private static NDArray zeros(NDArray like, NDManager owner) {
        NDArray zeros = like.zerosLike();
        zeros.attach(owner);
        return zeros;
    }

    private static NDArray attached(NDArray array, NDManager manager) {
        array.attach(manager);
        return array;
    }
}
