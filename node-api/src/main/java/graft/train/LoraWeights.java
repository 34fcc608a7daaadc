package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraArrays;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.Family;
import graft.model.Layered;
import graft.model.LowRank;
import graft.model.Network;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.TextEncoder;
import graft.node.Choices;
import graft.node.Problem;
import graft.tensor.Gradient;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.train.optimizer.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The changes of a model's layers while they learn: LoRA, DoRA, LoHa or LoKr, or of whichever kind a file was that training
 * goes on from; of the UNet and of the text encoder.
 *
 * <p>Float32 leaves, freed with the manager that they were made with. The model itself stays as it is.
 */
public final class LoraWeights {

    /**
     * One layer's change.
     *
     * @param change its arrays are the leaves
     * @param alpha as a file has to hold it
     * @param begun what it goes on from; empty for a fresh one
     * @param kind that a plugin brings; empty for those that come with Graft
     */
    private record Learning(Change change, double alpha, Optional<Lora.Part> begun, Optional<AdapterKind> kind) {

        Learning(Change change, double alpha, Optional<Lora.Part> begun) {
            this(change, alpha, begun, Optional.empty());
        }

        Lora.Part part() {
            if (kind.isPresent()) {
                return kind.get().learnt((Change.Custom) change, alpha);
            }
            return begun.map(from -> LoraArrays.toPart(change, from)).orElseGet(() -> LoraArrays.toPart(change, alpha));
        }
    }

    private final NDManager manager;
    private final double dropout;
    /** By part of the model, then by module. */
    private final Map<String, Map<String, Learning>> parts = new LinkedHashMap<>();
    /** What each module's rows are multiplied by in the step at hand; none without dropout. */
    private final Map<String, NDArray> masks = new LinkedHashMap<>();

    private LoraWeights(NDManager manager, double dropout) {
        this.manager = manager;
        this.dropout = dropout;
    }

    /**
     * As peft and LyCORIS begin: one factor of each change is nought, so that nothing changes yet.
     *
     * @param seed and {@code node} key the random numbers
     * @throws Problem when the settings leave no layer to learn, or name a block that is not there
     */
    public static LoraWeights fresh(
            Checkpoint model, LoraSettings settings, long seed, String node, NDManager manager) {
        LoraWeights weights = new LoraWeights(manager, settings.dropout());
        List<String> known = new ArrayList<>();
        Network network = model.network();
        Family family = Family.of(model.spec());
        for (String module : network.moduleNames()) {
            long[] shape = network.weightShape(module);
            if (settings.learns(family, Parts.DENOISER, module, shape)) {
                known.add(module);
            }
            weights.begin(
                    Parts.DENOISER,
                    module,
                    settings.rank(family, Parts.DENOISER, module, shape),
                    weight(network, module, settings),
                    settings,
                    KeyedRandom.of(seed, node, 0, "lora " + module));
        }
        for (String part : settings.text() ? model.texts() : List.<String>of()) {
            TextEncoder encoder = model.encoder(part);
            // What keyed the numbers of the first encoder before there were two.
            String key = part.equals(Parts.TEXT) ? "text_encoder" : part;
            for (String module : encoder.moduleNames()) {
                known.add(module);
                weights.begin(
                        part,
                        module,
                        settings.rank(family, part, module, encoder.weightShape(module)),
                        weight(encoder, module, settings),
                        settings,
                        KeyedRandom.of(seed, node, 0, "lora " + key + "." + module));
            }
        }
        settings.blocks().checkKnown(known);
        return weights.checked();
    }

    /** The layer's weight: its numbers where the kind of change begins with them, else for its shape. */
    private static NDArray weight(Layered part, String module, LoraSettings settings) {
        String key = module + ".weight";
        boolean shapeAlone = settings.kind() instanceof LoraSettings.Kind known && known != LoraSettings.Kind.DORA;
        return shapeAlone ? part.weights().get(key) : part.weights().wide(key);
    }

    private void begin(
            String part, String module, int rank, NDArray weight, LoraSettings settings, KeyedRandom random) {
        if (rank == 0) {
            return;
        }
        if (!(settings.kind() instanceof LoraSettings.Kind known)) {
            begin(part, module, rank, weight, settings.kind(), settings.alpha(rank, shape(weight)), random);
            return;
        }
        try (Scope scope = Scope.open()) {
            FreshChange fresh = new FreshChange(weight, rank, random, manager);
            double alpha = settings.alpha(rank, shape(weight));
            Change change =
                    switch (known) {
                        case LORA -> fresh.lowRank(alpha / rank);
                        case DORA -> fresh.dora(alpha / rank);
                        case LOHA -> fresh.loHa(alpha / rank);
                        case LOKR -> fresh.loKr(settings.factor(), alpha / rank);
                    };
            change.arrays().forEach(array -> scope.keep(array, manager));
            put(part, module, new Learning(change, alpha, Optional.empty()));
        }
    }

