package graft.adapter;

import graft.adapter.Lora.Part;
import graft.adapter.Lora.Product;
import graft.adapter.Lora.Values;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One layer of a file that is several of a model: OpenCLIP has queries, keys and values one under the other in one matrix. */
final class Fused {

    /** What the file calls it, after the last dot. */
    static final String IN_PROJ = "in_proj";

    private static final List<String> APART = List.of("q_proj", "k_proj", "v_proj");

    private Fused() {}

    /**
     * The parts by the layers of the model.
     *
     * @param parts by module, as the file has them
     * @return those that cannot be taken apart stay as they are, to be refused by the model, which lacks such a layer
     */
    static Map<String, Part> apart(Map<String, Part> parts) {
        Map<String, Part> all = new LinkedHashMap<>();
        parts.forEach((module, part) -> {
            int dot = module.lastIndexOf('.');
            boolean fused = module.substring(dot + 1).equals(IN_PROJ);
            for (int i = 0; i < APART.size(); i++) {
                Optional<Part> third = fused ? third(part, i) : Optional.empty();
                String name = third.isPresent() ? module.substring(0, dot + 1) + APART.get(i) : module;
                all.put(name, third.orElse(part));
            }
        });
        return all;
    }

    /** What changes one third of the outputs; empty for a kind that has no such thing. */
    private static Optional<Part> third(Part part, int index) {
        if (part.out() % APART.size() != 0) {
            return Optional.empty();
        } else if (part instanceof Lora.LowRank low) {
            return Optional.of(new Lora.LowRank(low.down(), rows(low.up(), index), low.mid(), low.alpha()));
        } else if (part instanceof Lora.LoHa hadamard && !hasCore(hadamard)) {
            return Optional.of(
                    new Lora.LoHa(rows(hadamard.first(), index), rows(hadamard.second(), index), hadamard.alpha()));
        } else if (part instanceof Lora.Difference difference) {
            return Optional.of(new Lora.Difference(
                    difference.weight().map(values -> rows(values, index)),
                    difference.bias().map(values -> rows(values, index))));
        }
        return part instanceof Lora.Dora dora && dora.magnitude().shape()[0] == dora.out()
                ? third(dora.direction(), index)
                        .map(direction -> new Lora.Dora(direction, rows(dora.magnitude(), index)))
                : Optional.empty();
    }

    private static boolean hasCore(Lora.LoHa hadamard) {
        return hadamard.first().core().isPresent() || hadamard.second().core().isPresent();
    }

    private static Product rows(Product product, int index) {
        return new Product(rows(product.a(), index), product.b(), product.core());
    }

    private static Values rows(Values values, int index) {
        int size = values.numbers().length / APART.size();
        long[] shape = values.shape().clone();
        shape[0] /= APART.size();
        return new Values(Arrays.copyOfRange(values.numbers(), index * size, (index + 1) * size), shape);
    }
}
