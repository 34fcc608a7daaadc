package graft.adapter;

import graft.adapter.Lora.Part;
import graft.adapter.Lora.Product;
import graft.adapter.Lora.Values;
import graft.adapter.LoraKey.Role;
import graft.adapter.LoraKey.Side;
import graft.file.SafeTensors;
import graft.node.Problem;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts one layer's tensors together to the part that they are.
 *
 * @param names of the layer's tensors in the file
 */
record PartReader(SafeTensors tensors, Side side, String module, Map<Role, String> names, PeftSettings settings) {

    private static final Set<Role> LOW_RANK = Set.of(Role.DOWN, Role.UP, Role.MID);
    private static final Set<Role> BESIDE = Set.of(Role.ALPHA, Role.MAGNITUDE);

    /** @throws Problem naming file and layer, when the tensors do not belong together */
    Part read() {
        Part part = direction();
        if (!names.containsKey(Role.MAGNITUDE)) {
            return part;
        }
        if (part instanceof Lora.Difference) {
            throw wrong("has magnitudes beside a difference of weights");
        }
        return new Lora.Dora(part, magnitude(values(Role.MAGNITUDE)));
    }

    private Part direction() {
        String kind = null;
        for (Role role : names.keySet()) {
            if (!BESIDE.contains(role)) {
                String other = LOW_RANK.contains(role) ? "lora" : spelled(role).replaceFirst("_.*", "");
                if (kind != null && !kind.equals(other)) {
                    throw wrong("has tensors of two kinds, " + kind + " and " + other);
                }
                kind = other;
            }
        }
        if (kind == null) {
            throw wrong("has no tensor but " + String.join(" and ", names.values()));
        }
        return switch (kind) {
            case "lora" -> lowRank();
            case "hada" -> loHa();
            case "lokr" -> loKr();
            default -> new Lora.Difference(optional(Role.DIFF), optional(Role.DIFF_B));
        };
    }

    private Part lowRank() {
        if (!names.containsKey(Role.DOWN) || !names.containsKey(Role.UP)) {
            throw wrong("has only one of its two matrices");
        }
        Values down = values(Role.DOWN);
        Values up = values(Role.UP);
        Optional<Values> mid = optional(Role.MID);
        long[] into = down.shape();
        long[] from = up.shape();
        boolean linear = into.length == 2 && from.length == 2 && mid.isEmpty();
        boolean convolution = into.length == 4 && from.length == 4 && from[2] == 1 && from[3] == 1;
        boolean meet = mid.map(core -> core.shape().length == 4
                        && core.shape()[0] == from[1]
                        && core.shape()[1] == into[0]
                        && into.length == 4
                        && into[2] == 1
                        && into[3] == 1)
                .orElse(into[0] == from[1]);
        if (!(linear || convolution) || !meet || into[0] == 0) {
            throw wrong("has matrices of " + down + " and " + up
                    + mid.map(core -> " and " + core).orElse("") + ", which are no LoRA's");
        }
        return new Lora.LowRank(down, up, mid, alpha(Math.toIntExact(into[0])));
    }

    private Part loHa() {
        Product first = product(Optional.empty(), Role.HADA_W1_A, Role.HADA_W1_B, optional(Role.HADA_T1));
        Product second = product(Optional.empty(), Role.HADA_W2_A, Role.HADA_W2_B, optional(Role.HADA_T2));
        if (first.out() != second.out() || first.in() != second.in()) {
            throw wrong("has two matrices of different sizes, which are no LoHa's");
        }
        return new Lora.LoHa(first, second, alpha(first.rank()));
    }

    private Part loKr() {
        Product first = product(optional(Role.LOKR_W1), Role.LOKR_W1_A, Role.LOKR_W1_B, Optional.empty());
        Product second = product(optional(Role.LOKR_W2), Role.LOKR_W2_A, Role.LOKR_W2_B, optional(Role.LOKR_T2));
        int rank = new Lora.LoKr(first, second, 1).rank();
        if (rank == 0) {
            return new Lora.LoKr(first, scaled(second, settings.wholeScale(side, module)), 1);
        }
        return new Lora.LoKr(first, second, alpha(rank));
    }

    private static Product scaled(Product whole, double scale) {
        float[] numbers = whole.a().numbers().clone();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (numbers[i] * scale);
        }
        return new Product(new Values(numbers, whole.a().shape()), Optional.empty(), Optional.empty());
    }

    private Product product(Optional<Values> whole, Role left, Role right, Optional<Values> core) {
        if (whole.isPresent()) {
            if (whole.get().shape().length < 2) {
                throw wrong("has a matrix of " + whole.get());
            }
            return new Product(whole.get(), Optional.empty(), Optional.empty());
        }
        for (Role role : new Role[] {left, right}) {
            if (!names.containsKey(role)) {
                throw wrong("has no " + spelled(role));
            }
        }
        Values a = values(left);
        Values b = values(right);
        boolean matrices = a.shape().length == 2 && b.shape().length >= 2;
        boolean meet = matrices
                && core.map(values -> values.shape().length == 4
                                && values.shape()[0] == a.shape()[0]
                                && values.shape()[1] == b.shape()[0]
                                && b.shape().length == 2)
                        .orElse(a.shape()[1] == b.shape()[0]);
        if (!meet || b.shape()[0] == 0) {
            throw wrong("has matrices of " + a + " and " + b + ", which do not meet");
        }
        return new Product(a, Optional.of(b), core);
    }

    /** peft keeps one axis, or for convolutions [1,out,1,1]: always of the outputs. */
    private Values magnitude(Values stored) {
        boolean peft = names.get(Role.MAGNITUDE).contains("lora_magnitude_vector");
        if (!peft && stored.shape().length >= 2) {
            return stored;
        }
        return new Values(stored.numbers(), stored.numbers().length, 1);
    }

    private double alpha(int rank) {
        if (!names.containsKey(Role.ALPHA)) {
            return settings.alpha(side, module, rank);
        }
        float[] stored = values(Role.ALPHA).numbers();
        if (stored.length != 1) {
            throw wrong("has " + stored.length + " alphas");
        }
        return stored[0] == 0 ? rank : stored[0];
    }

    private Optional<Values> optional(Role role) {
        return names.containsKey(role) ? Optional.of(values(role)) : Optional.empty();
    }

    private Values values(Role role) {
        String name = names.get(role);
        float[] numbers = tensors.floats(name);
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw new Problem(
                        "cannot use the LoRA " + tensors.file(),
                        "its tensor \"" + name + "\" holds " + number,
                        "use another, since its training had failed");
            }
        }
        return new Values(numbers, tensors.entry(name).shape());
    }

    private static String spelled(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private Problem wrong(String why) {
        return new Problem(
                "cannot read the LoRA " + tensors.file(),
                "its layer " + module + " " + why,
                "download or export it again");
    }
}
