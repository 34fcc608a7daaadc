package graft.sample;

/** The symmetric beta distribution of ComfyUI's beta schedule, α = β = 0.6: most of it at both ends. */
final class BetaDistribution {

    private static final double SHAPE = 0.6;
    private static final double TOTAL = integral(1); // B(α, β), by its halves

    private BetaDistribution() {}

    /** The number below which a share of the distribution lies, 0 to 1; by bisection to the last bits. */
    static double quantile(double share) {
        if (share >= 0.5) {
            return share == 0.5 ? 0.5 : 1 - quantile(1 - share);
        }
        double low = 0;
        double high = 1;
        for (int halving = 0; halving < 60; halving++) {
            double middle = (low + high) / 2;
            if (integral(middle) < share * TOTAL) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** ∫₀ˣ (t(1−t))^(α−1) dt: up to ½ as Σₖ (1−α)ₖ/k! · x^(α+k)/(α+k), the binomial series of (1−t)^(α−1). */
    private static double integral(double x) {
        if (x > 0.5) {
            return 2 * integral(0.5) - integral(1 - x);
        }
        double coefficient = 1;
        double power = Math.pow(x, SHAPE);
        double sum = 0;
        double before = -1;
        // Terms only get smaller: once one adds nothing, none does.
        for (int k = 0; k < 60 && sum != before; k++) {
            before = sum;
            sum += coefficient * power / (SHAPE + k);
            coefficient *= (1 - SHAPE + k) / (k + 1);
            power *= x;
        }
        return sum;
    }
}
