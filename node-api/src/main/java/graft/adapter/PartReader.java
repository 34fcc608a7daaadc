package graft.adapter;

import graft.adapter.Lora.Part;
import graft.adapter.Lora.Product;
import graft.adapter.Lora.Values;
import graft.adapter.LoraKey.Role;
import graft.file.SafeTensors;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts one layer's tensors together to the part that they are.
 *
 * @param names of the layer's tensors in the file
 */
record PartReader(SafeTensors tensors, String part, String module, Map<Role, String> names, PeftSettings settings) {

    /** Roles by the kind that they belong to, in the order that they are told in. */
    private static final Map<String, Set<Role>> KINDS = kinds();

    /** What changes the bias alone, beside whatever changes the weight. */
    private static final Set<Role> OF_BIAS = Set.of(Role.DIFF_B, Role.B_NORM, Role.BIAS, Role.LORA_BIAS);

    private static Map<String, Set<Role>> kinds() {
        Map<String, Set<Role>> kinds = new LinkedHashMap<>();
        kinds.put("lora", EnumSet.of(Role.DOWN, Role.UP, Role.MID));
        kinds.put("hada", EnumSet.range(Role.HADA_W1_A, Role.HADA_T2));
        kinds.put("lokr", EnumSet.range(Role.LOKR_W1, Role.LOKR_T1));
        kinds.put("glora", EnumSet.of(Role.A1, Role.A2, Role.B1, Role.B2));
        kinds.put("oft", EnumSet.of(Role.OFT_BLOCKS, Role.RESCALE, Role.OFT_R, Role.OFT_S, Role.OFT_UPPER));
        kinds.put("boft", EnumSet.of(Role.BOFT_R, Role.BOFT_S));
        kinds.put("ia3", EnumSet.of(Role.IA3_L));
        kinds.put("diff", EnumSet.of(Role.DIFF));
        kinds.put("w_norm", EnumSet.of(Role.W_NORM));
        kinds.put("set_weight", EnumSet.of(Role.SET_WEIGHT));
        kinds.put("weight", EnumSet.of(Role.WEIGHT, Role.ON_INPUT));
        return kinds;
    }

    /** @throws Problem naming file and layer, when the tensors do not belong together */
    Part read() {
        List<Part> parts = new ArrayList<>();
        kind().ifPresent(kind -> parts.add(ofWeight(kind)));
        List<Role> biases = names.keySet().stream().filter(OF_BIAS::contains).toList();
        if (biases.size() > 1) {
            throw wrong("has more than one change of its bias, " + spelled(biases.get(0)) + " and "
                    + spelled(biases.get(1)));
        }
        for (Role role : biases) {
            addBias(role, parts);
        }
        if (parts.isEmpty()) {
            throw wrong("has no tensor but " + String.join(" and ", names.values()));
        }
        checkReshape(parts.get(0));
        return parts.size() == 1 ? parts.get(0) : new Lora.Several(List.copyOf(parts));
    }

    private Optional<String> kind() {
        List<String> found = KINDS.entrySet().stream()
                .filter(kind -> kind.getValue().stream().anyMatch(names::containsKey))
                .map(Map.Entry::getKey)
                .toList();
        if (found.size() > 1) {
            throw wrong("has tensors of two kinds, " + found.get(0) + " and " + found.get(1));
        }
        if (found.isEmpty() && names.keySet().stream().anyMatch(role -> role == Role.MAGNITUDE)) {
            throw wrong("has no tensor but " + String.join(" and ", names.values()));
        }
        return found.stream().findFirst();
    }

    private Part ofWeight(String kind) {
        Part part = direction(kind);
        if (!names.containsKey(Role.MAGNITUDE)) {
            return part;
        }
        if (part instanceof Lora.Difference || part instanceof Lora.Replacement) {
            throw wrong("has magnitudes beside a difference of weights");
        }
        return new Lora.Dora(part, magnitude(values(Role.MAGNITUDE)));
    }

    private Part direction(String kind) {
        return switch (kind) {
            case "lora" -> lowRank();
            case "hada" -> loHa();
            case "lokr" -> loKr();
            case "glora" -> glora();
            case "oft", "boft" -> rotation();
            case "ia3" -> peftScaling();
            case "weight" -> names.containsKey(Role.ON_INPUT) || !ofPeft() ? scaling() : replacement(Role.WEIGHT);
            case "set_weight" -> replacement(Role.SET_WEIGHT);
            case "w_norm" -> new Lora.Difference(optional(Role.W_NORM), Optional.empty());
            default -> new Lora.Difference(optional(Role.DIFF), Optional.empty());
        };
    }

