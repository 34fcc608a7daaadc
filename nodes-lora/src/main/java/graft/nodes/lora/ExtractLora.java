package graft.nodes.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora;
import graft.adapter.LoraSpec;
import graft.file.FileName;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.LayerWeights;
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
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Finds the LoRA that comes closest to what sets one model apart from another. */
@NodeType(
        id = "graft/lora/extract",
        title = "Extract LoRA",
        category = "adapters",
        help =
                "Makes a LoRA of what sets one model apart from the model that it was made from: laid over the latter, it"
                        + " draws about like the former. The higher the rank, the closer and the larger.",
        words = {"svd", "difference", "subtract", "checkpoint", "distill", "kohya"})
public final class ExtractLora implements Node {

    /** Layers that lie in a block; what LoRAs of other programs never change lies outside. */
    private static final Pattern IN_BLOCK = Pattern.compile(".*\\.\\d+\\..*");

    private static final Pattern OUTSIDE_TRANSFORMERS = Pattern.compile(".*\\.(resnets|downsamplers|upsamplers)\\..*");

    @Input(help = "The model that the other was made from: the LoRA will lie over it.")
    Checkpoint model;

    @Input(help = "The model whose ways the LoRA is to hold.")
    Checkpoint tuned;

    @Setting(help = "What the LoRA is called, also in its file.")
    String name = "extracted";

    @SettingGroup
    RankChoice choice = new RankChoice();

    @Setting(
            title = "Convolution rank",
            advanced = true,
            group = "rank",
            min = 0,
            max = 1024,
            help =
                    "The same for the convolutions of resnets and of the changes of size; 0 leaves the layers outside of the"
                            + " transformers out.")
    int convRank = 16;

    @Setting(title = "Text encoders", help = "Whether what sets the text encoders apart goes into the LoRA too.")
    boolean textEncoders = true;

    @Setting(
            title = "Clamp quantile",
            advanced = true,
            group = "numbers",
            min = 0.5,
            max = 1,
            help = "Cuts the numbers of each layer's matrices that are larger than this share of them, as kohya's"
                    + " extraction does with 0.99; 1 cuts none.")
    double clampQuantile = 1;

    @Setting(
            advanced = true,
            group = "numbers",
            help =
                    "Finds all singular values rather than the largest alone: many times slower, and hardly closer. What is"
                            + " kept is told either way.")
    boolean exact = false;

    @Output(help = "The LoRA.")
    Lora lora;

