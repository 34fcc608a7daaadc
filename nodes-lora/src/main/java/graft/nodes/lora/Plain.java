package graft.nodes.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.adapter.Lora;
import graft.adapter.LoraArrays;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.LayerWeights;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.Run;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes plain LoRA of other kinds, by the singular values of what they change. */
final class Plain {

    private final Lora lora;
    private final Checkpoint model;
    private final RankChoice choice;
    private final KeptShare kept = new KeptShare();

    /** @param model whose names the LoRA has; null when there is none, which only a LoRA can do without */
    Plain(Lora lora, Checkpoint model, RankChoice choice) {
        this.lora = lora;
        this.model = model;
        this.choice = choice;
    }

    /** What is a LoRA already stays, and what no LoRA can say, of norms and biases, does too. */
    Lora converted(Run run) throws Cancelled {
        if (model != null && model.isPatched()) {
            throw new Problem(
                            "cannot convert the LoRA " + lora.name(),
                            "other LoRAs lie over the model that is to tell what it changes",
                            "wire in the model without them")
                    .at("model");
        }
        int total = lora.changed().stream()
                .mapToInt(part -> lora.layers(part).size())
                .sum();
        int done = 0;
        Map<String, Map<String, Lora.Part>> layers = new LinkedHashMap<>();
        for (String part : lora.changed()) {
            Map<String, Lora.Part> plain = new LinkedHashMap<>();
            try (LayerWeights weights = model == null ? null : LayerWeights.of(model, part)) {
                for (Map.Entry<String, Lora.Part> layer : lora.layers(part).entrySet()) {
                    run.checkCancelled();
                    plain.put(layer.getKey(), plain(layer.getKey(), layer.getValue(), weights));
                    run.progress("layer", ++done, total, Map.of());
                }
            }
            layers.put(part, plain);
        }
        kept.tell(run);
        return Lora.of(lora.name(), layers, lora.metadata());
    }

    private Lora.Part plain(String module, Lora.Part part, LayerWeights weights) {
        if (part instanceof Lora.LowRank low) {
            return low.mid().isEmpty() ? low : withoutCore(low);
        }
        if (weights == null) {
            throw new Problem(
                            "cannot make a plain LoRA of " + lora.name(),
                            "its layer " + module + " is of another kind, and what it changes hangs on the model",
                            "wire in the model that it lies over")
                    .at("model");
        }
        String key = module + ".weight";
        long[] shape = weights.shape(key);
        if (shape.length == 1) {
            return part;
        }
        try (NDManager memory = model.compute().newManager();
                NDArray weight = weights.read(key)) {
            List<Change> changes = single(LoraArrays.toChange(part, shape, 1, memory));
            Optional<Lora.Part> bias = bias(module, changes, weights);
            if (changes.stream().noneMatch(Change::ofWeight)) {
                return part;
            }
            Lora.Part plain = lowRank(module, changes, weight);
            return bias.isEmpty() ? plain : new Lora.Several(List.of(plain, bias.get()));
        }
    }

    private static List<Change> single(Change change) {
        return change instanceof Change.Several several ? several.changes() : List.of(change);
    }

    private Lora.Part lowRank(String module, List<Change> changes, NDArray weight) {
        try (NDArray sum = weight.zerosLike()) {
            for (Change change : changes) {
                if (Change.ofWeight(change)) {
                    try (NDArray delta = Change.delta(change, weight)) {
                        Operators.addTo(List.of(sum), List.of(delta));
                    }
                }
            }
            Singular singular = choice.ofLargest()
                    ? Singular.near(sum, choice.rank, KeyedRandom.of(0, "convert", 0, module))
                    : Singular.of(sum);
            int rank = choice.of(singular.values(), singular.energy(), choice.rank);
            kept.add(module, 0, rank, singular.energy(), singular.kept(rank));
            return singular.lowRank(rank, rank, 1);
        }
    }

    /** What is added to the bias, which a LoRA does not hold. */
    private static Optional<Lora.Part> bias(String module, List<Change> changes, LayerWeights weights) {
        String key = module + ".bias";
        if (!weights.keys().contains(key) || changes.stream().noneMatch(Change::ofBias)) {
            return Optional.empty();
        }
        try (NDArray bias = weights.read(key);
                NDArray sum = bias.zerosLike()) {
            for (Change change : changes) {
                if (Change.ofBias(change)) {
                    try (NDArray delta = Change.biasDelta(change, bias)) {
                        Operators.addTo(List.of(sum), List.of(delta));
                    }
                }
            }
            Lora.Values values =
                    new Lora.Values(sum.toFloatArray(), sum.getShape().getShape());
            return Optional.of(new Lora.Difference(Optional.empty(), Optional.of(values)));
        }
    }

    /** A Tucker-decomposed LoRA as a plain one that does the same. */
    private static Lora.Part withoutCore(Lora.LowRank low) {
        try (NDManager memory = Compute.choose("cpu").newManager()) {
            return LoraArrays.toPart(LoraArrays.toChange(low, ResizeLora.weight(low), 1, memory), low.alpha());
        }
    }
}
