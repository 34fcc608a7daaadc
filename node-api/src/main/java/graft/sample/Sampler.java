package graft.sample;

import graft.node.Choice;
import java.util.function.BiFunction;

/** The samplers that come with Graft, each as diffusers' scheduler of that name walks it. */
@SuppressWarnings("ImmutableEnumChecker") // the functions are constructors, which keep nothing
public enum Sampler implements SamplerMethod, Choice.BuiltIn {
    /** Denoising diffusion implicit models, η = 0 (Song et al., 2021, equation 12). */
    DDIM("DDIM", Walk.WHOLE_TIMESTEPS, (plan, noise) -> new Ddim(plan)),
    /** Euler's method on the probability flow (Karras et al., 2022, algorithm 2 without churn). */
    EULER("Euler", Walk.SIGMAS, (plan, noise) -> new Euler(plan)),
    /** Euler's method with fresh noise after every step (k-diffusion's ancestral sampling). */
    EULER_ANCESTRAL("Euler ancestral", Walk.SIGMAS, EulerAncestral::new, true),
    /** Heun's method: two model calls a step (Karras et al., 2022, algorithm 1). */
    HEUN("Heun", Walk.SIGMAS_TWICE, (plan, noise) -> new Heun(plan)),
    /** DPM-Solver++ of second order, multistep, midpoint (Lu et al., 2022). */
    DPMPP_2M("DPM++ 2M", Walk.MULTISTEP, (plan, noise) -> new DpmSolver(plan)),
    /** UniPC of second order, B₂(h) (Zhao et al., 2023). */
    UNIPC("UniPC", Walk.MULTISTEP, (plan, noise) -> new UniPc(plan)),
    /** Latent consistency sampling, for models distilled to it (Luo et al., 2023). */
    LCM("LCM", Walk.DISTILLED, Lcm::new, true);

    private final String title;
    private final Walk walk;
    private final BiFunction<StepPlan, StepNoise, Solver> solver;
    private final boolean drawsNoise;

    Sampler(String title, Walk walk, BiFunction<StepPlan, StepNoise, Solver> solver) {
        this(title, walk, solver, false);
    }

    Sampler(String title, Walk walk, BiFunction<StepPlan, StepNoise, Solver> solver, boolean drawsNoise) {
        this.title = title;
        this.walk = walk;
        this.solver = solver;
        this.drawsNoise = drawsNoise;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Walk walk() {
        return walk;
    }

    @Override
    public Solver solver(StepPlan plan, StepNoise noise) {
        return solver.apply(plan, noise);
    }

    @Override
    public boolean drawsNoise() {
        return drawsNoise;
    }
}
