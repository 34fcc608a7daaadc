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
import java.util.function.Function;

/** Fits the parts of one LoRA to the layers of one model. */
record Fitting(String lora, String model) {

    /** Adds the parts to the patches, at a strength; at 0 they are checked alone. */
    void add(
            Map<String, Part> parts,
            double strength,
            Function<String, Optional<String>> moduleOf,
            Function<String, long[]> shapeOf,
            NDManager memory,
            Map<String, List<Change>> patches) {
        Map<String, Part> byModule = fit(parts, moduleOf, shapeOf);
        if (strength != 0) {
            byModule.forEach((module, part) -> {
                Change change = LoraArrays.toChange(part, shapeOf.apply(module), strength, memory);
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
    Map<String, Part> fit(
            Map<String, Part> parts, Function<String, Optional<String>> moduleOf, Function<String, long[]> shapeOf) {
        Map<String, Part> byModule = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        parts.forEach((spelled, part) -> moduleOf.apply(spelled)
                .ifPresentOrElse(module -> byModule.put(module, part), () -> unknown.add(spelled)));
        // Widths first: they say what kind of model it was for, which a list of names does not.
        byModule.keySet().stream()
                .filter(module -> module.endsWith("attn2.to_k"))
                .findFirst()
                .ifPresent(module -> checkContext(byModule.get(module), shapeOf.apply(module)));
        byModule.forEach((module, part) -> checkFits(module, part, shapeOf.apply(module)));
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
                    "it was trained for a model whose text states are " + part.in() + " wide and this model's are "
                            + weight[1] + " wide",
                    "use it with a model of that width, or choose a LoRA that was trained for this one");
        }
    }

    private void checkFits(String module, Part part, long[] weight) {
        long in = Arrays.stream(weight).skip(1).reduce(1, (a, b) -> a * b);
        boolean kernelFits = !(part instanceof Lora.LowRank low)
                || sameKernel(low.wholeDown().shape(), weight);
        boolean sizeFits = (part.out() < 0 || part.out() == weight[0]) && (part.in() < 0 || part.in() == in);
        if (!kernelFits || !sizeFits) {
            throw cannotApply(
                    "its layer " + module + " goes from " + taken(part) + " to " + part.out() + " and the model's from "
                            + Arrays.toString(kernel(weight)) + " to " + weight[0],
                    "use it with the model that it was trained for");
        }
        if (part instanceof Lora.Dora dora) {
            checkFits(module, dora.direction(), weight);
            int norms = dora.magnitude().numbers().length;
            if (norms != (dora.ofOutputs(weight) ? weight[0] : weight[1])) {
                throw cannotApply(
                        "its layer " + module + " has " + norms + " magnitudes for a weight of "
                                + Arrays.toString(weight),
                        "use it with the model that it was trained for");
            }
        }
    }

    private static boolean sameKernel(long[] down, long[] weight) {
        return Arrays.equals(kernel(down), kernel(weight));
    }

    private static String taken(Part part) {
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