    /** What changes the bias: of the part itself where that may hold it, else one more part. */
    private void addBias(Role role, List<Part> parts) {
        Values bias = values(role);
        if (role == Role.LORA_BIAS) {
            if (parts.isEmpty() || !(parts.get(0) instanceof Lora.LowRank || parts.get(0) instanceof Lora.Dora)) {
                throw wrong("has the bias of a LoRA's second matrix, and no LoRA");
            }
            bias = scaled(bias, parts.get(0).scale());
        }
        Part only = role == Role.BIAS
                ? new Lora.Replacement(Optional.empty(), Optional.of(bias))
                : new Lora.Difference(Optional.empty(), Optional.of(bias));
        if (!parts.isEmpty() && only instanceof Lora.Difference && parts.get(0) instanceof Lora.Difference first) {
            parts.set(0, new Lora.Difference(first.weight(), Optional.of(bias)));
        } else if (!parts.isEmpty()
                && only instanceof Lora.Replacement
                && parts.get(0) instanceof Lora.Replacement first) {
            parts.set(0, new Lora.Replacement(first.weight(), Optional.of(bias)));
        } else {
            parts.add(only);
        }
    }

    /** A LoRA that enlarges its layer, as for Flux' control models, would have to be of that size. */
    private void checkReshape(Part part) {
        if (!names.containsKey(Role.RESHAPE_WEIGHT)) {
            return;
        }
        long size = 1;
        for (float axis : values(Role.RESHAPE_WEIGHT).numbers()) {
            size *= Math.round(axis);
        }
        if (part.out() < 0 || part.in() < 0 || size != part.out() * part.in()) {
            throw wrong("has a reshape_weight that its other tensors do not fit");
        }
    }

    private boolean ofPeft() {
        return names.values().stream().anyMatch(name -> name.startsWith("base_model.model."));
    }

    private Part replacement(Role role) {
        return new Lora.Replacement(optional(role), Optional.empty());
    }

    /** LyCORIS': one axis of numbers for a linear layer, [1,n,1,1] for a convolution; once also [n,1] for outputs. */
    private Part scaling() {
        if (!names.containsKey(Role.WEIGHT)) {
            throw wrong("has no tensor but " + String.join(" and ", names.values()));
        }
        Values factors = values(Role.WEIGHT);
        long longest = Arrays.stream(factors.shape()).max().orElse(1);
        if (factors.numbers().length == 0 || longest != factors.numbers().length) {
            throw wrong("has a weight of " + factors + ", which are no factors of an (IA)³");
        }
        boolean ofInputs = names.containsKey(Role.ON_INPUT)
                ? values(Role.ON_INPUT).numbers()[0] != 0
                : factors.shape().length > 1 && factors.shape()[0] == 1;
        return new Lora.Scaling(factors, !ofInputs, false);
    }

    /** peft's: [out,1] or [1,in] for a linear layer; for a convolution [1,n,1,1], where the settings tell. */
    private Part peftScaling() {
        Values factors = values(Role.IA3_L);
        long[] shape = factors.shape();
        boolean ofInputs = shape.length == 2
                ? shape[0] == 1 && shape[1] != 1
                : settings.scalesInputs(part, module).orElse(false);
        return new Lora.Scaling(factors, !ofInputs, true);
    }

    private Part glora() {
        for (Role role : new Role[] {Role.A1, Role.A2, Role.B1, Role.B2}) {
            if (!names.containsKey(role)) {
                throw wrong("has no " + spelled(role));
            }
        }
        Values a1 = values(Role.A1);
        Values a2 = values(Role.A2);
        Values b1 = values(Role.B1);
        Values b2 = values(Role.B2);
        boolean matrices = List.of(a1, a2, b1, b2).stream().allMatch(values -> values.shape().length >= 2);
        if (matrices && b1.shape()[1] == b2.shape()[0] && a1.shape()[1] == a2.shape()[0]) {
            int rank = Math.toIntExact(b2.shape()[0]);
            return new Lora.Glora(new Lora.LowRank(b2, b1, Optional.empty(), alpha(rank)), a1, a2);
        }
        // LyCORIS before 1.9 had the two of each pair the other way round.
        if (matrices && b2.shape()[1] == b1.shape()[0] && a2.shape()[1] == a1.shape()[0]) {
            int rank = Math.toIntExact(b1.shape()[0]);
            return new Lora.Glora(new Lora.LowRank(b1, b2, Optional.empty(), alpha(rank)), a2, a1);
        }
        throw wrong("has matrices of " + a1 + ", " + a2 + ", " + b1 + " and " + b2 + ", which are no GLoRA's");
    }

    private Part rotation() {
        if (names.containsKey(Role.OFT_UPPER)) {
            Values upper = values(Role.OFT_UPPER);
            return turned(
                    projected(squares(upper), upper.numbers(), Math.sqrt(2)),
                    Optional.empty(),
                    Lora.Turn.PEFT,
                    settings.neumannTerms(part));
        }
        if (names.containsKey(Role.BOFT_R)) {
            return turned(values(Role.BOFT_R), optional(Role.BOFT_S), Lora.Turn.PEFT_BUTTERFLY, 0);
        }
        if (names.containsKey(Role.OFT_R)) {
            Values blocks = values(Role.OFT_R);
            Lora.Turn turn = names.containsKey(Role.OFT_S) ? Lora.Turn.PEFT_SCALED : Lora.Turn.PEFT_OUTPUTS;
            if (settings.constraint(part).isPresent()) {
                throw wrong("is an OFT of an older peft with the setting coft, which is not followed here");
            }
            return turned(blocks, optional(Role.OFT_S), turn, 0);
        }
        if (!names.containsKey(Role.OFT_BLOCKS)) {
            throw wrong("has no oft_blocks");
        }
        Values blocks = values(Role.OFT_BLOCKS);
        boolean butterfly = blocks.shape().length == 4;
        return turned(blocks, optional(Role.RESCALE), butterfly ? Lora.Turn.BUTTERFLY : Lora.Turn.DIAGONAL, 0);
    }

