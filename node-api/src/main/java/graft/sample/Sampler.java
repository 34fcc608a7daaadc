package graft.sample;

import graft.node.Choice;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The samplers that come with Graft: each as diffusers' scheduler of that name walks it, as ComfyUI's sampler of that name, or, with the
 * spacings of either, as both.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions are constructors, and the methods records, which keep nothing
public enum Sampler implements SamplerMethod, Choice.BuiltIn {
    /** Denoising diffusion implicit models, η = 0 (Song et al., 2021, equation 12). */
    DDIM("DDIM (diffusers)", Walk.WHOLE_TIMESTEPS, (plan, noise) -> new Ddim(plan), null),
    /** Euler's method on the probability flow (Karras et al., 2022, algorithm 2 without churn). */
    EULER("Euler", Walk.SIGMAS, (plan, noise) -> new Euler(plan), new EulerWalk(0)),
    /** Euler's method with fresh noise after every step (k-diffusion's ancestral sampling). */
    EULER_ANCESTRAL("Euler ancestral", Walk.SIGMAS, EulerAncestral::new, new EulerWalk(1)),
    /** Heun's method: two model calls a step (Karras et al., 2022, algorithm 1). */
    HEUN("Heun", Walk.SIGMAS_TWICE, (plan, noise) -> new Heun(plan), new HeunWalk(false)),
    /** DPM-Solver++ of second order, multistep, midpoint (Lu et al., 2022). */
    DPMPP_2M("DPM++ 2M", Walk.MULTISTEP, (plan, noise) -> new DpmSolver(plan), new DpmPlusWalk.Multistep()),
    /** UniPC of second order, B₂(h) (Zhao et al., 2023). */
    UNIPC("UniPC (diffusers)", Walk.MULTISTEP, (plan, noise) -> new UniPc(plan), null),
    /** Latent consistency sampling, for models distilled to it (Luo et al., 2023). */
    LCM("LCM (diffusers)", Walk.DISTILLED, Lcm::new, null),
    /** Euler's method by CFG++ (Chung et al., 2024). */
    EULER_CFG_PP("Euler CFG++", new EulerPlusWalk(0)),
    /** The same with fresh noise after every step. */
    EULER_ANCESTRAL_CFG_PP("Euler ancestral CFG++", new EulerPlusWalk(1)),
    /** Heun's method with three slopes, weighed by their σ. */
    HEUNPP2("Heun++ 2", new HeunWalk(true)),
    /** Heun's method in x₀ over λ. */
    EXP_HEUN_2_X0("Exponential Heun 2 x0", new SeedsWalk(List.of(1.0), 0, false)),
    /** The same with noise. */
    EXP_HEUN_2_X0_SDE("Exponential Heun 2 x0 SDE", new SeedsWalk(List.of(1.0), 1, false)),
    /** DPM-Solver-2 along σ. */
    DPM_2("DPM2", new MidpointWalk(0)),
    /** The same with fresh noise after every step. */
    DPM_2_ANCESTRAL("DPM2 ancestral", new MidpointWalk(1)),
    /** Linear multistep of fourth order. */
    LMS("LMS", AdamsWalk.linearMultistep()),
    /** DPM-Solver of third order, with as many calls as steps. */
    DPM_FAST("DPM fast", new DpmSolverWalk.Fast()),
    /** DPM-Solver of third order, with steps as long as its error allows: the number of steps says but where the walk ends. */
    DPM_ADAPTIVE("DPM adaptive", new DpmSolverWalk.Adaptive()),
    /** DPM-Solver++ of second order, two calls a step, with fresh noise after it. */
    DPMPP_2S_ANCESTRAL("DPM++ 2S ancestral", new DpmPlusWalk.SingleStep()),
    /** The same by CFG++. */
    DPMPP_2S_ANCESTRAL_CFG_PP("DPM++ 2S ancestral CFG++", new DpmPlusWalk.SingleStepPlus()),
    /** DPM-Solver++ of the stochastic equation, two calls a step. */
    DPMPP_SDE("DPM++ SDE", new DpmSdeWalk.SingleStep()),
    /** DPM-Solver++(2M) by CFG++. */
    DPMPP_2M_CFG_PP("DPM++ 2M CFG++", new DpmPlusWalk.MultistepPlus()),
    /** DPM-Solver++ of the stochastic equation, of second order by the step before, midpoint. */
    DPMPP_2M_SDE("DPM++ 2M SDE", new DpmSdeWalk.Multistep(2, true)),
    /** The same Heun's way. */
    DPMPP_2M_SDE_HEUN("DPM++ 2M SDE Heun", new DpmSdeWalk.Multistep(2, false)),
    /** DPM-Solver++ of the stochastic equation, of third order by two steps before. */
    DPMPP_3M_SDE("DPM++ 3M SDE", new DpmSdeWalk.Multistep(3, false)),
    /** Denoising diffusion, with its noise (Ho et al., 2020). */
    DDPM("DDPM", new DdpmWalk()),
    /** Consistency sampling along σ, for models distilled to it. */
    COMFY_LCM("LCM", new LcmWalk()),
    /** Pseudo linear multistep of fourth order. */
    IPNDM("iPNDM", AdamsWalk.pseudo()),
    /** The same for steps of any length. */
    IPNDM_V("iPNDM v", AdamsWalk.pseudoOfAnyLength()),
    /** Diffusion exponential integrator of third order, by tables. */
    DEIS("DEIS", new AdamsWalk(3, new DeisCoefficients())),
    /** The refined exponential solver of second order, by the step before. */
    RES_MULTISTEP("RES multistep", new ResMultistepWalk(0, false)),
    /** The same by CFG++. */
    RES_MULTISTEP_CFG_PP("RES multistep CFG++", new ResMultistepWalk(0, true)),
    /** The same with fresh noise after every step. */
    RES_MULTISTEP_ANCESTRAL("RES multistep ancestral", new ResMultistepWalk(1, false)),
    /** Both. */
    RES_MULTISTEP_ANCESTRAL_CFG_PP("RES multistep ancestral CFG++", new ResMultistepWalk(1, true)),
    /** Euler's method with the change of the slope once more. */
    GRADIENT_ESTIMATION("Gradient estimation", new GradientEstimationWalk(false)),
    /** The same by CFG++. */
    GRADIENT_ESTIMATION_CFG_PP("Gradient estimation CFG++", new GradientEstimationWalk(true)),
    /** The extended stochastic equation, of third order. */
    ER_SDE("ER-SDE", new ErSdeWalk()),
    /** Stochastic exponential Runge–Kutta of two stages. */
    SEEDS_2("SEEDS 2", new SeedsWalk(List.of(0.5), 1, true)),
    /** Of three stages. */
    SEEDS_3("SEEDS 3", new SeedsWalk(List.of(1 / 3.0, 2 / 3.0), 1, false)),
    /** Stochastic Adams: predicted, then corrected. */
    SA_SOLVER("SA-Solver", new SaSolverWalk(false)),
    /** The same with the network asked about corrected latents too. */
    SA_SOLVER_PECE("SA-Solver PECE", new SaSolverWalk(true)),
    /** Denoising diffusion implicit models along σ: Euler's method, but for what lies under a mask. */
    COMFY_DDIM("DDIM", new EulerWalk(0)),
    /** UniPC of third order, B₁(h). */
    UNI_PC("UniPC", new UniPcWalk(false)),
    /** UniPC of third order, B₂(h). */
    UNI_PC_BH2("UniPC bh2", new UniPcWalk(true));

