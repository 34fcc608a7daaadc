package graft.nodes.dreambooth;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.LayerWeights;
import graft.model.ModelMerge;
import graft.model.ModelShape;
import graft.model.Parts;
import graft.node.Cancelled;
import graft.node.Forecast;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.train.BlockShares;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Mixes the weights of models of one family. */
@NodeType(
        id = "graft/model/merge",
        title = "Merge Models",
        category = "model",
        help =
                "Mixes two models into one that draws like both, or adds to a model what sets another one apart from the model"
                        + " that it was made from. Save Model writes the result; the models that come in stay as they are.",
        words = {"checkpoint", "merge", "blend", "mix", "weighted sum", "add difference", "block weight", "interpolate"
        })
public final class MergeModels implements Node {

    /** What is computed of the weights. */
    public enum Method {
        /** A·(1 − share) + B·share. */
        WEIGHTED_SUM,
        /** A + share·(B − C). */
        ADD_DIFFERENCE
    }

    /** Whose text encoders the result has. */
    public enum TextEncoders {
        MERGED,
        OF_MODEL,
        OF_OTHER
    }

    /** Whose VAE the result has. */
    public enum Autoencoder {
        OF_MODEL,
        OF_OTHER
    }

    @Input(help = "The model to begin with: A.")
    Checkpoint model;

    @Input(help = "The model that is mixed in: B.")
    Checkpoint other;

    @Input(optional = true, help = "For add difference, the model that B was made from: C.")
    Checkpoint base;

    @Setting(
            help =
                    "Weighted sum: A·(1 − share) + B·share, of two models. Add difference: A + share·(B − C), which moves what B"
                            + " learnt to A.")
    Method method = Method.WEIGHTED_SUM;

    @Setting(
            min = -2,
            max = 2,
            step = 0.05,
            help =
                    "How much of B: 0 is A alone, 0.5 the middle, 1 B alone, or for add difference the whole difference.")
    double share = 0.5;

    @Setting(
            title = "Shares of blocks",
            advanced = true,
            group = "parts",
            help =
                    "Shares of single blocks, such as down_blocks.1=0.3, mid=0.5, up_blocks=1. Empty for one share everywhere.")
    String blockShares = "";

    @Setting(
            title = "Text encoders",
            advanced = true,
            group = "parts",
            help = "Mixed like the UNet, or those of A or B.")
    TextEncoders textEncoders = TextEncoders.MERGED;

    @Setting(title = "VAE", advanced = true, group = "parts", help = "That of A or B; VAEs are not mixed.")
    Autoencoder vae = Autoencoder.OF_MODEL;

    @Output(help = "The mixed model.")
    Checkpoint merged;

