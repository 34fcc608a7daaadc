package graft.train;

import graft.sample.NoiseSchedule;

/**
 * How far a prediction counts to be from its target.
 *
 * @param kind of distance
 * @param growth how the threshold goes over the timesteps
 * @param threshold where squares pass into straight lines, above 0; not looked at for squares
 */
public record Distance(Kind kind, Growth growth, double threshold) {

    /** Squared errors, as the papers have it. */
    public static final Distance SQUARED = new Distance(Kind.SQUARED, Growth.CONSTANT, 1);

    /** Which function of the error; δ is the threshold. */
    public enum Kind {
        /** error². */
        SQUARED("l2"),
        /** 2δ · (√(error² + δ²) − δ): squares up to δ, straight beyond, so that outliers count less. */
        HUBER("huber"),
        /** 2 · (√(error² + δ²) − δ): as straight as the error itself wherever it is above δ. */
        SMOOTH_L1("smooth_l1");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** What kohya calls it. */
        public String id() {
            return id;
        }
    }

    /** The threshold at a timestep, c being the one given (kohya's {@code huber_schedule}). */
    public enum Growth {
        /** c. */
        CONSTANT("constant"),
        /** c^(t/T): 1 where there is no noise, c where there is nothing else. */
        EXPONENTIAL("exponential"),
        /** (1 − c)/(1 + σ)² + c: likewise, by how much noise there is. */
        SNR("snr");

        private final String id;

        Growth(String id) {
            this.id = id;
        }

        /** What kohya calls it. */
        public String id() {
            return id;
        }
    }

    /** The threshold at a timestep. */
    float thresholdAt(int timestep, NoiseSchedule schedule) {
        return (float)
                switch (growth) {
                    case CONSTANT -> threshold;
                    case EXPONENTIAL -> Math.pow(threshold, (double) timestep / schedule.trainTimesteps());
                    case SNR -> {
                        double noise = 1 + 1 / Math.sqrt(schedule.snr(timestep));
                        yield (1 - threshold) / (noise * noise) + threshold;
                    }
                };
    }

    /** What √(error² + δ²) − δ is multiplied by. */
    double factor(double thresholdThere) {
        return kind == Kind.HUBER ? 2 * thresholdThere : 2;
    }
}
