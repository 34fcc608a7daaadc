package graft.train;

import ai.djl.ndarray.NDManager;
import graft.adapter.Lora;
import graft.model.Change;
import graft.model.Family;
import graft.model.LayerGroup;
import graft.model.ModelShape;
import graft.model.Parts;
import graft.node.Choice;

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
        AdapterKind kind,
        Rank linear,
        Rank kernels,
        boolean stabilised,
        Targets targets,
        BlockRanks blocks,
        boolean text,
        int factor,
        double dropout) {

    /** The forms of each layer's update that come with Graft. */
    public enum Kind implements AdapterKind, Choice.BuiltIn {
        /** up·down (Hu et al., 2021). */
        LORA("LoRA"),
        /** up·down with a norm for each output that learns by itself (Liu et al., 2024). */
        DORA("DoRA"),
        /** Two such products, multiplied value by value (Hyeon-Woo et al., 2022). */
        LOHA("LoHa"),
        /** Kronecker's product of a small and a large matrix, the large one of low rank (LyCORIS). */
        LOKR("LoKr");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public long numbers(int rank, long[] weight) {
            return FreshChange.numbers(this, rank, -1, weight);
        }

        @Override
        public Change.Custom fresh(Layer layer, NDManager memory) {
            throw new UnsupportedOperationException(title + " is not of a plugin");
        }

        @Override
        public Lora.Custom learnt(Change.Custom change, double alpha) {
            throw new UnsupportedOperationException(title + " is not of a plugin");
        }

        @Override
        public boolean learns(Lora.Custom part) {
            return false;
        }
    }

    /**
     * How much an update can say and how strongly it acts.
     *
     * @param alpha the update acts at alpha/rank
     */
    public record Rank(int rank, double alpha) {

        static final Rank NONE = new Rank(0, 1);
    }

    /** Which layers of the network learn, as its family has them. */
    public enum Targets {
        /** Queries, keys, values and outputs of all attentions. */
        ATTENTION(LayerGroup.ATTENTION),
        /** Of the attentions to the text alone. */
        CROSS_ATTENTION(LayerGroup.CROSS_ATTENTION),
        /** Of the attentions within the picture alone. */
        SELF_ATTENTION(LayerGroup.SELF_ATTENTION),
        /** All layers of the transformers. */
        ALL_LINEAR(LayerGroup.ALL_LINEAR);

        private final LayerGroup layers;

        Targets(LayerGroup layers) {
            this.layers = layers;
        }
    }

    /** Plain LoRA of the UNet's attentions, all of one rank. */
    public static LoraSettings plain(int rank, double alpha, Targets targets) {
        return new LoraSettings(
                Kind.LORA, new Rank(rank, alpha), Rank.NONE, false, targets, BlockRanks.NONE, false, -1, 0);
    }

    /** How many numbers of a model's layers learn. */
    public long numbers(ModelShape model) {
        Family family = Family.of(model.spec());
        return model.modules().entrySet().stream()
                .mapToLong(part -> part.getValue().entrySet().stream()
                        .mapToLong(layer -> numbers(
                                rank(family, part.getKey(), layer.getKey(), layer.getValue()), layer.getValue()))
                        .sum())
                .sum();
    }

    private long numbers(int rank, long[] weight) {
        if (rank == 0) {
            return 0;
        }
        return kind instanceof Kind known
                ? FreshChange.numbers(known, rank, factor, weight)
                : kind.numbers(rank, weight);
    }

    /** The rank of a layer of the network or of a text encoder; 0 where it does not learn. */
    int rank(Family family, String part, String module, long[] weight) {
        return learns(family, part, module, weight)
                ? blocks.of(module).orElse(usual(weight).rank())
                : 0;
    }

    /** Whether a layer is among those that learn, unless a rank for its block leaves it out. */
    boolean learns(Family family, String part, String module, long[] weight) {
        boolean outside = kernels.rank() > 0 && family.isIn(LayerGroup.CONVOLUTIONS, part, module, weight);
        return (text || !Parts.isText(part)) && (outside || family.isIn(targets.layers, part, module, weight));
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
