package graft.train;

/**
 * The exponential mean of losses, corrected at the start for the missing past (as Adam's means are): single losses jump,
 * as each step draws its own pictures and noise levels.
 */
public final class SmoothedLoss {

    /** What a training's own figures and files look back over. */
    public static final int STEPS = 25;

    private final double newest;
    private double sum;
    private double weight;

    /** @param span over how many steps it looks back: the newest has the weight 2/(span + 1) */
    public SmoothedLoss(int span) {
        newest = 2.0 / (span + 1);
    }

    /** The mean once one more loss is known. */
    public double after(double loss) {
        sum = (1 - newest) * sum + newest * loss;
        weight = (1 - newest) * weight + newest;
        return sum / weight;
    }
}