    private static long[] shape(NDArray array) {
        return array.getShape().getShape();
    }

    /** By a kind that a plugin brings. */
    private void begin(
            String part, String module, int rank, NDArray weight, AdapterKind kind, double alpha, KeyedRandom random) {
        try (Scope scope = Scope.open()) {
            Change.Custom change = kind.fresh(new AdapterKind.Layer(weight, rank, alpha / rank, random), manager);
            change.arrays().forEach(array -> scope.keep(array, manager));
            put(part, module, new Learning(change, alpha, Optional.empty(), Optional.of(kind)));
        }
    }

    /**
     * From what was learnt before: ranks, alphas and kinds are those of the LoRA.
     *
     * @param lora fits the model, under any spelling
     * @param dropout as in {@link LoraSettings}
     * @throws Problem when it is for another model, or of a kind that nobody here trains
     */
    public static LoraWeights of(Lora lora, Checkpoint model, double dropout, NDManager manager) {
        Lora fitted = AdapterStack.fitted(lora, model);
        LoraWeights weights = new LoraWeights(manager, dropout);
        for (String part : fitted.changed()) {
            Layered layered = model.layered(part);
            fitted.layers(part)
                    .forEach((module, before) ->
                            weights.take(part, module, before, layered.weightShape(module), lora.name()));
        }
        return weights.checked();
    }

    private void take(String part, String module, Lora.Part before, long[] weight, String name) {
        if (before instanceof Lora.Custom custom) {
            AdapterKind kind = Choices.of(AdapterKind.class).stream()
                    .filter(each -> each.learns(custom))
                    .findFirst()
                    .orElseThrow(() -> new Problem(
                            "cannot go on from " + name,
                            "its layer " + module + " is of the kind " + custom.kind() + ", which is not trained here",
                            "choose an adapter of a kind that Graft knows itself"));
            Change.Custom change = custom.change(weight, 1, manager);
            put(part, module, new Learning(change, custom.alpha(), Optional.of(before), Optional.of(kind)));
            return;
        }
        Change change = LoraArrays.toChange(before, weight, 1, manager);
        put(part, module, new Learning(change, before.alpha(), Optional.of(before)));
    }

    private void put(String part, String module, Learning learning) {
        learning.change().arrays().forEach(Gradient::leaf);
        parts.computeIfAbsent(part, first -> new LinkedHashMap<>()).put(module, learning);
        if (dropout > 0) {
            maskShape(learning.change()).ifPresent(shape -> {
                try (Scope scope = Scope.open()) {
                    masks.put(maskKey(part, module), scope.keep(manager.ones(shape), manager));
                }
            });
        }
    }

    /** What keyed the numbers of each mask before parts had names. */
    private static String maskKey(String part, String module) {
        return part.equals(Parts.TEXT_2) ? part + "." + module : module;
    }

    private LoraWeights checked() {
        if (parts.isEmpty()) {
            throw new Problem(
                    "nothing would be learnt",
                    "the settings leave no layer that learns",
                    "choose other layers, or a rank above 0 for some block");
        }
        return this;
    }

    /** One for each direction that may be left out; empty for kinds without. */
    private static Optional<Shape> maskShape(Change change) {
        NDArray rows;
        if (change instanceof LowRank low) {
            rows = low.down();
        } else if (change instanceof Change.LoHa hadamard) {
            rows = hadamard.first().b();
        } else if (change instanceof Change.LoKr kronecker) {
            Change.Product second = kronecker.second();
            rows = second.b() == Operators.NONE ? second.a() : second.b();
        } else if (change instanceof Change.Dora dora) {
            return maskShape(dora.direction());
        } else if (change instanceof Change.Several several) {
            return maskShape(several.changes().get(0));
        } else {
            return Optional.empty();
        }
        long[] shape = rows.getShape().getShape().clone();
        Arrays.fill(shape, 1, shape.length, 1);
        return Optional.of(new Shape(shape));
    }

    /**
     * Draws which directions each step leaves out of {@link #learning}; without dropout does nothing.
     *
     * @param seed and {@code node} key the random numbers
     */
    public Learner.Around dropping(long seed, String node) {
        return new Learner.Around() {
            @Override
            public void begin(int step, int part) {
                mask(module -> KeyedRandom.of(seed, node, step, "dropout " + part + " " + module));
            }
        };
    }

