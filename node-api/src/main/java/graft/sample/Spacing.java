package graft.sample;

import graft.node.Choice;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The spacings that come with Graft: those of scheduler configurations, which go by timesteps (Lin et al., 2023, table 2),
 * diffusers' form of Karras', and the schedulers of ComfyUI's sampler. The ids of the first are, but for AUTO and KARRAS, the names
 * in scheduler configurations.
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
    KARRAS("Karras (diffusers)"),
    /** Evenly over the timesteps, from the last to the first. */
    NORMAL("Normal"),
    /** Timesteps of the training at equal distances, from the last downwards. */
    SIMPLE("Simple"),
    /** Evenly over the timesteps, from the last, without the first. */
    SGM_UNIFORM("SGM uniform"),
    /** Even in σ^(1/7) between the least and the most noise of the training. */
    COMFY_KARRAS("Karras"),
    /** Even in log σ. */
    EXPONENTIAL("Exponential"),
    /** Timesteps of the training at equal distances, from the second upwards; sometimes a step more than asked for. */
    DDIM_UNIFORM("DDIM uniform"),
    /** Timesteps at the quantiles of a beta distribution, close at both ends (Lee et al., 2024); a step less where two fall together. */
    BETA("Beta"),
    /** σ falls slowly in a straight line for the first half, then faster and faster (Genmo's Mochi). */
    LINEAR_QUADRATIC("Linear-quadratic"),
    /** Even in the arc tangent of σ (Sabour et al., 2024, "Align your steps", theorem 3.1). */
    KL_OPTIMAL("KL optimal");

    private static final double RHO = 7; // Karras et al., 2022, section 3
    private static final double LINEAR_SHARE = 0.025; // of σ, by which the first half of LINEAR_QUADRATIC falls

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
        return spacing == AUTO || spacing == LEADING || spacing == LINSPACE || spacing == TRAILING;
    }

    /** Whether a spacing is a scheduler of ComfyUI's sampler, which may give a step more or less than it is asked for. */
    public static boolean isComfy(NoiseSpacing spacing) {
        return spacing instanceof Spacing && spacing != KARRAS && !isOfTimesteps(spacing);
    }

    /** Whether a spacing gives a step more or less than it is asked for at some counts, which only a walk from σ to σ can take. */
    static boolean isOfItsOwnCount(NoiseSpacing spacing) {
        return spacing == DDIM_UNIFORM || spacing == BETA;
    }

    @Override
    public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
        if (this == KARRAS) {
            return karras(most, least, steps);
        }
        return isComfy(this)
                ? levels(schedule.table(), steps)
                : schedule.sigmasAt(schedule.with(this).timesteps(steps));
    }

    /**
     * The levels of one of ComfyUI's, above 0; in float32 as there, as a Brownian path asks which of the millionths of σ a step
     * leads to.
     */
    private double[] levels(NoiseTable table, int steps) {
        double most = table.most();
        double least = table.least();
        return switch (this) {
            case NORMAL -> byTimesteps(table, steps, steps - 1);
            case SGM_UNIFORM -> byTimesteps(table, steps, steps);
            case SIMPLE ->
                spread(
                        steps,
                        i -> table.sigma(table.timesteps() - 1 - (int) (i * ((double) table.timesteps() / steps))));
            case COMFY_KARRAS -> roots(most, least, steps);
            case EXPONENTIAL ->
                spread(steps, i ->
                        (float) Math.exp(even((float) Math.log(most), (float) Math.log(least), steps, (int) i)));
            case DDIM_UNIFORM -> upwards(table, steps);
            case BETA -> quantiles(table, steps);
            case LINEAR_QUADRATIC -> linearQuadratic(most, steps);
            case KL_OPTIMAL -> arcTangents(most, least, steps);
            default -> throw new IllegalStateException(this + " is none of ComfyUI's");
        };
    }

    private static double[] byTimesteps(NoiseTable table, int steps, int parts) {
        float first = (float) table.timestep(table.most());
        float last = (float) table.timestep(table.least());
        return spread(steps, i -> table.sigmaAt(even(first, last, parts + 1, (int) i)));
    }

    private static double[] upwards(NoiseTable table, int steps) {
        int stride = Math.max(1, table.timesteps() / steps);
        int last = (table.timesteps() - 2) / stride; // from timestep 1 on
        return spread(last + 1, i -> table.sigma(1 + stride * (last - (int) i)));
    }

    private static double[] quantiles(NoiseTable table, int steps) {
        List<Double> levels = new ArrayList<>();
        int before = -1;
        for (int i = 0; i < steps; i++) {
            int timestep = (int) Math.rint(BetaDistribution.quantile(1 - (double) i / steps) * (table.timesteps() - 1));
            if (timestep != before) {
                levels.add((double) table.sigma(timestep));
            }
            before = timestep;
        }
        return levels.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** 1 − σ/σmax is 0.025·i/l for l steps, then a·i² + b·i + c that goes on from there at the same slope and ends at 1. */
    private static double[] linearQuadratic(double most, int steps) {
        if (steps == 1) {
            return new double[] {most};
        }
        int linear = steps / 2;
        int curved = steps - linear;
        double slope = LINEAR_SHARE / linear;
        double rest = linear - LINEAR_SHARE * steps;
        double square = rest / (linear * (double) curved * curved);
        double straight = slope - 2 * rest / ((double) curved * curved);
        return spread(
                steps,
                i -> most * (1 - (i < linear ? slope * i : square * i * i + straight * i + square * linear * linear)));
    }

    /** Karras' in float32. */
    private static double[] roots(double most, double least, int steps) {
        double from = Math.pow(most, 1 / RHO);
        float fall = (float) (Math.pow(least, 1 / RHO) - from);
        return spread(steps, i -> (float) Math.pow((float) from + even(0, 1, steps, (int) i) * fall, RHO));
    }

    private static double[] arcTangents(double most, double least, int steps) {
        if (steps == 1) {
            return new double[] {most}; // where ComfyUI divides by 0
        }
        float first = (float) Math.atan(most);
        float last = (float) Math.atan(least);
        return spread(steps, i -> {
            float share = (float) i / (steps - 1);
            return Math.tan(share * last + (1 - share) * first);
        });
    }

    /** torch.linspace in float32: counted from both ends. */
    private static float even(float first, float last, int n, int i) {
        if (n == 1) {
            return first;
        }
        float step = (last - first) / (n - 1);
        return i < n / 2 ? first + step * i : last - step * (n - 1 - i);
    }

    private static double[] spread(int steps, DoubleUnaryOperator level) {
        double[] levels = new double[steps];
        for (int i = 0; i < steps; i++) {
            levels[i] = level.applyAsDouble(i);
        }
        return levels;
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
