package graft.train;

/**
 * How learning rates go over a training: all of them alike, each from a full height of its own.
 *
 * @param curve what follows the warm-up
 * @param warmup steps over which a rate rises in a straight line; in the last of them it is at its full height
 * @param steps of the whole training
 * @param cycles how often {@link Curve#COSINE_RESTARTS} starts anew
 * @param power of {@link Curve#POLYNOMIAL}
 */
public record RateSchedule(Curve curve, int warmup, int steps, int cycles, double power) {

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

    /** At full height always. */
    public static final RateSchedule CONSTANT = new RateSchedule(Curve.CONSTANT, 0, 1, 1, 1);

    /**
     * What a rate is at a step.
     *
     * @param full its full height, per step
     * @param step counted from 1
     */
    public double at(double full, int step) {
        if (step <= warmup) {
            return full * step / warmup;
        }
        double done = Math.min(1, (step - 1.0 - warmup) / Math.max(1, steps - warmup));
        return full
                * switch (curve) {
                    case CONSTANT -> 1;
                    case LINEAR -> 1 - done;
                    case COSINE -> (1 + Math.cos(Math.PI * done)) / 2;
                    case COSINE_RESTARTS -> done >= 1 ? 0 : (1 + Math.cos(Math.PI * (cycles * done % 1))) / 2;
                    case POLYNOMIAL -> Math.pow(1 - done, power);
                };
    }
}