    @Override
    public void configure(Specs specs) {
        BlockShares blocks = blocks();
        boolean difference = method == Method.ADD_DIFFERENCE;
        if (difference && !specs.wired("base")) {
            throw withoutBase();
        }
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.of("other", CheckpointSpec.class).ifPresent(found -> checkFamily(spec, found, "other", specs));
            if (difference) {
                specs.of("base", CheckpointSpec.class).ifPresent(found -> checkFamily(spec, found, "base", specs));
            }
            if (!blocks.byPath().isEmpty()) {
                checkBlocks(blocks, ModelShape.read(spec.files()));
            }
            specs.output("merged", spec);
            specs.forecast((device, measure) -> forecast(spec.files()));
        });
    }

    private static Problem withoutBase() {
        return new Problem(
                        "cannot add a difference",
                        "no model is wired into base, which the difference is to be counted from",
                        "wire in the model that the other one was made from, or choose the weighted sum")
                .at("base");
    }

    private BlockShares blocks() {
        try {
            return BlockShares.parse(blockShares);
        } catch (Problem problem) {
            throw problem.at("blockShares");
        }
    }

    private static void checkBlocks(BlockShares blocks, ModelShape shape) {
        TreeSet<String> paths = new TreeSet<>();
        shape.modules().values().forEach(modules -> paths.addAll(modules.keySet()));
        try {
            blocks.checkKnown(paths);
        } catch (Problem problem) {
            throw problem.at("blockShares");
        }
    }

    private void checkFamily(CheckpointSpec model, CheckpointSpec found, String input, Specs specs) {
        if (!model.family().equals(found.family()) || model.contextWidth() != found.contextWidth()) {
            throw new Problem(
                            "cannot merge these models",
                            "one is of the family " + model.family() + " with text states " + model.contextWidth()
                                    + " wide and the other of " + found.family() + " with " + found.contextWidth(),
                            "choose models of one family")
                    .at(input);
        }
        if (vae == Autoencoder.OF_OTHER
                && input.equals("other")
                && (model.latentChannels() != found.latentChannels()
                        || model.pixelsPerLatent() != found.pixelsPerLatent())) {
            throw new Problem(
                            "cannot take the VAE of the other model",
                            "its latents have " + found.latentChannels() + " channels and this model's have "
                                    + model.latentChannels(),
                            "keep the VAE of the model")
                    .at("vae");
        }
        if (!model.predictionType().equals(found.predictionType())) {
            specs.warn("One of the models predicts " + model.predictionType() + " and the other "
                    + found.predictionType() + ": mixed, they hardly draw.");
        }
    }

    /** The merged parts; the others are read weight by weight. */
    private Forecast forecast(Path files) {
        ModelShape shape = ModelShape.read(files);
        long copies = shape.network().copied()
                + (textEncoders == TextEncoders.OF_MODEL ? 0 : shape.text().copied());
        return new Forecast(copies + shape.text().resident(false), Double.NaN, 0, "");
    }

    @Override
    public void run(Run run) throws Cancelled {
        Compute.prepareThread();
        if (method == Method.ADD_DIFFERENCE && base == null) {
            throw withoutBase();
        }
        List<String> parts = new ArrayList<>(List.of(Parts.DENOISER));
        for (String part : model.texts()) {
            if (textEncoders != TextEncoders.OF_MODEL || !model.patches(part).isEmpty()) {
                parts.add(part);
            }
        }
        Map<String, Sources> sources = new LinkedHashMap<>();
        try {
            for (String part : parts) {
                sources.put(part, sources(part));
            }
            merged = merged(run, sources);
        } finally {
            sources.values().forEach(Sources::close);
        }
    }

    private Sources sources(String part) {
        List<LayerWeights> opened = new ArrayList<>();
        try {
            opened.add(LayerWeights.of(model, part));
            for (Checkpoint further : further(part)) {
                if (!part.equals(Parts.DENOISER) && !further.texts().contains(part)) {
                    throw unlike(further, "only one of them has a second text encoder");
                }
                LayerWeights weights = LayerWeights.of(further, part);
                opened.add(weights);
                opened.get(0).misfit(weights).ifPresent(misfit -> {
                    throw unlike(further, misfit);
                });
            }
            return new Sources(List.copyOf(opened));
        } catch (RuntimeException | Error failure) {
            opened.forEach(LayerWeights::close);
            throw failure;
        }
    }

    /** What a part is mixed with: text encoders that are B's take no difference. */
    private List<Checkpoint> further(String part) {
        boolean difference =
                method == Method.ADD_DIFFERENCE && !(Parts.isText(part) && textEncoders == TextEncoders.OF_OTHER);
        return difference ? List.of(other, base) : List.of(other);
    }

    private Problem unlike(Checkpoint further, String why) {
        return new Problem(
                "cannot merge " + model.name() + " and " + further.name(),
                why,
                "choose models of one family and shape");
    }

    private Checkpoint merged(Run run, Map<String, Sources> sources) throws Cancelled {
        BlockShares blocks = blocks();
        try (ModelMerge merge = new ModelMerge(model, sources.keySet())) {
            int[] done = {0};
            merge.blend((part, key, weight) -> {
                run.checkCancelled();
                sources.get(part).blend(key, weight, share(blocks, part, key));
                run.progress("weight", ++done[0], merge.size(), Map.of());
            });
            run.log("Merged " + merge.size() + " weights.");
            return merge.done(vae == Autoencoder.OF_OTHER ? Optional.of(other) : Optional.empty());
        }
    }

    /** How much of B a weight takes. */
    private double share(BlockShares blocks, String part, String key) {
        if (!Parts.isText(part)) {
            return blocks.of(key, share);
        }
        return switch (textEncoders) {
            case MERGED -> blocks.of(key, share);
            case OF_MODEL -> 0;
            case OF_OTHER -> 1;
        };
    }

    /** One part of A, B and, for the difference, C. */
    private record Sources(List<LayerWeights> models) implements AutoCloseable {

        void blend(String key, NDArray weight, double share) {
            if (models.get(0).changes(key)) {
                try (NDArray changed = models.get(0).read(key)) {
                    Operators.assign(List.of(weight), List.of(changed));
                }
            }
            if (share == 0) {
                return;
            }
            try (NDArray other = read(1, key, weight)) {
                if (models.size() == 2) {
                    Operators.approach(List.of(weight), List.of(other), share);
                    return;
                }
                try (NDArray base = read(2, key, weight);
                        NDArray difference = other.sub(base);
                        NDArray scaled = Operators.scaled(difference, share)) {
                    Operators.addTo(List.of(weight), List.of(scaled));
                }
            }
        }

        /** In the first one's shape: a 1×1 convolution is a linear layer elsewhere. */
        private NDArray read(int which, String key, NDArray like) {
            NDArray read = models.get(which).read(key);
            if (read.getShape().equals(like.getShape())) {
                return read;
            }
            // Numbers that lie in a file's pages go with the array that was read.
            try (read;
                    NDArray shaped = read.reshape(like.getShape())) {
                return shaped.duplicate();
            }
        }

        @Override
        public void close() {
            models.forEach(LayerWeights::close);
        }
    }
}
