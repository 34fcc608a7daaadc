package graft.model;

/**
 * When in a walk from noise to picture a change acts: from one share of the steps to another.
 *
 * @param from share of the steps, 0 to 1, at which it begins to act
 * @param to share of the steps, 0 to 1, at which it ceases; it never acts where this is not above {@code from}
 * @param ramp share of the steps in which it grows from nothing after {@code from}, and fades to nothing before {@code to};
 *     not where these are the beginning or the end of the walk
 */
public record PatchSchedule(double from, double to, double ramp) {

    /** At every step, in full. */
    public static final PatchSchedule ALWAYS = new PatchSchedule(0, 1, 0);

    public PatchSchedule {
        if (!(from >= 0 && from <= 1 && to >= 0 && to <= 1 && ramp >= 0 && ramp <= 1)) {
            throw new IllegalArgumentException("not shares: " + from + ", " + to + ", " + ramp);
        }
    }

    /** Whether it acts at every step in full. */
    public boolean always() {
        return from == 0 && to == 1;
    }

    /** Whether it acts at no step. */
    public boolean never() {
        return from >= to;
    }

    /**
     * How much of the change acts.
     *
     * @param progress how far the walk is, from 0 (noise) to 1 (picture)
     * @return 0 to 1
     */
    public double strength(double progress) {
        if (progress < from || progress >= to) {
            return 0;
        }
        double grown = from == 0 || ramp == 0 ? 1 : (progress - from) / ramp;
        double left = to == 1 || ramp == 0 ? 1 : (to - progress) / ramp;
        return Math.min(1, Math.min(grown, left));
    }
}
