package graft.nodes.lora;

import ai.djl.ndarray.NDManager;
import graft.adapter.Lora;
import graft.adapter.LoraArrays;
import graft.adapter.LoraSpec;
import graft.model.LowRank;
import graft.node.Cancelled;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.tensor.Compute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a LoRA smaller by leaving out the directions that say least. */
@NodeType(
        id = "graft/lora/resize",
        title = "Resize LoRA",
        category = "adapters",
        help =
                "Makes a LoRA smaller by leaving out, in each layer, the directions that say least (SVD). It acts as strongly"
                        + " as before; where the rank is not below a layer's own, nothing changes.",
        words = {"svd", "rank", "shrink", "compress", "smaller", "kohya", "dynamic"})
public final class ResizeLora implements Node {

    @Input(help = "The LoRA to make smaller.")
    Lora lora;

    @SettingGroup
    RankChoice choice = new RankChoice();

    @Setting(
            title = "Convolution rank",
            advanced = true,
            group = "rank",
            min = 0,
            max = 1024,
            help = "The most rank of the larger convolutions; 0 for that of the other layers.")
    int convRank = 0;

    @Output(help = "The smaller LoRA.")
    Lora resized;

    @Override
    public void configure(Specs specs) {
        choice.check();
        specs.of("lora", LoraSpec.class).ifPresent(spec -> specs.output("resized", spec));
    }

    @Override
    public void run(Run run) throws Cancelled {
        Compute.prepareThread();
        int total = lora.changed().stream()
                .mapToInt(part -> lora.layers(part).size())
                .sum();
        int done = 0;
        KeptShare kept = new KeptShare();
        Map<String, Map<String, Lora.Part>> layers = new LinkedHashMap<>();
        for (String part : lora.changed()) {
            Map<String, Lora.Part> smaller = new LinkedHashMap<>();
            for (Map.Entry<String, Lora.Part> layer : lora.layers(part).entrySet()) {
                run.checkCancelled();
                smaller.put(layer.getKey(), resized(layer.getKey(), layer.getValue(), kept));
                run.progress("layer", ++done, total, Map.of());
            }
            layers.put(part, smaller);
        }
        resized = Lora.of(lora.name(), layers, lora.metadata());
        kept.tell(run);
        run.log("Rank " + lora.rank() + " became " + resized.rank() + ".");
    }

    private Lora.Part resized(String module, Lora.Part part, KeptShare kept) {
        if (part instanceof Lora.LowRank low) {
            return resized(module, low, kept);
        } else if (part instanceof Lora.Dora dora && dora.direction() instanceof Lora.LowRank low) {
            return new Lora.Dora(resized(module, low, kept), dora.magnitude());
        } else if (part instanceof Lora.Several several) {
            List<Lora.Part> parts = new ArrayList<>(several.parts());
            parts.replaceAll(each -> resized(module, each, kept));
            return new Lora.Several(List.copyOf(parts));
        } else if (part.rank() == 0) {
            return part; // norms, biases, whole matrices: there are no directions to leave out
        }
        throw new Problem(
                        "cannot resize the LoRA " + lora.name(),
                        "its layer " + module + " is of the kind " + lora.kind()
                                + ", whose directions cannot be told apart",
                        "make a plain LoRA of it with Convert LoRA, which asks for the rank too")
                .at("lora");
    }

    private Lora.LowRank resized(String module, Lora.LowRank low, KeptShare kept) {
        long[] weight = weight(low);
        boolean kernel = weight.length == 4 && weight[2] * weight[3] > 1;
        int most = kernel && convRank > 0 ? convRank : choice.rank;
        if (choice.rankBy == RankChoice.Rule.RANK && most >= low.rank()) {
            return low;
        }
        Singular singular = singular(low, weight);
        int rank = choice.of(singular.values(), singular.energy(), most);
        kept.add(module, low.rank(), rank, singular.energy(), singular.kept(rank));
        return rank >= low.rank() ? low : singular.lowRank(rank, rank * low.scale(), 1);
    }

    /** Of up·down as they are; alpha scales them all alike. */
    private static Singular singular(Lora.LowRank low, long[] weight) {
        try (NDManager memory = Compute.choose("cpu").newManager()) {
            LowRank change = (LowRank) LoraArrays.toChange(low, weight, 1, memory);
            return Singular.ofProduct(weight, change.up(), change.down());
        }
    }

    /** The shape of the weight that a LoRA fits. */
    static long[] weight(Lora.LowRank low) {
        long[] down = low.down().shape();
        long[] weight = down.clone();
        weight[0] = low.up().shape()[0];
        low.mid().ifPresent(mid -> System.arraycopy(mid.shape(), 2, weight, 2, 2));
        return weight;
    }
}
