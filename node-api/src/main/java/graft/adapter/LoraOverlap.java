package graft.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora.LowRank;
import graft.adapter.Lora.Part;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How much the updates Δ and Δ' that two LoRAs make to the same layers have in common. All of it comes from products of their
 * factors, so that no update is ever formed; all layers that both change count together, by how much they are changed.
 *
 * @param cosine of the angle between the updates, −1 to 1: 1 where both do the same, −1 where one undoes the other
 * @param inputs how much they react to the same directions, 0 to 1: Σ‖ΔΔ'ᵀ‖² ∕ Σ‖ΔᵀΔ‖·‖Δ'ᵀΔ'‖
 * @param outputs how much they write to the same directions, 0 to 1: Σ‖ΔᵀΔ'‖² ∕ Σ‖ΔΔᵀ‖·‖Δ'Δ'ᵀ‖
 * @param layers how many were compared
 * @param block where most of what they have in common lies
 */
public record LoraOverlap(double cosine, double inputs, double outputs, int layers, LoraBlock block) {

    /** The share of directions that they have in common: the geometric mean of that of the inputs and that of the outputs. */
    public double share() {
        return Math.sqrt(inputs * outputs);
    }

    /** Of those that both change; empty where there are none of the kind LoRA, whose factors can be compared. */
    public static Optional<LoraOverlap> of(Lora one, Lora other) {
        Map<LoraBlock, Sums> sums = new TreeMap<>();
        try (NDManager memory = Compute.choose("cpu").newManager()) {
            LoraBlock.of(one).forEach((part, modules) -> {
                Map<String, LowRank> others = new TreeMap<>();
                other.layers(part).forEach((module, each) -> low(each)
                        .ifPresent(low -> others.put(LoraKey.flatten(module), low)));
                modules.forEach((module, block) -> {
                    LowRank theirs = others.get(LoraKey.flatten(module));
                    low(one.layers(part).get(module))
                            .filter(mine -> theirs != null && mine.out() == theirs.out() && mine.in() == theirs.in())
                            .ifPresent(mine -> sums.computeIfAbsent(block, first -> new Sums())
                                    .add(mine, theirs, memory));
                });
            });
        }
        Sums all = new Sums();
        sums.values().forEach(all::add);
        return sums.entrySet().stream()
                .max(Map.Entry.comparingByValue((a, b) -> Double.compare(a.sameOutputs, b.sameOutputs)))
                .filter(most -> all.norms > 0 && all.squares > 0)
                .map(most -> new LoraOverlap(
                        all.product / Math.sqrt(all.norms * all.otherNorms),
                        all.sameInputs / all.squares,
                        all.sameOutputs / all.squares,
                        all.layers,
                        most.getKey()));
    }

    private static Optional<LowRank> low(Part part) {
        if (part instanceof LowRank low) {
            return Optional.of(low);
        } else if (part instanceof Lora.Dora dora) {
            return low(dora.direction());
        }
        return part instanceof Lora.Several several ? low(several.parts().get(0)) : Optional.empty();
    }

    private static final class Sums {
        private double product;
        private double norms;
        private double otherNorms;
        private double sameInputs;
        private double sameOutputs;
        private double squares;
        private int layers;

        void add(Sums each) {
            product += each.product;
            norms += each.norms;
            otherNorms += each.otherNorms;
            sameInputs += each.sameInputs;
            sameOutputs += each.sameOutputs;
            squares += each.squares;
            layers += each.layers;
        }

        void add(LowRank mine, LowRank theirs, NDManager memory) {
            try (Scope scope = Scope.open()) {
                NDArray down = rows(mine.wholeDown(), mine.rank(), memory);
                NDArray theirDown = rows(theirs.wholeDown(), theirs.rank(), memory);
                NDArray up = rows(mine.up(), mine.out(), memory);
                NDArray theirUp = rows(theirs.up(), theirs.out(), memory);
                double[][] ins = product(down, theirDown.transpose());
                double[][] outs = product(up.transpose(), theirUp);
                double[][] in = product(down, down.transpose());
                double[][] out = product(up.transpose(), up);
                double[][] theirIn = product(theirDown, theirDown.transpose());
                double[][] theirOut = product(theirUp.transpose(), theirUp);
                double scales = mine.scale() * theirs.scale();
                double square = scales * scales;
                product += scales * sum(ins, outs);
                norms += mine.scale() * mine.scale() * sum(in, out);
                otherNorms += theirs.scale() * theirs.scale() * sum(theirIn, theirOut);
                sameInputs += square * sum(times(out, ins), times(ins, theirOut));
                sameOutputs += square * sum(times(in, outs), times(outs, theirIn));
                double[][] size = times(out, in);
                double[][] theirSize = times(theirOut, theirIn);
                squares += square * Math.sqrt(sum(size, transposed(size)) * sum(theirSize, transposed(theirSize)));
                layers++;
            }
        }

        private static NDArray rows(Lora.Values values, long rows, NDManager memory) {
            return memory.create(values.numbers(), new Shape(rows, values.numbers().length / rows));
        }

        private static double[][] product(NDArray left, NDArray right) {
            NDArray product = left.matMul(right);
            float[] flat = product.toFloatArray();
            int columns = Math.toIntExact(product.getShape().get(1));
            double[][] matrix = new double[flat.length / columns][columns];
            for (int i = 0; i < flat.length; i++) {
                matrix[i / columns][i % columns] = flat[i];
            }
            return matrix;
        }

        private static double[][] times(double[][] left, double[][] right) {
            double[][] product = new double[left.length][right[0].length];
            for (int i = 0; i < left.length; i++) {
                for (int k = 0; k < right.length; k++) {
                    for (int j = 0; j < right[0].length; j++) {
                        product[i][j] += left[i][k] * right[k][j];
                    }
                }
            }
            return product;
        }

        private static double[][] transposed(double[][] matrix) {
            double[][] turned = new double[matrix[0].length][matrix.length];
            for (int i = 0; i < matrix.length; i++) {
                for (int j = 0; j < matrix[0].length; j++) {
                    turned[j][i] = matrix[i][j];
                }
            }
            return turned;
        }

        /** Σ of the products place by place. */
        private static double sum(double[][] left, double[][] right) {
            double sum = 0;
            for (int i = 0; i < left.length; i++) {
                for (int j = 0; j < left[0].length; j++) {
                    sum += left[i][j] * right[i][j];
                }
            }
            return sum;
        }
    }
}
