package graft.train;

import graft.sample.NoiseSchedule;

/**
 * Which noise levels of a flow a training looks at more often than at others (Esser et al., 2024, section 3.1).
 *
 * @param mean m of the logit-normal density; above 0 is more noise
 * @param deviation s of the logit-normal density
 * @param mode k of the mode density; above 0 is more of the middle
 */
public record NoiseDensity(Kind kind, double mean, double deviation, double mode) {

    /** All levels alike. */
    public static final NoiseDensity UNIFORM = new NoiseDensity(Kind.UNIFORM, 0, 1, 1.29);

    /** The form of the density, over u: 0 for the level with most noise, 1 for that with least. */
    public enum Kind {
        /** u. */
        UNIFORM,
        /** 1/(1 + e^−(m + s·N)) of a normal number N. */
        LOGIT_NORMAL,
        /** 1 − u − k·(cos²(πu/2) − 1 + u). */
        MODE
    }

    /**
     * A timestep of the schedule, drawn.
     *
     * @param uniform in [0, 1); not looked at for logit-normal
     * @param normal of unit variance; looked at for logit-normal alone
     */
    public int timestep(double uniform, double normal, NoiseSchedule schedule) {
        int n = schedule.trainTimesteps();
        return n - 1 - Math.min(n - 1, (int) (place(uniform, normal) * n));
    }

    /** u. */
    double place(double uniform, double normal) {
        return switch (kind) {
            case UNIFORM -> uniform;
            case LOGIT_NORMAL -> 1 / (1 + Math.exp(-(mean + deviation * normal)));
            case MODE -> {
                double cosine = Math.cos(Math.PI * uniform / 2);
                yield 1 - uniform - mode * (cosine * cosine - 1 + uniform);
            }
        };
    }
}
