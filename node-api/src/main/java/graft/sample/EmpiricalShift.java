package graft.sample;

/**
 * How far FLUX.2's levels are shifted, as its makers fitted it to pictures of many sizes (the pipelines' {@code
 * compute_empirical_mu}).
 */
public final class EmpiricalShift {

    private static final int MOST_TOKENS = 4300; // beyond, the number of steps does not matter
    private static final double SLOPE_AT_10 = 8.73809524e-05;
    private static final double AT_10 = 1.89833333;
    private static final double SLOPE_AT_200 = 0.00016927;
    private static final double AT_200 = 0.45666666;

    private EmpiricalShift() {}

    /**
     * μ, the logarithm of the shift ({@link RectifiedFlow#shifted}).
     *
     * @param tokens that the network sees of the picture
     */
    public static double mu(int steps, int tokens) {
        double at200 = SLOPE_AT_200 * tokens + AT_200;
        if (tokens > MOST_TOKENS) {
            return at200;
        }
        double at10 = SLOPE_AT_10 * tokens + AT_10;
        double slope = (at200 - at10) / 190;
        return slope * steps + at200 - 200 * slope;
    }
}
