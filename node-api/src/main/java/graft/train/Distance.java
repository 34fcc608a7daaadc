package graft.train;

import graft.node.Choice;
import graft.sample.NoiseSchedule;

/**
 * How far a prediction counts to be from its target.
 *
 * @param method which function of the error
 * @param growth how the threshold goes over the timesteps
 * @param threshold where squares pass into straight lines, above 0; of Huber's and smooth L1 alone
 */
public record Distance(LossMethod method, Growth growth, double threshold) {

    /** Squared errors, as the papers have it. */
    public static final Distance SQUARED = new Distance(Kind.SQUARED, Growth.CONSTANT, 1);

    /** Those that come with Graft; δ is the threshold. */
    public enum Kind implements LossMethod, Choice.BuiltIn {
        /** error². */
        SQUARED("Squared", "l2"),
        /** 2δ · (√(error² + δ²) − δ): squares up to δ, straight beyond, so that outliers count less. */
        HUBER("Huber", "huber"),
        /** 2 · (√(error² + δ²) − δ): as straight as the error itself wherever it is above δ. */
        SMOOTH_L1("Smooth L1", "smooth_l1");

        private final String title;
        private final String elsewhere;

        Kind(String title, String elsewhere) {
            this.title = title;
            this.elsewhere = elsewhere;
        }

        @Override
        public String title() {
            return title;
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

    /** What kohya calls the method, or the id of one that it does not have. */
    public static String name(LossMethod method) {
        return method instanceof Kind kind ? kind.elsewhere : method.id();
    }

    /** Whether it has a threshold. */
    boolean bends() {
        return method == Kind.HUBER || method == Kind.SMOOTH_L1;
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
        return method == Kind.HUBER ? 2 * thresholdThere : 2;
    }
}
