package graft.train;

/** The running mean of losses that the progress line shows: each step counts a fiftieth, the first ones equally. */
final class SmoothedLoss {

    private static final double SHARE = 0.02;

    private double mean;
    private int steps;

    double after(double loss) {
        steps++;
        mean += Math.max(SHARE, 1.0 / steps) * (loss - mean);
        return mean;
    }
}
