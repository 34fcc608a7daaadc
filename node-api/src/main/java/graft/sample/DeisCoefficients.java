package graft.sample;

/**
 * The weights of DEIS (Zhang and Chen, 2023, equation 15, "tAB"): ∫ −½·(d log α/dτ)/√(α(1−α))·ℓⱼ(τ) dτ over a step, in the time of
 * a variance-preserving process between σ 0.002 and 80, as diff-sampler and ComfyUI compute them.
 */
final class DeisCoefficients implements AdamsWalk.Coefficients {

    private static final int POINTS = 10_000; // of the sum that stands for the integral
    private static final double FIRST_TIME = 1e-3; // where σ is 0.002

    // σ² + 1 at both ends in float32, as there: of 0.002² hardly anything is left in it
    private static final double LEAST = (float) Math.log(0.002f * 0.002f + 1f);
    private static final double MOST = (float) Math.log(80f * 80f + 1f);
    private static final double SPREAD = 2 * (LEAST / FIRST_TIME - MOST) / (FIRST_TIME - 1);
    private static final double LEAST_BETA = MOST - 0.5 * SPREAD;

    @Override
    public double[] of(SigmaWalk walk, int step, int order) {
        if (order == 1) {
            return new double[] {walk.sigma(step + 1) - walk.sigma(step)};
        }
        double[] times = new double[order];
        for (int k = 0; k < order; k++) {
            times[k] = time(walk.sigma(step - k));
        }
        double end = time(walk.sigma(step + 1));
        double[] sums = new double[order];
        for (int point = 0; point < POINTS; point++) {
            double time = times[0] + (end - times[0]) * point / (POINTS - 1);
            double logAlpha = -0.5 * time * time * SPREAD - time * LEAST_BETA;
            double alpha = Math.exp(logAlpha);
            double weight = 0.5 * (time * SPREAD + LEAST_BETA) / Math.sqrt(alpha * (1 - alpha));
            for (int j = 0; j < order; j++) {
                double basis = weight;
                for (int k = 0; k < order; k++) {
                    if (k != j) {
                        basis *= (time - times[k]) / (times[j] - times[k]);
                    }
                }
                sums[j] += basis;
            }
        }
        for (int j = 0; j < order; j++) {
            sums[j] *= (end - times[0]) / POINTS;
        }
        return sums;
    }

    /** Where σ² + 1 = e^(½·t²·spread + t·β). */
    private static double time(double sigma) {
        return (Math.sqrt(LEAST_BETA * LEAST_BETA + 2 * SPREAD * Math.log(sigma * sigma + 1)) - LEAST_BETA) / SPREAD;
    }
}