    @Override
    public void configure(Specs specs) {
        FileName.checked(name, "name");
        choice.check();
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("lora", new LoraSpec(name.strip(), OptionalInt.of(spec.contextWidth())));
            specs.of("tuned", CheckpointSpec.class).ifPresent(other -> checkFamily(spec, other));
            specs.forecast((device, measure) -> forecast(ModelShape.read(spec.files()), measure));
        });
    }

    private static void checkFamily(CheckpointSpec model, CheckpointSpec tuned) {
        if (!model.family().equals(tuned.family())) {
            throw new Problem(
                            "cannot extract a LoRA from these models",
                            "one is of the family " + model.family() + " and the other of " + tuned.family(),
                            "wire in a model and the one that it was made from")
                    .at("tuned");
        }
    }

    private Forecast forecast(ModelShape shape, boolean measure) {
        long numbers = 0;
        long largest = 0;
        double work = 0;
        for (Map.Entry<String, Map<String, long[]>> part : shape.modules().entrySet()) {
            if (Parts.isText(part.getKey()) && !textEncoders) {
                continue;
            }
            for (Map.Entry<String, long[]> layer : part.getValue().entrySet()) {
                long size = size(layer.getValue());
                largest = Math.max(largest, size);
                int most = most(layer.getKey(), layer.getValue());
                if (most > 0) {
                    numbers += most * (layer.getValue()[0] + size / layer.getValue()[0]);
                    work += work(size, layer.getValue()[0], most);
                }
            }
        }
        // Both weights, their difference, and what the decomposition makes of it.
        long peak = Float.BYTES * (6 * largest + numbers);
        double seconds = measure ? work * ExtractTime.perNumber(exact()) : Double.NaN;
        return new Forecast(peak, seconds, 2 * numbers, "");
    }

    /** How much a decomposition costs, in products of two numbers. */
    private double work(long size, long out, int most) {
        long smaller = Math.min(out, size / out);
        return (double) size * (exact() ? smaller : Math.min(smaller, most + 16));
    }

    private boolean exact() {
        return exact || !choice.ofLargest();
    }

    private static long size(long[] shape) {
        long size = 1;
        for (long axis : shape) {
            size *= axis;
        }
        return size;
    }

    /** The most rank that a layer gets; 0 where it is left out. */
    private int most(String module, long[] weight) {
        boolean kernel = weight.length == 4 && weight[2] * weight[3] > 1;
        boolean outside = kernel || OUTSIDE_TRANSFORMERS.matcher(module).matches();
        if (!IN_BLOCK.matcher(module + ".").matches() || (outside && convRank == 0)) {
            return 0;
        }
        return kernel ? convRank : choice.rank;
    }

    @Override
    public void run(Run run) throws Cancelled {
        Compute.prepareThread();
        List<String> parts = new ArrayList<>(List.of(Parts.DENOISER));
        if (textEncoders) {
            parts.addAll(model.texts());
        }
        List<Pair> pairs = new ArrayList<>();
        try {
            for (String part : parts) {
                pairs.add(Pair.of(part, model, tuned));
            }
            lora = extracted(run, pairs);
        } finally {
            pairs.forEach(Pair::close);
        }
    }

    private Lora extracted(Run run, List<Pair> pairs) throws Cancelled {
        int total = pairs.stream().mapToInt(pair -> pair.from().keys().size()).sum();
        int done = 0;
        double all = 0;
        KeptShare kept = new KeptShare();
        Map<String, Map<String, Lora.Part>> layers = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            Map<String, Lora.Part> found = new LinkedHashMap<>();
            for (String key : pair.from().keys()) {
                run.checkCancelled();
                try (NDArray difference = pair.difference(key)) {
                    double energy = Singular.energy(difference);
                    all += energy;
                    long[] weight = difference.getShape().getShape();
                    String module = key.replaceFirst("\\.weight$", "");
                    boolean layer = key.endsWith(".weight") && weight.length > 1 && !key.endsWith("_embedding.weight");
                    int most = layer ? most(module, weight) : 0;
                    if (energy > 0 && most > 0) {
                        found.put(module, part(module, difference, most, kept));
                    }
                }
                run.progress("weight", ++done, total, Map.of());
            }
            layers.put(pair.part(), found);
        }
        if (kept.layers() == 0) {
            throw new Problem(
                    "there is no LoRA to extract",
                    all == 0 ? "the two models are alike" : "they differ in no layer that a LoRA is to change",
                    all == 0
                            ? "wire in a model and the one that it was made from"
                            : "take text encoders and convolutions in too");
        }
        kept.tell(run);
        run.log("Of all that sets " + tuned.name() + " apart from " + model.name() + ", the LoRA holds "
                + KeptShare.percent(kept.energy() / all) + ".");
        Map<String, String> record = TrainingRecord.base(model.spec());
        record.put("ss_sd_model_name", model.name());
        record.put("ss_training_comment", "extracted from " + tuned.name() + " and " + model.name());
        return Lora.of(name.strip(), layers, record);
    }

    private Lora.LowRank part(String module, NDArray difference, int most, KeptShare kept) {
        Singular singular = exact()
                ? Singular.of(difference)
                : Singular.near(difference, most, KeyedRandom.of(0, "extract", 0, module));
        int rank = choice.of(singular.values(), singular.energy(), most);
        Lora.LowRank part = singular.lowRank(rank, rank, clampQuantile);
        kept.add(module, 0, rank, singular.energy(), clampQuantile == 1 ? singular.kept(rank) : kept(difference, part));
        return part;
    }

    /** What is left of the difference when the numbers were cut. */
    private static double kept(NDArray difference, Lora.LowRank part) {
        NDManager manager = difference.getManager();
        try (NDArray up =
                        manager.create(part.up().numbers(), new Shape(part.up().shape()));
                NDArray down = manager.create(
                        part.down().numbers(), new Shape(part.down().shape()));
                NDArray made = Operators.lowRankDelta(difference, down, up, 1);
                NDArray left = difference.sub(made)) {
            return Math.max(0, 1 - Singular.energy(left) / Singular.energy(difference));
        }
    }

    /** The same part of both models. */
    private record Pair(String part, LayerWeights from, LayerWeights to) implements AutoCloseable {

        static Pair of(String part, Checkpoint model, Checkpoint tuned) {
            LayerWeights from = LayerWeights.of(model, part);
            try {
                LayerWeights to = LayerWeights.of(tuned, part);
                Pair pair = new Pair(part, from, to);
                from.misfit(to).ifPresent(misfit -> {
                    to.close();
                    throw new Problem(
                            "cannot extract a LoRA from " + model.name() + " and " + tuned.name(),
                            misfit,
                            "wire in a model and the one that it was made from");
                });
                return pair;
            } catch (RuntimeException | Error failure) {
                from.close();
                throw failure;
            }
        }

        NDArray difference(String key) {
            try (NDArray before = from.read(key);
                    NDArray after = to.read(key);
                    NDArray flat = after.reshape(before.getShape())) {
                return flat.sub(before);
            }
        }

        @Override
        public void close() {
            from.close();
            to.close();
        }
    }
}