    private static final java.util.Set<Sampler> BROWNIAN =
            EnumSet.of(DPMPP_SDE, DPMPP_2M_SDE, DPMPP_2M_SDE_HEUN, DPMPP_3M_SDE);
    private static final java.util.Set<Sampler> SKIP_LAST_LEVEL =
            EnumSet.of(DPM_2, DPM_2_ANCESTRAL, UNI_PC, UNI_PC_BH2);

    private final String title;
    private final Walk walk;
    private final BiFunction<StepPlan, StepNoise, Solver> solver; // null of those that have but the other
    private final SigmaSampler sigmaSampler; // likewise

    Sampler(String title, SigmaSampler sigmaSampler) {
        this(title, Walk.FREE, null, sigmaSampler);
    }

    Sampler(String title, Walk walk, BiFunction<StepPlan, StepNoise, Solver> solver, SigmaSampler sigmaSampler) {
        this.title = title;
        this.walk = walk;
        this.solver = solver;
        this.sigmaSampler = sigmaSampler;
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
    public Optional<SigmaSampler> sigmaSampler() {
        return Optional.ofNullable(sigmaSampler);
    }

    @Override
    public boolean drawsBrownianNoise() {
        return BROWNIAN.contains(this);
    }

    @Override
    public boolean asksNegative() {
        return name().endsWith("_CFG_PP");
    }

    @Override
    public boolean skipsLastLevel() {
        return SKIP_LAST_LEVEL.contains(this);
    }
}
