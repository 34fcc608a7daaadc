package graft.adapter;

import ai.djl.ndarray.NDManager;
import graft.model.Change;
import graft.model.Parts;
import graft.node.Resource;
import graft.node.SocketType;
import graft.node.Sound;
import graft.tensor.Finite;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Small changes of a base model's layers, of the LoRA family, on the Java heap.
 *
 * <p>A module is named by its path ({@code down_blocks.0.attentions.0…to_q}) or, when it came from a kohya file and no
 * model was at hand, by that path with underscores for dots; {@link LoraTarget} turns one into the other.
 */
@SocketType(id = "graft/lora", title = "LoRA", color = "#FFB74D")
public final class Lora implements Resource, Sound {

    /** Numbers row by row with their shape; equal when both are. */
    @SuppressWarnings("ArrayRecordComponent") // compared by value below
    public record Values(float[] numbers, long... shape) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Values that
                    && Arrays.equals(shape, that.shape)
                    && Arrays.equals(numbers, that.numbers);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(shape) + Arrays.hashCode(numbers);
        }

        @Override
        public String toString() {
            return Arrays.toString(shape);
        }
    }

    /** What changes one layer's weight W: to W + strength · (changed − W). */
    public sealed interface Part {

        /** How many directions the change has; 0 where it is kept whole. */
        int rank();

        /** What the change is scaled by, times the rank. */
        double alpha();

        /** How many outputs the layer has; −1 where the part fits any number. */
        long out();

        /** How many numbers of W each output has: in, times kh·kw for a convolution; −1 where the part fits any number. */
        long in();

        /** alpha / rank. */
        default double scale() {
            return rank() == 0 ? 1 : alpha() / rank();
        }

        /** alpha/r · up·down, from flat arrays: [r,in] and [out,r], or [r,in,kh,kw] and [out,r,1,1]. */
        static LowRank lowRank(float[] down, long[] downShape, float[] up, long[] upShape, double alpha) {
            return new LowRank(new Values(down, downShape), new Values(up, upShape), Optional.empty(), alpha);
        }
    }

    /**
     * LoRA, and LoCon for convolutions: alpha/r · up·down.
     *
     * @param down [r,in], or [r,in,kh,kw] for a convolution; [r,in,1,1] before {@code mid}
     * @param up [out,r], or [out,r,1,1] for a convolution
     * @param mid [r,r,kh,kw] between the two (Tucker decomposition)
     */
    public record LowRank(Values down, Values up, Optional<Values> mid, double alpha) implements Part {

        @Override
        public int rank() {
            return Math.toIntExact(down.shape()[0]);
        }

        @Override
        public long out() {
            return up.shape()[0];
        }

        @Override
        public long in() {
            return size(down, 1) * mid.map(core -> size(core, 2)).orElse(1L);
        }

        /** {@code mid} and {@code down} as one, [r,in,kh,kw]. */
        Values wholeDown() {
            return mid.map(core -> joined(core, down)).orElse(down);
        }

        private static Values joined(Values mid, Values down) {
            int outer = (int) mid.shape()[0];
            int rank = (int) mid.shape()[1];
            int in = (int) down.shape()[1];
            int kernel = (int) size(mid, 2);
            double[] sums = new double[outer * in * kernel];
            for (int o = 0; o < outer; o++) {
                for (int r = 0; r < rank; r++) {
                    for (int i = 0; i < in; i++) {
                        for (int k = 0; k < kernel; k++) {
                            sums[(o * in + i) * kernel + k] +=
                                    (double) mid.numbers()[(o * rank + r) * kernel + k] * down.numbers()[r * in + i];
                        }
                    }
                }
            }
            float[] numbers = new float[sums.length];
            for (int i = 0; i < sums.length; i++) {
                numbers[i] = (float) sums[i];
            }
            return new Values(numbers, outer, in, mid.shape()[2], mid.shape()[3]);
        }
    }

    /**
     * A matrix that is kept whole, as a·b, or in Tucker form.
     *
     * @param a the matrix, or [out,r] before {@code b}, or [r,out] beside a core
     * @param b [r,in·kh·kw], beside a core [r,in]
     * @param core [r,r,kh,kw]
     */
    public record Product(Values a, Optional<Values> b, Optional<Values> core) {

        int rank() {
            return b.map(right -> Math.toIntExact(right.shape()[0])).orElse(0);
        }

        long out() {
            return a.shape()[core.isPresent() ? 1 : 0];
        }

        long in() {
            return b.map(right -> size(right, 1)).orElseGet(() -> size(a, 1))
                    * core.map(values -> size(values, 2)).orElse(1L);
        }
    }

    /** LoHa: alpha/r · first∘second, value by value. */
    public record LoHa(Product first, Product second, double alpha) implements Part {

        @Override
        public int rank() {
            return first.rank();
        }

        @Override
        public long out() {
            return first.out();
        }

        @Override
        public long in() {
            return first.in();
        }
    }

    /** LoKr: alpha/r · first⊗second, Kronecker's product; whole matrices have no rank and are not scaled. */
    public record LoKr(Product first, Product second, double alpha) implements Part {

        @Override
        public int rank() {
            return second.rank() == 0 ? first.rank() : second.rank();
        }

        @Override
        public long out() {
            return first.out() * second.out();
        }

        @Override
        public long in() {
            return first.in() * second.in();
        }
    }

    /**
     * GLoRA: alpha/r · (W·outer·inner + up·down).
     *
     * @param added up·down, and the alpha of both
     * @param outer [in,r] of a1 in LyCORIS, with two more axes of one for a convolution
     * @param inner [r,in] of a2
     */
    public record Glora(LowRank added, Values outer, Values inner) implements Part {

        @Override
        public int rank() {
            return added.rank();
        }

        @Override
        public double alpha() {
            return added.alpha();
        }

        @Override
        public long out() {
            return added.out();
        }

        @Override
        public long in() {
            return added.in();
        }
    }

    /** How a file's blocks turn a weight: which tool's, which of its forms. */
    public enum Turn {
        /** {@code oft_blocks} [k,b,b] of kohya, LyCORIS and ComfyUI, on the outputs. */
        DIAGONAL(false, -1),
        /** {@code oft_blocks} [m,k,b,b] of LyCORIS, on the outputs: BOFT. */
        BUTTERFLY(false, 1),
        /** {@code oft_r} [k,b,b] of peft up to 0.13, on the outputs. */
        PEFT_OUTPUTS(false, 0.5),
        /** {@code oft_r} with {@code oft_s} of peft 0.14 and 0.15, on the inputs. */
        PEFT_SCALED(true, -0.5),
        /** {@code oft_R.weight} [k,b(b−1)/2] of later peft, on the inputs. */
        PEFT(true, -1),
        /** {@code boft_R} [m,k,b,b] of peft, on the inputs: BOFT. */
        PEFT_BUTTERFLY(true, -0.5);

        private final boolean inputs;
        private final double factor;

        Turn(boolean inputs, double factor) {
            this.inputs = inputs;
            this.factor = factor;
        }

        /** Whether inputs are turned rather than outputs. */
        boolean inputs() {
            return inputs;
        }

        /** What block − blockᵀ is multiplied by in Cayley's transform. */
        double factor() {
            return factor;
        }

        boolean butterfly() {
            return this == BUTTERFLY || this == PEFT_BUTTERFLY;
        }
    }

    /**
     * OFT and BOFT: outputs or inputs turned by blocks of rotations.
     *
     * @param blocks [m,k,b,b]: m rotations one after the other, each of k blocks, or of one that all places share
     * @param rescale one for each output, in the file's shape
     * @param constraint the most that the norm of all blocks may be; 0 for any
     * @param terms of the Neumann series in place of Cayley's transform itself; 0 for that
     */
    public record Rotation(Values blocks, Optional<Values> rescale, double constraint, Turn turn, int terms)
            implements Part {

        /** How wide a block is. */
        int width() {
            return Math.toIntExact(blocks.shape()[2]);
        }

        /** Whether one block stands for all. */
        boolean shared() {
            return blocks.shape()[1] == 1;
        }

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public double alpha() {
            return 1;
        }

        @Override
        public long out() {
            if (turn.inputs() || shared()) {
                return rescale.map(values -> (long) values.numbers().length).orElse(-1L);
            }
            return blocks.shape()[1] * width();
        }

        @Override
        public long in() {
            return turn.inputs() && !shared() ? blocks.shape()[1] * width() : -1;
        }
    }

    /**
     * (IA)³: each output, or each input, times 1 + its factor, or in peft's spelling times the factor.
     *
     * @param factors one for each output or input, in the file's shape
     * @param peft whether they are peft's, whose factors of outputs count for the bias too
     */
    public record Scaling(Values factors, boolean ofOutputs, boolean peft) implements Part {

        @Override
        public int rank() {
            return 0;
        }

        @Override
        public double alpha() {
            return 1;
        }

        @Override
        public long out() {
            return ofOutputs ? factors.numbers().length : -1;
        }

        /** −1: the inputs of a convolution count once for each place of its kernel, which the factors do not say. */
        @Override
        public long in() {
            return -1;
        }
    }

    /** Numbers for W and for the bias as a file has them, which have no rank. */
    private sealed interface Whole extends Part {

        Optional<Values> weight();

        Optional<Values> bias();

        @Override
        default int rank() {
            return 0;
        }

        @Override
        default double alpha() {
            return 1;
        }

        @Override
        default long out() {
            return weight().or(this::bias).orElseThrow().shape()[0];
        }

        /** −1 where the bias alone changes. */
        @Override
        default long in() {
            return weight().map(values -> size(values, 1)).orElse(-1L);
        }
    }

    /**
     * The difference itself, of W and of the bias; one of the two may be missing.
     *
     * @param weight of W's shape
     * @param bias [out]
     */
    public record Difference(Optional<Values> weight, Optional<Values> bias) implements Whole {}

    /**
     * Others in the place of W and of the bias; one of the two may be missing.
     *
     * @param weight of W's shape
     * @param bias [out]
     */
    public record Replacement(Optional<Values> weight, Optional<Values> bias) implements Whole {}

    /** What a file has for one layer of more than one kind: first that of the weight, then that of the bias alone. */
    public record Several(List<Part> parts) implements Part {

        @Override
        public int rank() {
            return parts.get(0).rank();
        }

        @Override
        public double alpha() {
            return parts.get(0).alpha();
        }

        @Override
        public long out() {
            return parts.get(0).out();
        }

        @Override
        public long in() {
            return parts.get(0).in();
        }
    }

    /**
     * DoRA: magnitude · V/‖V‖ with V = W + direction, instead of the sum alone.
     *
     * @param magnitude [out,1] or [1,in], with two more axes of one for a convolution: the axis with a norm each
     */
    public record Dora(Part direction, Values magnitude) implements Part {

        /** Whether each output has a norm, rather than each input, of a weight of this shape. */
        boolean ofOutputs(long[] weight) {
            return magnitude.shape()[0] == weight[0];
        }

        @Override
        public int rank() {
            return direction.rank();
        }

        @Override
        public double alpha() {
            return direction.alpha();
        }

        @Override
        public long out() {
            return direction.out();
        }

        @Override
        public long in() {
            return direction.in();
        }
    }

    /**
     * A part of a kind that a plugin brings: it can be laid over a model like every other, and stacked with them. An {@link
     * AdapterFormat} of its plugin keeps it in a file.
     */
    public non-sealed interface Custom extends Part {

        /** What people call the kind, for example "(IA)³". */
        String kind();

        /**
         * The part on a device.
         *
         * @param weight shape of the layer's weight, which the part fits
         * @param strength 1 as trained
         * @param memory owns the arrays
         */
        Change.Custom change(long[] weight, double strength, NDManager memory);
    }

    private static long size(Values values, int from) {
        return Arrays.stream(values.shape()).skip(from).reduce(1, (a, b) -> a * b);
    }

    private final String name;
    private final Map<String, Map<String, Part>> layers;
    private final Map<String, String> metadata;

    private Lora(String name, Map<String, Map<String, Part>> layers, Map<String, String> metadata) {
        this.name = name;
        this.layers = Collections.unmodifiableMap(layers);
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * A LoRA of what changes each layer; the maps are copied, the float arrays are not.
     *
     * @param layers by part of the model ({@link graft.model.Parts}), then by module
     */
    public static Lora of(
            String name, Map<String, ? extends Map<String, ? extends Part>> layers, Map<String, String> metadata) {
        Map<String, Map<String, Part>> copies = new LinkedHashMap<>();
        layers.forEach((part, modules) -> {
            if (!modules.isEmpty()) {
                copies.put(part, Collections.unmodifiableMap(new LinkedHashMap<>(modules)));
            }
        });
        return new Lora(name, copies, metadata);
    }

    /** What the user calls it: the file's name without its ending, or the name that training gave. */
    public String name() {
        return name;
    }

    /** The parts of a model that it changes. */
    public Set<String> changed() {
        return layers.keySet();
    }

    /** Whether it changes a text encoder. */
    public boolean changesText() {
        return changed().stream().anyMatch(Parts::isText);
    }

    /** What changes the layers of a part, by module; empty for a part that it leaves alone. */
    public Map<String, Part> layers(String part) {
        return layers.getOrDefault(part, Map.of());
    }

    /** Texts of the file's header, such as {@code ss_network_dim}. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The largest rank of its parts. */
    public int rank() {
        return parts().mapToInt(Part::rank).max().orElse(0);
    }

    /** The alpha of its parts; the largest where they differ. */
    public double alpha() {
        return parts().mapToDouble(Part::alpha).max().orElse(0);
    }

    /** What its parts are, for people: "LoRA", "DoRA", "LoHa", "OFT", "differences" and so on; joined where they are of several kinds. */
    public String kind() {
        return parts().map(Lora::kind)
                .distinct()
                .sorted()
                .reduce((a, b) -> a + " and " + b)
                .orElse("LoRA");
    }

    static String kind(Part part) {
        if (part instanceof Dora dora) {
            return dora.direction() instanceof LowRank ? "DoRA" : kind(dora.direction()) + " with DoRA";
        } else if (part instanceof LoHa) {
            return "LoHa";
        } else if (part instanceof LoKr) {
            return "LoKr";
        } else if (part instanceof Glora) {
            return "GLoRA";
        } else if (part instanceof Rotation rotation) {
            return rotation.turn().butterfly() ? "BOFT" : "OFT";
        } else if (part instanceof Scaling) {
            return "(IA)³";
        } else if (part instanceof Several several) {
            return kind(several.parts().get(0));
        } else if (part instanceof Custom custom) {
            return custom.kind();
        } else if (part instanceof Replacement) {
            return "replaced weights";
        }
        return part instanceof Difference ? "differences" : "LoRA";
    }

    Stream<Part> parts() {
        return layers.values().stream().flatMap(modules -> modules.values().stream());
    }

    @Override
    public Optional<String> fault() {
        boolean sound = parts().allMatch(part -> Double.isFinite(part.alpha())
                && numbers(part).map(Values::numbers).allMatch(Finite::all));
        return sound ? Optional.empty() : Optional.of("holds NaN or infinite numbers");
    }

    /** All that a part is made of; nothing of a kind that a plugin brings. */
    private static Stream<Values> numbers(Part part) {
        if (part instanceof LowRank low) {
            return Stream.concat(Stream.of(low.down(), low.up()), low.mid().stream());
        } else if (part instanceof LoHa hada) {
            return Stream.concat(numbers(hada.first()), numbers(hada.second()));
        } else if (part instanceof LoKr kronecker) {
            return Stream.concat(numbers(kronecker.first()), numbers(kronecker.second()));
        } else if (part instanceof Glora glora) {
            return Stream.concat(numbers(glora.added()), Stream.of(glora.outer(), glora.inner()));
        } else if (part instanceof Rotation rotation) {
            return Stream.concat(Stream.of(rotation.blocks()), rotation.rescale().stream());
        } else if (part instanceof Scaling scaling) {
            return Stream.of(scaling.factors());
        } else if (part instanceof Whole whole) {
            return Stream.concat(whole.weight().stream(), whole.bias().stream());
        } else if (part instanceof Several several) {
            return several.parts().stream().flatMap(Lora::numbers);
        }
        return part instanceof Dora dora
                ? Stream.concat(numbers(dora.direction()), Stream.of(dora.magnitude()))
                : Stream.empty();
    }

    private static Stream<Values> numbers(Product product) {
        return Stream.of(Optional.of(product.a()), product.b(), product.core()).flatMap(Optional::stream);
    }

    @Override
    public BooleanSupplier seal() {
        int before = layers.hashCode();
        return () -> layers.hashCode() == before;
    }

    /** Nothing to free: the parts live on the Java heap. */
    @Override
    public void close() {}
}