    private Part turned(Values blocks, Optional<Values> rescale, Lora.Turn turn, int terms) {
        long[] shape = blocks.shape();
        int axes = shape.length;
        if (axes < 3
                || axes > 4
                || turn.butterfly() != (axes == 4)
                || shape[axes - 1] != shape[axes - 2]
                || blocks.numbers().length == 0) {
            throw wrong("has blocks of " + blocks + ", which are no OFT's");
        }
        Values four = axes == 4 ? blocks : new Values(blocks.numbers(), 1, shape[0], shape[1], shape[2]);
        long stages = four.shape()[0];
        long width = four.shape()[2];
        // A butterfly's last rotation mixes 2^(stages − 1) blocks.
        if ((stages > 1 || turn == Lora.Turn.BUTTERFLY)
                && (width % 2 != 0 || stages > 30 || four.shape()[1] % (1L << (stages - 1)) != 0)) {
            throw wrong("has blocks of " + blocks + ", which are no BOFT's");
        }
        boolean comfy = names.values().stream().anyMatch(name -> name.startsWith("diffusion_model."));
        boolean constrained = turn == Lora.Turn.DIAGONAL || turn == Lora.Turn.BUTTERFLY;
        double alpha = constrained && names.containsKey(Role.ALPHA)
                ? values(Role.ALPHA).numbers()[0]
                : 0;
        // ComfyUI's own trainer keeps the constraint itself, the others that of one output.
        double outputs = (double) four.shape()[1] * width;
        return new Lora.Rotation(four, rescale, comfy ? alpha : alpha * outputs, turn, terms);
    }

    /** The numbers above the diagonal of each block as whole blocks. */
    private Values squares(Values upper) {
        long[] shape = upper.shape();
        int width = shape.length == 2 ? (int) Math.round((1 + Math.sqrt(1 + 8.0 * shape[1])) / 2) : 0;
        if (shape.length != 2 || shape[1] == 0 || (long) width * (width - 1) / 2 != shape[1]) {
            throw wrong("has blocks of " + upper + ", which are no OFT's");
        }
        int count = Math.toIntExact(shape[0]);
        float[] blocks = new float[count * width * width];
        int at = 0;
        for (int block = 0; block < count; block++) {
            for (int row = 0; row < width; row++) {
                for (int column = row + 1; column < width; column++) {
                    blocks[(block * width + row) * width + column] = upper.numbers()[at++];
                }
            }
        }
        return new Values(blocks, count, width, width);
    }

    /** peft's COFT: blocks whose norm is over eps/√blocks are brought back to it. */
    private Values projected(Values blocks, float[] upper, double weight) {
        Optional<Double> most = settings.constraint(part);
        if (most.isEmpty()) {
            return blocks;
        }
        int count = Math.toIntExact(blocks.shape()[0]);
        int size = blocks.numbers().length / count;
        int each = upper.length / count;
        float[] numbers = blocks.numbers().clone();
        for (int block = 0; block < count; block++) {
            double squares = 0;
            for (int i = 0; i < each; i++) {
                squares += (double) upper[block * each + i] * upper[block * each + i];
            }
            double norm = weight * Math.sqrt(squares);
            double limit = most.get() / Math.sqrt(count);
            for (int i = 0; norm > limit && i < size; i++) {
                numbers[block * size + i] *= (float) (limit / norm);
            }
        }
        return new Values(numbers, blocks.shape());
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
        Product first = product(optional(Role.LOKR_W1), Role.LOKR_W1_A, Role.LOKR_W1_B, optional(Role.LOKR_T1));
        Product second = product(optional(Role.LOKR_W2), Role.LOKR_W2_A, Role.LOKR_W2_B, optional(Role.LOKR_T2));
        int rank = new Lora.LoKr(first, second, 1).rank();
        if (rank == 0) {
            return new Lora.LoKr(first, scaled(second, settings.wholeScale(part, module)), 1);
        }
        return new Lora.LoKr(first, second, alpha(rank));
    }

    private static Product scaled(Product whole, double scale) {
        return new Product(scaled(whole.a(), scale), Optional.empty(), Optional.empty());
    }

    private static Values scaled(Values values, double scale) {
        float[] numbers = values.numbers().clone();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (numbers[i] * scale);
        }
        return new Values(numbers, values.shape());
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
            return settings.alpha(part, module, rank);
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
