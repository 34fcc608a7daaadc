package graft.train;

import graft.node.Choice;
import graft.node.GatedChoice;
import graft.node.Problem;

/**
 * How learning rates go over a training: all of them alike, each from a full height of its own.
 *
 * @param curve what follows the warm-up
 * @param warmup steps over which a rate rises in a straight line; in the last of them it is at its full height
 * @param steps of the whole training
 * @param cycles how often {@link Curve#COSINE_RESTARTS} starts anew
 * @param power of {@link Curve#POLYNOMIAL}
 */
public record RateSchedule(RateCurve curve, int warmup, int steps, int cycles, double power) {

    /** Those that come with Graft. */
    public enum Curve implements RateCurve, Choice.BuiltIn {
        CONSTANT("Constant", "constant"),
        LINEAR("Linear", "linear"),
        COSINE("Cosine", "cosine"),
        COSINE_RESTARTS("Cosine with restarts", "cosine_with_restarts"),
        POLYNOMIAL("Polynomial", "polynomial");

        private final String title;
        private final String elsewhere;

        Curve(String title, String elsewhere) {
            this.title = title;
            this.elsewhere = elsewhere;
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public double factor(double done, RateSchedule schedule) {
            return switch (this) {
                case CONSTANT -> 1;
                case LINEAR -> 1 - done;
                case COSINE -> (1 + Math.cos(Math.PI * done)) / 2;
                case COSINE_RESTARTS -> done >= 1 ? 0 : (1 + Math.cos(Math.PI * (schedule.cycles() * done % 1))) / 2;
                case POLYNOMIAL -> Math.pow(1 - done, schedule.power());
            };
        }
    }

    /** What kohya and diffusers call a curve, or the id of one that they do not have. */
    public static String name(RateCurve curve) {
        return curve instanceof Curve known ? known.elsewhere : curve.id();
    }

    /** At full height always. */
    public static final RateSchedule CONSTANT = new RateSchedule(Curve.CONSTANT, 0, 1, 1, 1);

    /**
     * What a rate is at a step.
     *
     * @param full its full height, per step
     * @param step counted from 1
     * @throws Problem when the curve gives no rate
     */
    public double at(double full, int step) {
        if (step <= warmup) {
            return full * step / warmup;
        }
        double done = Math.min(1, (step - 1.0 - warmup) / Math.max(1, steps - warmup));
        double factor = curve.factor(done, this);
        if (!(factor >= 0) || factor > Float.MAX_VALUE) { // weights are float32
            throw new Problem(
                            "cannot train by the schedule " + GatedChoice.named(curve),
                            "at step " + step + " it has the learning rate multiplied by " + factor,
                            "choose another schedule, and tell the author of its plugin")
                    .at("schedule");
        }
        return full * factor;
    }
}
