package graft.train;

import graft.model.Parts;
import java.util.Map;

/**
 * What a LoRA is to be like.
 *
 * @param linear rank and alpha of linear layers and of 1×1 convolutions
 * @param kernels rank and alpha of larger convolutions; at rank 0 neither they nor the resnets' other layers learn
 * @param stabilised whether an update acts at alpha/√rank rather than alpha/rank (Kalajdzievski, 2023, "rsLoRA")
 * @param blocks ranks of single blocks in place of those
 * @param text whether the text encoder learns too
 * @param factor of LoKr: what the first matrix's sides come close to; −1 for as square a split as there is
 * @param dropout share of an update's directions that each step leaves out, the others being scaled up (kohya's
 *     {@code rank_dropout})
 */
public record LoraSettings(
        Kind kind,
        Rank linear,
        Rank kernels,
        boolean stabilised,
        Targets targets,
        BlockRanks blocks,
        boolean text,
        int factor,
        double dropout) {

    /** The form of each layer's update. */
    public enum Kind {
        /** up·down (Hu et al., 2021). */
        LORA,
        /** up·down with a norm for each output that learns by itself (Liu et al., 2024). */
        DORA,
        /** Two such products, multiplied value by value (Hyeon-Woo et al., 2022). */
        LOHA,
        /** Kronecker's product of a small and a large matrix, the large one of low rank (LyCORIS). */
        LOKR
    }

    /**
     * How much an update can say and how strongly it acts.
     *
     * @param alpha the update acts at alpha/rank
     */
    public record Rank(int rank, double alpha) {

        static final Rank NONE = new Rank(0, 1);
    }

    /** Which layers of the UNet learn. */
    public enum Targets {
        /** Queries, keys, values and outputs of all attentions. */
        ATTENTION(".*\\.attn[12]\\.(to_q|to_k|to_v|to_out\\.0)"),
        /** Of the attentions to the text alone. */
        CROSS_ATTENTION(".*\\.attn2\\.(to_q|to_k|to_v|to_out\\.0)"),
        /** Of the attentions within the picture alone. */
        SELF_ATTENTION(".*\\.attn1\\.(to_q|to_k|to_v|to_out\\.0)"),
        /** All layers of the transformers, as kohya has it. */
        ALL_LINEAR(".*\\.attentions\\..*");

        private final String modules;

        Targets(String modules) {
            this.modules = modules;
        }

        boolean contains(String modulePath) {
            return modulePath.matches(modules);
        }
    }

    /** Plain LoRA of the UNet's attentions, all of one rank. */
    public static LoraSettings plain(int rank, double alpha, Targets targets) {
        return new LoraSettings(
                Kind.LORA, new Rank(rank, alpha), Rank.NONE, false, targets, BlockRanks.NONE, false, -1, 0);
    }

    /**
     * How many numbers learn.
     *
     * @param modules the shapes of a model's layers by part and then by module path
     */
    public long numbers(Map<String, Map<String, long[]>> modules) {
        return modules.entrySet().stream()
                .mapToLong(part -> part.getValue().entrySet().stream()
                        .mapToLong(layer -> numbers(rank(part.getKey(), layer), layer.getValue()))
                        .sum())
                .sum();
    }

    private int rank(String part, Map.Entry<String, long[]> layer) {
        return Parts.isText(part) ? textRank(layer.getKey()) : rank(layer.getKey(), layer.getValue());
    }

    private long numbers(int rank, long[] weight) {
        return rank == 0 ? 0 : FreshChange.numbers(kind, rank, factor, weight);
    }

    /** The rank of a layer of the UNet; 0 where it does not learn. */
    int rank(String modulePath, long[] weight) {
        boolean outside = modulePath.matches(".*\\.(resnets|downsamplers|upsamplers)\\..*");
        boolean learns = targets.contains(modulePath) || (outside && kernels.rank() > 0);
        return learns ? blocks.of(modulePath).orElse(usual(weight).rank()) : 0;
    }

    /** The rank of a layer of the text encoder; 0 where it does not learn. */
    int textRank(String modulePath) {
        boolean learns = text
                && (modulePath.contains(".self_attn.")
                        || (targets == Targets.ALL_LINEAR && modulePath.contains(".layers.")));
        return learns ? blocks.of(modulePath).orElse(linear.rank()) : 0;
    }

    /** The alpha that a file has to hold for a layer of this rank: the rank times what the update acts at. */
    double alpha(int rank, long[] weight) {
        Rank usual = usual(weight);
        if (stabilised) {
            return usual.alpha() * Math.sqrt(rank);
        }
        // Blocks of another rank act at the same alpha/rank.
        return rank == usual.rank() ? usual.alpha() : usual.alpha() / usual.rank() * rank;
    }

    private Rank usual(long[] weight) {
        return weight.length == 4 && weight[2] * weight[3] > 1 ? kernels : linear;
    }
}
