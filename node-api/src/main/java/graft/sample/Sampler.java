package graft.sample;

import graft.node.Choice;

/** The samplers that come with Graft, each as diffusers' scheduler of that name walks it. */
public enum Sampler implements SamplerMethod, Choice.BuiltIn {
    /** Denoising diffusion implicit models, η = 0 (Song et al., 2021, equation 12). */
    DDIM("DDIM"),
    /** Euler's method on the probability flow (Karras et al., 2022, algorithm 2 without churn). */
    EULER("Euler"),
    /** Euler's method with fresh noise after every step (k-diffusion's ancestral sampling). */
    EULER_ANCESTRAL("Euler ancestral"),
    /** Heun's method: two model calls a step (Karras et al., 2022, algorithm 1). */
    HEUN("Heun"),
    /** DPM-Solver++ of second order, multistep, midpoint (Lu et al., 2022). */
    DPMPP_2M("DPM++ 2M"),
    /** UniPC of second order, B₂(h) (Zhao et al., 2023). */
    UNIPC("UniPC"),
    /** Latent consistency sampling, for models distilled to it (Luo et al., 2023). */
    LCM("LCM");

    private final String title;

    Sampler(String title) {
        this.title = title;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Walk walk() {
        return switch (this) {
            case DDIM -> Walk.WHOLE_TIMESTEPS;
            case EULER, EULER_ANCESTRAL -> Walk.SIGMAS;
            case HEUN -> Walk.SIGMAS_TWICE;
            case DPMPP_2M, UNIPC -> Walk.MULTISTEP;
            case LCM -> Walk.DISTILLED;
        };
    }

    @Override
    public Solver solver(StepPlan plan, NoiseSchedule schedule, StepNoise noise) {
        return switch (this) {
            case DDIM -> new Ddim(plan, schedule);
            case EULER -> new Euler(plan, schedule, null);
            case EULER_ANCESTRAL -> new Euler(plan, schedule, noise);
            case HEUN -> new Heun(plan, schedule);
            case DPMPP_2M -> new DpmSolver(plan, schedule.prediction());
            case UNIPC -> new UniPc(plan, schedule.prediction());
            case LCM -> new Lcm(plan, schedule, noise);
        };
    }

    @Override
    public boolean drawsNoise() {
        return this == EULER_ANCESTRAL || this == LCM;
    }
}
