package graft.adapter;

import ai.djl.ndarray.NDManager;
import graft.adapter.Lora.Part;
import graft.model.Change;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Fits the parts of one LoRA to the layers of one model. */
record Fitting(String lora, String model) {

    private static final String OTHER_MODEL = "use it with the model that it was trained for";

    /** Adds the parts to the patches, at a strength; at 0 they are checked alone. */
    void add(
            Map<String, Part> parts,
            double strength,
            LoraTarget.Layers layers,
            NDManager memory,
            Map<String, List<Change>> patches) {
        Map<String, Part> byModule = fit(parts, layers);
        if (strength != 0) {
            byModule.forEach((module, part) -> {
                Change change = LoraArrays.toChange(part, layers.shapes().get(module), strength, memory);
                checkSize(module, change);
                patches.computeIfAbsent(module, key -> new ArrayList<>()).add(change);
            });
        }
    }

    /** Refuses what would drown the model: its norms would make a plain picture of it, without a word. */
    private void checkSize(String module, Change change) {
        double most = ChangeSize.most(change);
        if (!(most <= ChangeSize.LARGEST)) {
            throw cannotApply(
                    "its layer " + module + " changes weights by up to "
                            + (Double.isFinite(most)
                                    ? String.format(Locale.ROOT, "%.3g", most)
                                    : "numbers beyond all bounds")
                            + ", and a model's own are hardly above 10",
                    "lower its strength, or choose another file: a training that went wrong left this one");
        }
    }

    /** The parts by the model's own module paths. */
    Map<String, Part> fit(Map<String, Part> parts, LoraTarget.Layers layers) {
        Map<String, Part> byModule = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        parts.forEach((spelled, part) -> layers.module(spelled)
                .ifPresentOrElse(module -> byModule.put(module, part), () -> unknown.add(spelled)));
        // Widths first: they say what kind of model it was for, which a list of names does not.
        byModule.keySet().stream()
                .filter(module -> module.endsWith("attn2.to_k"))
                .findFirst()
                .ifPresent(module ->
                        checkContext(byModule.get(module), layers.shapes().get(module)));
        byModule.forEach(
                (module, part) -> checkFits(module, part, layers.shapes().get(module), layers.biased()));
        if (!unknown.isEmpty()) {
            throw cannotApply(
                    unknown.size() + " of its " + parts.size() + " layers are not in the model"
                            + LoraFile.some(unknown),
                    "use it with a model of the kind that it was trained for");
        }
        return byModule;
    }

    private void checkContext(Part part, long[] weight) {
        if (part.in() >= 0 && part.in() != weight[1]) {
            throw cannotApply(
                    "it was trained for a model whose text states are " + part.in() + " wide"
                            + LoraSpec.family(part.in()) + " and this model's are " + weight[1] + " wide"
                            + LoraSpec.family(weight[1]),
                    "use it with a model of that width, or choose a LoRA that was trained for this one");
        }
    }

    private void checkFits(String module, Part part, long[] weight, Predicate<String> biased) {
        if (part instanceof Lora.Several several) {
            several.parts().forEach(each -> checkFits(module, each, weight, biased));
            return;
        }
        long in = Arrays.stream(weight).skip(1).reduce(1, (a, b) -> a * b);
        boolean kernelFits = !(part instanceof Lora.LowRank low)
                || sameKernel(low.wholeDown().shape(), weight);
        boolean sizeFits = (part.out() < 0 || part.out() == weight[0]) && (part.in() < 0 || part.in() == in);
        if (!kernelFits || !sizeFits) {
            throw cannotApply(
                    "its layer " + module + " goes from " + taken(part) + " to "
                            + (part.out() < 0 ? "any number" : part.out()) + " and the model's from "
                            + Arrays.toString(kernel(weight)) + " to " + weight[0],
                    OTHER_MODEL);
        }
        boolean whole = part instanceof Lora.Difference || part instanceof Lora.Replacement;
        if (weight.length == 1 && !whole) {
            throw cannotApply(
                    "its layer " + module + " is of the kind " + Lora.kind(part) + " and the model's is a norm",
                    OTHER_MODEL);
        }
        String numbers = misfit(part, weight, in);
        if (numbers != null) {
            throw cannotApply(
                    "its layer " + module + " has " + numbers + " for a weight of " + Arrays.toString(weight),
                    OTHER_MODEL);
        }
        if (ofBias(part) && !biased.test(module)) {
            throw cannotApply("its layer " + module + " changes a bias, which the model's has not", OTHER_MODEL);
        }
        if (part instanceof Lora.Dora dora) {
            checkFits(module, dora.direction(), weight, biased);
        } else if (part instanceof Lora.Glora general) {
            checkFits(module, general.added(), weight, biased);
        }
    }

    /** What of a part does not fit a weight, beside its ins and outs; null where all does. */
    private static String misfit(Part part, long[] weight, long in) {
        if (part instanceof Lora.Dora dora) {
            int norms = dora.magnitude().numbers().length;
            return norms == (dora.ofOutputs(weight) ? weight[0] : weight[1]) ? null : norms + " magnitudes";
        } else if (part instanceof Lora.Glora general) {
            boolean square = general.outer().shape()[0] == weight[1]
                    && general.inner().shape()[1] == weight[1]
                    && general.outer().shape()[1] == general.rank();
            return square ? null : "matrices of " + general.outer() + " and " + general.inner();
        } else if (part instanceof Lora.Scaling scaling) {
            int factors = scaling.factors().numbers().length;
            return factors == weight[scaling.ofOutputs() ? 0 : 1] ? null : factors + " factors";
        } else if (part instanceof Lora.Rotation rotation) {
            long turned = rotation.turn().inputs() ? in : weight[0];
            boolean rescaled = rotation.rescale()
                    .map(values -> values.numbers().length == weight[0])
                    .orElse(true);
            return turned % rotation.width() == 0 && rescaled ? null : "blocks of " + rotation.blocks();
        }
        Optional<Lora.Values> bias = bias(part);
        boolean fits = bias.map(values -> values.numbers().length == weight[0]).orElse(true);
        return fits ? null : "a bias of " + bias.get();
    }

    private static Optional<Lora.Values> bias(Part part) {
        if (part instanceof Lora.Difference difference) {
            return difference.bias();
        }
        return part instanceof Lora.Replacement replacement ? replacement.bias() : Optional.empty();
    }

    private static boolean ofBias(Part part) {
        return bias(part).isPresent();
    }

    /** ComfyUI's own trainer keeps a convolution's matrices flat. */
    private static boolean sameKernel(long[] down, long[] weight) {
        long[] wanted = kernel(weight);
        return down.length == 2
                ? down[1] == Arrays.stream(wanted).reduce(1, (a, b) -> a * b)
                : Arrays.equals(kernel(down), wanted);
    }

    private static String taken(Part part) {
        if (part.in() < 0) {
            return "any number";
        }
        return part instanceof Lora.LowRank low
                ? Arrays.toString(kernel(low.wholeDown().shape()))
                : "[" + part.in() + "]";
    }

    /** What a layer takes in: [in], or [in,kh,kw] where the kernel is larger than one pixel. */
    private static long[] kernel(long[] shape) {
        boolean onePixel = shape.length == 4 && shape[2] == 1 && shape[3] == 1;
        return Arrays.copyOfRange(shape, 1, onePixel ? 2 : shape.length);
    }

    private Problem cannotApply(String why, String remedy) {
        return new Problem("cannot apply the LoRA " + lora + " to " + model, why, remedy);
    }
}
