package graft.sample;

import java.util.Arrays;

/**
 * The noise levels of a model's training as ComfyUI's samplers and schedules look them up.
 *
 * <p>Where noise takes the picture's place ({@link #discrete}), σ belongs to the nearest timestep, and between two timesteps log σ
 * runs in a straight line; along a flow ({@link #flow}) both follow from each other. Immutable.
 */
public final class NoiseTable {

    private static final double SHARE_OF_MOST = 1e-5; // by which a σ may miss the highest and still be it

    /** The last timestep as ComfyUI counts shares of the way, however many there are. */
    private static final int LAST = 999;

    private final float[] sigmas;
    private final float[] logarithms; // null along a flow
    private final int timesteps;
    private final double shift;

    private NoiseTable(float[] sigmas, float[] logarithms, int timesteps, double shift) {
        this.sigmas = sigmas;
        this.logarithms = logarithms;
        this.timesteps = timesteps;
        this.shift = shift;
    }

    /**
     * Of noise beside a whole picture.
     *
     * @param sigmas of each timestep, ascending, above 0
     */
    static NoiseTable discrete(float[] sigmas) {
        float[] logarithms = new float[sigmas.length];
        for (int t = 0; t < sigmas.length; t++) {
            logarithms[t] = (float) Math.log(sigmas[t]);
        }
        return new NoiseTable(sigmas, logarithms, sigmas.length, 1);
    }

    /** Of a rectified flow with as many timesteps, shifted by a factor. */
    static NoiseTable flow(int timesteps, double shift) {
        float[] sigmas = new float[timesteps];
        for (int t = 0; t < timesteps; t++) {
            sigmas[t] = (float) shifted((t + 1.0) / timesteps, shift);
        }
        return new NoiseTable(sigmas, null, timesteps, shift);
    }

    /** σ of each timestep, ascending; a copy. */
    public float[] sigmas() {
        return sigmas.clone();
    }

    /** How many there are. */
    public int timesteps() {
        return sigmas.length;
    }

    /** σ of a whole timestep. */
    public float sigma(int timestep) {
        return sigmas[timestep];
    }

    /** The lowest σ. */
    public float least() {
        return sigmas[0];
    }

    /** The highest σ. */
    public float most() {
        return sigmas[sigmas.length - 1];
    }

    /** What the network is told at a σ above 0. */
    public double timestep(double sigma) {
        if (logarithms == null) {
            return sigma * timesteps;
        }
        // in float32, which decides where one lies in the middle of two
        float wanted = (float) Math.log((float) sigma);
        int found = Arrays.binarySearch(logarithms, wanted);
        int above = found >= 0 ? found : Math.min(-found - 1, logarithms.length - 1);
        int below = Math.max(0, above - 1);
        int nearest = Math.abs(wanted - logarithms[below]) <= Math.abs(wanted - logarithms[above]) ? below : above;
        return nearest;
    }

    /** σ at a timestep, which may lie between two. */
    public double sigmaAt(double timestep) {
        if (logarithms == null) {
            return shifted(timestep / timesteps, shift);
        }
        float within = (float) Math.max(0, Math.min(timesteps - 1, timestep));
        int low = (int) within;
        int high = (int) Math.ceil(within);
        float share = within - low;
        return (float) Math.exp((1 - share) * logarithms[low] + share * logarithms[high]);
    }

    /** σ after a share of the way from noise to picture, by timesteps; above all at 0, and 0 at 1. */
    public double sigmaAfter(double share) {
        if (share <= 0) {
            return logarithms == null ? 1 : Double.POSITIVE_INFINITY;
        }
        if (share >= 1) {
            return 0;
        }
        return logarithms == null ? shifted(1 - share, shift) : sigmaAt((1 - share) * LAST);
    }

    /** How much noise of unit variance a walk begins with at a σ: at the highest, the picture's own variance comes to it. */
    double begin(float sigma) {
        boolean whole = logarithms != null && (sigma > most() || Math.abs(sigma - most()) <= SHARE_OF_MOST * most());
        return whole ? Math.sqrt(1 + (double) sigma * sigma) : sigma;
    }

    private static double shifted(double sigma, double by) {
        return by * sigma / (1 + (by - 1) * sigma);
    }
}
