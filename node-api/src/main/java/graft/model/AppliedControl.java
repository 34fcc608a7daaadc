package graft.model;

import graft.picture.Images;

/**
 * A ControlNet at work on pictures, for entries that share it: those with the same one go through the network together.
 *
 * <p>Borrows the network.
 */
public final class AppliedControl {

    private final Control control;
    private final Images pictures;
    private final double strength;
    private final double start;
    private final double end;

    /**
     * @param pictures what it sees: one for all, or one for each picture of a batch, over and over where there are fewer
     * @param strength what is added is multiplied by it
     * @param start share of the walk, 0 to 1, from which on it acts
     * @param end share of the walk, 0 to 1, up to which it acts
     */
    public AppliedControl(Control control, Images pictures, double strength, double start, double end) {
        this.control = control;
        this.pictures = pictures;
        this.strength = strength;
        this.start = start;
        this.end = end;
    }

    public Control control() {
        return control;
    }

    public Images pictures() {
        return pictures;
    }

    public double strength() {
        return strength;
    }

    public double start() {
        return start;
    }

    public double end() {
        return end;
    }
}
