package graft.sample;

/** The ways from noise to latents, each as diffusers' scheduler of that name walks it. */
public enum Sampler {
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

    /** The name that people know it by. */
    public String title() {
        return title;
    }

    /** Whether it can walk timesteps spread in this way. */
    public boolean takes(Spacing spacing) {
        return switch (this) {
            case DDIM -> spacing != Spacing.KARRAS;
            case LCM -> spacing == Spacing.AUTO; // its timesteps are those that it was distilled on
            default -> true;
        };
    }

    /** Whether it draws noise while it walks, so that its pictures depend on the seed at every step. */
    public boolean drawsNoise() {
        return this == EULER_ANCESTRAL || this == LCM;
    }
}
