package graft.sample;

import graft.node.Choice;
import graft.node.Problem;

/**
 * The spacings that come with Graft: those of scheduler configurations, which go by timesteps (Lin et al., 2023, table 2), and
 * Karras'. Their ids are, but for AUTO and KARRAS, the names in scheduler configurations.
 */
public enum Spacing implements NoiseSpacing, Choice.BuiltIn {
    /** The model's own: {@code timestep_spacing} of its scheduler configuration. */
    AUTO("Auto"),
    /** From the first timestep upwards in equal whole steps, moved up by the configuration's {@code steps_offset}. */
    LEADING("Leading"),
    /** Evenly from the first timestep to the last, both included. */
    LINSPACE("Linspace"),
    /** From the last timestep downwards in equal steps. */
    TRAILING("Trailing"),
    /** Even in σ^(1/7) between the ends of the model's own spacing (Karras et al., 2022, equation 5). */
    KARRAS("Karras");

    private static final double RHO = 7; // Karras et al., 2022, section 3

    private final String title;

    Spacing(String title) {
        this.title = title;
    }

    @Override
    public String title() {
        return title;
    }

    /** The spacing with that {@code timestep_spacing}; a {@link Problem} for one that is not known. */
    public static Spacing named(String id) {
        return switch (id) {
            case "leading" -> LEADING;
            case "linspace" -> LINSPACE;
            case "trailing" -> TRAILING;
            default ->
                throw new Problem(
                        "cannot sample this model",
                        "its scheduler configuration says timestep_spacing \"" + id + "\"",
                        "use a model that says leading, linspace or trailing");
        };
    }

    /** Whether a spacing is one of timesteps, as diffusers' schedulers have them, and no other is. */
    static boolean isOfTimesteps(NoiseSpacing spacing) {
        return spacing instanceof Spacing && spacing != KARRAS;
    }

    @Override
    public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
        return this == KARRAS
                ? karras(most, least, steps)
                : schedule.sigmasAt(schedule.with(this).timesteps(steps));
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
}
