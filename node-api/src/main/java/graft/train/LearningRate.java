package graft.train;

/**
 * How the learning rate goes over a training.
 *
 * @param peak per step
 * @param curve what follows the warm-up
 * @param warmup steps over which it rises in a straight line; the last of them has the peak
 * @param steps of the whole training
 * @param cycles how often {@link Curve#COSINE_RESTARTS} starts anew
 * @param power of {@link Curve#POLYNOMIAL}
 */
public record LearningRate(double peak, Curve curve, int warmup, int steps, int cycles, double power) {

    /** The form of a schedule after its warm-up, as a factor of how far the training is (0 to 1). */
    public enum Curve {
        CONSTANT("constant"),
        LINEAR("linear"),
        COSINE("cosine"),
        COSINE_RESTARTS("cosine_with_restarts"),
        POLYNOMIAL("polynomial");

        private final String id;

        Curve(String id) {
            this.id = id;
        }

        /** What kohya and diffusers call it. */
        public String id() {
            return id;
        }
    }

    public static LearningRate constant(double peak) {
        return new LearningRate(peak, Curve.CONSTANT, 0, 1, 1, 1);
    }

    /** The rate of a step, counted from 1. */
    public double at(int step) {
        if (step <= warmup) {
            return peak * step / warmup;
        }
        double done = Math.min(1, (step - 1.0 - warmup) / Math.max(1, steps - warmup));
        return peak
                * switch (curve) {
                    case CONSTANT -> 1;
                    case LINEAR -> 1 - done;
                    case COSINE -> (1 + Math.cos(Math.PI * done)) / 2;
                    case COSINE_RESTARTS -> done >= 1 ? 0 : (1 + Math.cos(Math.PI * (cycles * done % 1))) / 2;
                    case POLYNOMIAL -> Math.pow(1 - done, power);
                };
    }
}
