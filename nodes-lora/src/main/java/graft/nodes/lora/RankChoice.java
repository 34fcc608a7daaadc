package graft.nodes.lora;

import graft.node.Problem;
import graft.node.Setting;

/**
 * How many directions of a change are kept, by its singular values; the rules are those of kohya's {@code resize_lora.py} and
 * LyCORIS' {@code extract_locon.py}.
 */
public final class RankChoice {

    /** By what the rank of each layer is found. */
    public enum Rule {
        /** The same everywhere. */
        RANK,
        /** Singular values above the largest one's share: kohya's {@code sv_ratio}. */
        RATIO,
        /** A share of their sum: kohya's {@code sv_cumulative}. */
        CUMULATIVE,
        /** A share of the change's norm: kohya's {@code sv_fro}. */
        NORM,
        /** Singular values above a limit. */
        THRESHOLD
    }

    @Setting(
            min = 1,
            max = 1024,
            scale = Setting.Scale.LOG,
            help = "How many directions of each layer's change are kept; where another rule finds the rank, the most.")
    public int rank = 16;

    @Setting(
            title = "Rank by",
            advanced = true,
            group = "rank",
            help =
                    "Rank: the same everywhere. Ratio, cumulative and norm are kohya's sv_ratio, sv_cumulative and sv_fro,"
                            + " threshold is LyCORIS': each layer gets the rank that its own change needs.")
    public Rule rankBy = Rule.RANK;

    @Setting(
            advanced = true,
            group = "rank",
            min = 0.01,
            max = 1,
            step = 0.01,
            help =
                    "What cumulative and norm keep: the share of the sum of singular values, or of the norm, whose square"
                            + " is the share of the energy.")
    public double share = 0.95;

    @Setting(
            advanced = true,
            group = "rank",
            min = 0,
            max = 1_000_000,
            help =
                    "For ratio: how many times smaller than the largest a singular value may be, such as 5. For threshold:"
                            + " how small one may be, such as 0.05.")
    public double limit = 5;

    /** @throws Problem at the setting that no layer's rank could be found by */
    void check() {
        if (rankBy == Rule.RATIO && limit < 1) {
            throw new Problem(
                            "cannot find ranks by the ratio of singular values",
                            "the limit is " + limit + ", and none is larger than the largest",
                            "set the limit to how many times smaller one may be, such as 5")
                    .at("limit");
        }
    }

    /** Whether the rule looks at the largest singular values alone, and not at the sum of all. */
    boolean ofLargest() {
        return rankBy != Rule.CUMULATIVE;
    }

    /**
     * How many of singular values are kept: at least one.
     *
     * @param values the largest first; all of them where the rule is not {@link #ofLargest}
     * @param energy the sum of the squares of all
     * @param most that may be
     */
    int of(float[] values, double energy, int most) {
        int wanted =
                switch (rankBy) {
                    case RANK -> most;
                    case RATIO -> above(values, values[0] / limit);
                    case THRESHOLD -> above(values, limit);
                    case CUMULATIVE -> reaching(values, 1, share * sum(values));
                    case NORM -> reaching(values, 2, share * share * energy);
                };
        return Math.max(1, Math.min(Math.min(wanted, most), values.length));
    }

    private static int above(float[] values, double least) {
        int count = 0;
        while (count < values.length && values[count] > least) {
            count++;
        }
        return count;
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    /** How many there are until their sum, each to a power, reaches a number. */
    private static int reaching(float[] values, int power, double wanted) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += Math.pow(values[i], power);
            if (sum >= wanted) {
                return i + 1;
            }
        }
        return values.length;
    }
}