    private void mask(Function<String, KeyedRandom> draws) {
        if (masks.isEmpty()) {
            return;
        }
        try (Scope scope = Scope.open()) {
            List<NDArray> drawn = new ArrayList<>();
            masks.forEach((module, mask) -> {
                KeyedRandom random = draws.apply(module);
                float[] kept = new float[(int) mask.size()];
                for (int i = 0; i < kept.length; i++) {
                    // The rest makes up for what is left out.
                    kept[i] = random.uniform() < dropout ? 0 : (float) (1 / (1 - dropout));
                }
                drawn.add(manager.create(kept, mask.getShape()));
            });
            Operators.assign(List.copyOf(masks.values()), drawn);
        }
    }

    private Stream<Learning> learnings() {
        return parts.values().stream().flatMap(modules -> modules.values().stream());
    }

    /** The leaves, layer by layer, the network's first. */
    public List<NDArray> leaves() {
        return learnings()
                .flatMap(learning -> learning.change().arrays().stream())
                .toList();
    }

    /**
     * The leaves by how fast they learn.
     *
     * @param rates of the network and of text encoders
     * @param upFactor of the rate, for the factors that begin at nought (Hayou et al., 2024, "LoRA+"); 1 for all alike
     */
    public List<ParameterGroup> groups(LearningRates rates, double upFactor) {
        List<ParameterGroup> groups = new ArrayList<>();
        parts.forEach((part, modules) -> {
            double rate = Parts.isText(part) ? rates.textRate() : rates.rate();
            List<NDArray> ups = new ArrayList<>();
            List<NDArray> others = new ArrayList<>();
            modules.values().forEach(learning -> {
                NDArray up = up(learning.change());
                for (NDArray leaf : learning.change().arrays()) {
                    (leaf == up && upFactor != 1 ? ups : others).add(leaf);
                }
            });
            groups.add(new ParameterGroup(others, rate));
            groups.add(new ParameterGroup(ups, rate * upFactor));
        });
        return groups.stream().filter(group -> !group.weights().isEmpty()).toList();
    }

    /** The factor that begins at nought; none for kinds without. */
    private static NDArray up(Change change) {
        if (change instanceof LowRank low) {
            return low.up();
        } else if (change instanceof Change.LoHa hadamard) {
            return hadamard.second().a();
        } else if (change instanceof Change.LoKr kronecker) {
            Change.Product second = kronecker.second();
            return second.b() == Operators.NONE ? second.a() : second.b();
        } else if (change instanceof Change.Dora dora) {
            return up(dora.direction());
        } else if (change instanceof Change.Several several) {
            return up(several.changes().get(0));
        }
        return Operators.NONE;
    }

    /** How many layers learn. */
    public int layers() {
        return (int) learnings().count();
    }

    /** Whether layers of a text encoder learn. */
    public boolean learnsText() {
        return parts.keySet().stream().anyMatch(Parts::isText);
    }

    /** The changes to compute each part with; they follow the leaves as they learn. */
    public Map<String, Patches> patches() {
        return patches(false);
    }

    /** The model with the changes; the arrays stay with the manager. */
    public Checkpoint over(Checkpoint model) {
        return model.with(patches(), model.addedTokens(), List.of());
    }

    /** The model as a step of training sees it: with what {@link #dropping} left out. */
    public Checkpoint learning(Checkpoint model) {
        return model.with(patches(true), model.addedTokens(), List.of());
    }

    private Map<String, Patches> patches(boolean masked) {
        Map<String, Patches> all = new LinkedHashMap<>();
        parts.forEach((part, modules) -> {
            Map<String, List<Change>> changes = new LinkedHashMap<>();
            modules.forEach((module, learning) -> {
                NDArray mask = masked ? masks.get(maskKey(part, module)) : null;
                changes.put(
                        module, List.of(mask == null ? learning.change() : new Change.Masked(learning.change(), mask)));
            });
            all.put(part, Patches.of(changes));
        });
        return all;
    }

    /** How many numbers learn. */
    public long size() {
        return leaves().stream().mapToLong(NDArray::size).sum();
    }

    /** What was learnt so far, copied to the heap. */
    public Lora toLora(String name, Map<String, String> metadata) {
        Map<String, Map<String, Lora.Part>> layers = new LinkedHashMap<>();
        parts.forEach((part, modules) -> {
            Map<String, Lora.Part> learnt = new LinkedHashMap<>();
            modules.forEach((module, learning) -> learnt.put(module, learning.part()));
            layers.put(part, learnt);
        });
        return Lora.of(name, layers, metadata);
    }
}
