package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;

/**
 * The operators that DJL lacks, each one call into TorchScript at the grain of a block.
 *
 * <p>All are differentiable while {@link Gradient} is on, but for those that say "in place". Feature maps are
 * [n,c,h,w], kept in channels-last memory between operators. A network's operators compute in the {@link Precision} of
 * the feature map or rows that they are given, whatever that of the weights, whose gradients come in the weights' own.
 * Weights come as a list in the order that each method states; {@link #NONE} stands for one that a model lacks; the weight of a
 * layer may be {@linkplain #int8Rows int8 rows}, with their scales above the bias in the bias' place. A result is owned by the
 * manager of the first array and by the thread's innermost {@link Scope}. The code is the resource
 * {@code operators.torchscript}; what only one package needs is beside its classes ({@link ScriptedModule}).
 */
public final class Operators {

    private static final ScriptedModule MODULE = new ScriptedModule(Operators.class, "operators.torchscript");

    /** Stands for a weight or input that is not there. */
    public static final NDArray NONE = lasting(MODULE.manager().create(new Shape(0), DataType.FLOAT32));

    /** {@link #NONE} where a call takes an array by itself: DJL tells lists from arrays by the array's name. */
    private static final NDArray ABSENT = lasting(MODULE.manager().create(new Shape(0), DataType.FLOAT32));

    /** No low-rank updates. */
    public static final Updates NO_UPDATES = Updates.none(MODULE.manager());

    private Operators() {}

    static NDManager manager() {
        return MODULE.manager();
    }

    /** An array as a call takes it by itself. */
    static NDArray given(NDArray array) {
        return array == NONE ? ABSENT : array;
    }

    private static NDArray lasting(NDArray array) {
        NDScope.unregister(array);
        return array;
    }

    /** Numbers that an operator is built with, on the CPU; freed with {@code owner}. */
    public static NDArray constants(NDManager owner, double... values) {
        NDArray array = lasting(MODULE.manager().create(values));
        array.attach(owner);
        return array;
    }

    /**
     * Rows of a token table plus rows of a position table: ids [n,t] int64 to [n,t,d].
     *
     * @param tokens [v,d]
     * @param added [m,d] for the ids from v on, or {@link #NONE}
     */
    public static NDArray embedding(NDArray ids, NDArray tokens, NDArray added, NDArray positions) {
        return MODULE.call("embed")
                .with(ids)
                .with(tokens)
                .with(added)
                .with(positions)
                .run();
    }

    /** How often each of one or more arrays was written to in place: int64 [n] on the CPU. */
    static NDArray versions(List<NDArray> arrays) {
        return MODULE.call("versions").with("w[]", arrays).run();
    }

    /**
     * What a low-rank change adds to a weight: scale · up·down, in the weight's shape and memory layout.
     *
     * @param weight [out,in] or [out,in,kh,kw]; only its shape counts
     * @param down [r,in] or [r,in,kh,kw]
     * @param up [out,r] or [out,r,1,1]
     */
    public static NDArray lowRankDelta(NDArray weight, NDArray down, NDArray up, double scale) {
        try (NDArray constants = MODULE.manager().create(scale)) {
            return MODULE.call("low_rank_delta")
                    .with(weight)
                    .with(down)
                    .with(up)
                    .with(constants)
                    .run();
        }
    }

    /**
     * What a LoHa adds to a weight: scale · first∘second, value by value, in the weight's shape and memory layout.
     *
     * @param factors three of each matrix: the matrix, {@link #NONE}, {@link #NONE}; or [out,r], [r,in·kh·kw],
     *     {@link #NONE}; or in Tucker form [r,out], [r,in], [r,r,kh,kw]
     */
    public static NDArray hadamardDelta(NDArray weight, List<NDArray> factors, double scale) {
        return productDelta("hadamard_delta", weight, factors, scale);
    }

    /**
     * What a LoKr adds to a weight: scale · first⊗second, Kronecker's product over the channels.
     *
     * @param factors as of {@link #hadamardDelta}; the first matrix is without a kernel
     */
    public static NDArray kroneckerDelta(NDArray weight, List<NDArray> factors, double scale) {
        return productDelta("kronecker_delta", weight, factors, scale);
    }

    private static NDArray productDelta(String method, NDArray weight, List<NDArray> factors, double scale) {
        try (NDArray constants = MODULE.manager().create(scale)) {
            return MODULE.call(method)
                    .with(weight)
                    .with("f[]", factors)
                    .with(constants)
                    .run();
        }
    }

    /**
     * What a rotation (OFT, BOFT) adds to a weight: scale · (rescale · Q·weight − weight), where Q turns the outputs, or the
     * inputs, by blocks of rotations R made of q = factor · (block − blockᵀ).
     *
     * @param factors the blocks [m,k,b,b]: m rotations one after the other, each of k blocks, or of one for all; [out] for each
     *     output, or {@link #NONE}; the order of outputs or inputs that each of the m sees, [m,n] int64, or {@link #NONE}
     * @param factor of the blocks, also by its sign: R(−q) is R(q) transposed
     * @param constraint the most that the norm of all q may be; 0 for any
     * @param terms 0 for R = (1 + q)/(1 − q) (Cayley), else how far its Neumann series goes
     * @param inputs whether the inputs are turned, kernel places and all, rather than the outputs
     */
    public static NDArray rotatedDelta(
            NDArray weight,
            List<NDArray> factors,
            double scale,
            double factor,
            double constraint,
            int terms,
            boolean inputs) {
        try (NDArray constants =
                MODULE.manager().create(new double[] {scale, factor, constraint, terms, inputs ? 1 : 0})) {
            return MODULE.call("rotated_delta")
                    .with(weight)
                    .with("f[]", factors)
                    .with(constants)
                    .run();
        }
    }

    /**
     * The weight times a low-rank matrix of its inputs: scale · weight·outer·inner, for each place of a kernel.
     *
     * @param outer [in,r] or [in,r,1,1]
     * @param inner [r,in] or [r,in,1,1]
     */
    public static NDArray multipliedDelta(NDArray weight, NDArray outer, NDArray inner, double scale) {
        try (NDArray constants = MODULE.manager().create(scale)) {
            return MODULE.call("multiplied_delta")
                    .with(weight)
                    .with(outer)
                    .with(inner)
                    .with(constants)
                    .run();
        }
    }

    /**
     * What a DoRA adds to a weight: scale · (magnitude · V/‖V‖ − weight) with V = weight + delta; the norm is taken as a
     * constant for gradients.
     *
     * @param magnitude [out,1,…] or [1,in,…], which tells the axis that has a norm each
     */
    public static NDArray decomposedDelta(NDArray weight, NDArray delta, NDArray magnitude, double scale) {
        try (NDArray constants = MODULE.manager().create(scale)) {
            return MODULE.call("decomposed_delta")
                    .with(weight)
                    .with(delta)
                    .with(magnitude)
                    .with(constants)
                    .run();
        }
    }

    /**
     * The singular values of a weight seen as a matrix of [out,in·kh·kw], the largest first: weight = U·diag(S)·V.
     *
     * @return U [out,k], S [k] and V [k,in·kh·kw], k being the smaller side; closed by the caller
     */
    public static List<NDArray> singular(NDArray weight) {
        return MODULE.call("singular").with(weight).runList();
    }

    /**
     * As {@link #singular}, about the largest q alone, in a fraction of the time (Halko, Martinsson and Tropp, 2011,
     * algorithm 4.4).
     *
     * @param start [in·kh·kw,q] normal numbers; q at most the smaller side
     * @param rounds of power iteration: 8 find values to about 1e-4 where they fall off as slowly as 1/√k
     */
    public static List<NDArray> singularNear(NDArray weight, NDArray start, int rounds) {
        try (NDArray constant = MODULE.manager().create((double) rounds)) {
            return MODULE.call("singular_near")
                    .with(weight)
                    .with(start)
                    .with(constant)
                    .runList();
        }
    }

    /**
     * As {@link #singular}, of up·down without making it.
     *
     * @param up [out,r] or [out,r,1,1]
     * @param down [r,in] or [r,in,kh,kw]
     */
    public static List<NDArray> singularProduct(NDArray up, NDArray down) {
        return MODULE.call("singular_product").with(up).with(down).runList();
    }

    /**
     * The norm of each output's weights, [out,1] or [out,1,1,1]: with it as magnitude a DoRA changes nothing, bit for bit.
     */
    public static NDArray outputNorms(NDArray weight) {
        return MODULE.call("output_norms").with(weight).run();
    }

    /**
     * The loss of each sample: weight · mean of its squared errors, or of √(error² + threshold²) − threshold.
     *
     * @param prediction [n,c,h,w]
     * @param target of the same shape
     * @param weight [n]
     * @param threshold [n] of the pseudo-Huber distance (Charbonnier et al., 1994), or {@link #NONE} for the squares
     * @param mask multiplies the error of each place, [n,1,h,w], or {@link #NONE}
     * @return [n]
     */
    public static NDArray sampleLosses(
            NDArray prediction, NDArray target, NDArray weight, NDArray threshold, NDArray mask) {
        return MODULE.call("sample_losses")
                .with(prediction)
                .with(target)
                .with(weight)
                .with(threshold)
                .with(mask)
                .run();
    }

    /**
     * An array times a number, differentiable.
     *
     * <p>DJL's own products, quotients and powers with a number keep it in a buffer that is let go of before the backward
     * pass reads it; where nothing is learnt they are as good.
     */
    public static NDArray scaled(NDArray array, double factor) {
        try (NDArray number = MODULE.manager().create(factor)) {
            return MODULE.call("scaled").with(array).with(number).run();
        }
    }

    /**
     * The mean of values divided by a number, differentiable; see {@link #scaled}.
     */
    public static NDArray meanShare(NDArray values, double parts) {
        try (NDArray number = MODULE.manager().create(parts)) {
            return MODULE.call("mean_share").with(values).with(number).run();
        }
    }

    /**
     * Scales gradients, in place, so that their norm taken together is at most {@code most}.
     *
     * @return the norm before
     */
    public static double globalNormClip(List<NDArray> gradients, double most) {
        return globalNormClip(gradients, most, 1);
    }

    /**
     * As {@link #globalNormClip(List, double)}, for the gradients of a loss that was multiplied by {@code lossScale}, which
     * they are divided by first.
     */
    public static double globalNormClip(List<NDArray> gradients, double most, double lossScale) {
        try (NDArray constants = MODULE.manager().create(new double[] {most, 1 / lossScale});
                NDArray norm = MODULE.call("global_norm_clip")
                        .with("g[]", gradients)
                        .with(constants)
                        .run()) {
            return norm.getFloat();
        }
    }

    /** The norm of all numbers of some arrays taken together: NaN or infinite where one is, or is beyond about 1e19. */
    public static double globalNorm(List<NDArray> arrays) {
        try (NDArray norm =
                MODULE.call("global_norm").with("w[]", arrays).with(NONE).run()) {
            return norm.getFloat();
        }
    }

    /**
     * One step of AdamW (decoupled weight decay, Loshchilov and Hutter 2019) on all weights in one call, in place.
     *
     * @param first running means of the gradients, in the memory layout of the weights; in place
     * @param second running means of the squared gradients, likewise
     * @param step number of this step, from 1
     */
    public static void fusedAdamW(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> first,
            List<NDArray> second,
            long step,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {
        double[] numbers = {learningRate, beta1, beta2, weightDecay, epsilon};
        try (NDArray steps = weights.get(0).getManager().create((float) step);
                NDArray constants = MODULE.manager().create(numbers)) {
            MODULE.call("fused_adamw")
                    .with("w[]", weights)
                    .with("g[]", gradients)
                    .with("m[]", first)
                    .with("v[]", second)
                    .with("s[]", Collections.nCopies(weights.size(), steps))
                    .with(constants)
                    .run()
                    .close();
        }
    }

    /**
     * One step of AdamW with means of eight bits (Dettmers et al., 2022, "8-bit optimizers via block-wise quantization")
     * on all weights in one call, in place.
     *
     * <p>Blocks follow the order in which a weight lies in memory.
     *
     * @param first running means of the gradients as uint8 codes [blocks,width], the last filled up; in place
     * @param second running means of the squared gradients, likewise
     * @param firstMost the largest magnitude of each block [blocks], in place
     * @param maps what the codes of the first mean stand for [256], ascending; the bounds above them [256]; the
     *     lowest code (uint8) of the numbers x with ⌊4096 · sign(x) · |x|^¼ + 4097⌋ = i [8194]; of the second mean likewise
     * @param step number of this step, from 1
     */
    public static void adamW8bit(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> first,
            List<NDArray> second,
            List<NDArray> firstMost,
            List<NDArray> secondMost,
            List<NDArray> maps,
            long step,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay) {
        double[] numbers = {
            learningRate,
            beta1,
            beta2,
            weightDecay,
            epsilon,
            1 - Math.pow(beta1, (double) step),
            Math.sqrt(1 - Math.pow(beta2, (double) step))
        };
        try (NDArray constants = MODULE.manager().create(numbers)) {
            MODULE.call("adamw_8bit")
                    .with("w[]", weights)
                    .with("g[]", gradients)
                    .with("m[]", first)
                    .with("v[]", second)
                    .with("a[]", firstMost)
                    .with("b[]", secondMost)
                    .with("q[]", maps)
                    .with(constants)
                    .run()
                    .close();
        }
    }

    /**
     * One step of Adafactor (Shazeer and Stern, 2018) on all weights in one call, in place.
     *
     * @param rows running means of the squared gradients [out] over each row; for a weight of one axis of each number
     * @param columns over each column, [in] or [in·kh·kw] in the order in which the weight lies in memory; of length 0
     *     for a weight of one axis
     * @param decay of the running means at this step
     * @param floor added to the squared gradients
     * @param most what the root mean square of an update is brought down to
     */
    public static void adafactor(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> rows,
            List<NDArray> columns,
            double learningRate,
            double decay,
            double floor,
            double most,
            double weightDecay) {
        try (NDArray constants =
                MODULE.manager().create(new double[] {learningRate, decay, floor, most, weightDecay})) {
            MODULE.call("adafactor")
                    .with("w[]", weights)
                    .with("g[]", gradients)
                    .with("r[]", rows)
                    .with("s[]", columns)
                    .with(constants)
                    .run()
                    .close();
        }
    }

    /**
     * One step of Lion (Chen et al., 2023) on all weights in one call, in place.
     *
     * @param mean running means of the gradients, in place
     */
    public static void lion(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> mean,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay) {
        try (NDArray constants = MODULE.manager().create(new double[] {learningRate, beta1, beta2, weightDecay})) {
            MODULE.call("lion")
                    .with("w[]", weights)
                    .with("g[]", gradients)
                    .with("m[]", mean)
                    .with(constants)
                    .run()
                    .close();
        }
    }

    /**
     * The first half of a step of Prodigy (Mishchenko and Defazio, 2023), in place.
     *
     * @param first running means of the gradients times the distance
     * @param second running means of their squares
     * @param sum running sums of the gradients, weighed by {@code weight}
     * @param origin the weights as they began
     * @param distance the estimate of how far the weights have to go
     * @return how far the weights went against the gradients: Σ gradient · (origin - weight), and Σ |sum|
     */
    public static double[] prodigyMoments(
            List<NDArray> weights,
            List<NDArray> gradients,
            List<NDArray> first,
            List<NDArray> second,
            List<NDArray> sum,
            List<NDArray> origin,
            double beta1,
            double beta2,
            double distance,
            double weight) {
        double[] numbers = {beta1, beta2, Math.sqrt(beta2), distance, weight};
        try (NDArray constants = MODULE.manager().create(numbers);
                NDArray sums = MODULE.call("prodigy_moments")
                        .with("w[]", weights)
                        .with("g[]", gradients)
                        .with("m[]", first)
                        .with("v[]", second)
                        .with("s[]", sum)
                        .with("o[]", origin)
                        .with(constants)
                        .run()) {
            return sums.toDoubleArray();
        }
    }

    /** The second half of a step of Prodigy: moves the weights, in place, by {@link #prodigyMoments moments}. */
    public static void prodigyStep(
            List<NDArray> weights,
            List<NDArray> first,
            List<NDArray> second,
            double rate,
            double weightDecay,
            double epsilon) {
        try (NDArray constants = MODULE.manager().create(new double[] {rate, weightDecay, epsilon})) {
            MODULE.call("prodigy_step")
                    .with("w[]", weights)
                    .with("m[]", first)
                    .with("v[]", second)
                    .with(constants)
                    .run()
                    .close();
        }
    }

    /** Moves arrays a share of the way to others of the same shapes, in place. */
    public static void approach(List<NDArray> arrays, List<NDArray> values, double share) {
        try (NDArray constant = MODULE.manager().create(share)) {
            MODULE.call("approach")
                    .with("w[]", arrays)
                    .with("v[]", values)
                    .with(constant)
                    .run()
                    .close();
        }
    }

    /** Whether libtorch's record leads from an array to a leaf; DJL knows that of leaves alone. */
    public static boolean recorded(NDArray array) {
        try (NDArray any = MODULE.call("recorded").with(array).run()) {
            return any.size() > 0;
        }
    }

    /**
     * The gradients of results by leaves, as fresh arrays in the memory layout of the leaves; frees the record.
     *
     * @param results a result that depends on no leaf is passed over
     * @param incoming the gradient of each result
     * @return which leaves the results depend on (int64, counted from 0), then the gradient of each of those
     */
    static List<NDArray> gradients(List<NDArray> results, List<NDArray> incoming, List<NDArray> leaves) {
        return MODULE.call("gradients")
                .with("y[]", results)
                .with("g[]", incoming)
                .with("w[]", leaves)
                .runList();
    }

    /** Adds arrays to others of the same shapes, in place; call it with gradients off. */
    public static void addTo(List<NDArray> arrays, List<NDArray> others) {
        MODULE.call("add_to")
                .with("w[]", arrays)
                .with("v[]", others)
                .with(NONE)
                .run()
                .close();
    }

    /** Gives arrays the numbers of others of the same shapes, in place; call it with gradients off. */
    public static void assign(List<NDArray> arrays, List<NDArray> values) {
        // A method gives back an array, and one that learns cannot be it.
        MODULE.call("assign")
                .with("w[]", arrays)
                .with("v[]", values)
                .with(NONE)
                .run()
                .close();
    }

    /** A float32 copy of float16 or float64. */
    public static NDArray toFloat(NDArray array) {
        return converted(array, Precision.FP32);
    }

    /** Float32 numbers in the precision of other ones: themselves, or a copy. */
    public static NDArray like(NDArray numbers, NDArray others) {
        return switch (others.getDataType()) {
            case FLOAT32 -> numbers;
            case FLOAT16 -> converted(numbers, Precision.FP16);
            default -> converted(numbers, Precision.BF16);
        };
    }

    /** A copy in another precision and in the same memory layout; differentiable. */
    public static NDArray converted(NDArray array, Precision precision) {
        try (NDArray code = MODULE.manager().create(precision.code())) {
            return MODULE.call("converted").with(array).with(code).run();
        }
    }

    /** The norm in float32, a single number, of numbers of 16 bits. */
    static NDArray narrowNorm(NDArray numbers) {
        return MODULE.call("narrow_norm").with(numbers).run();
    }

    /**
     * A weight as whole numbers from −127 to 127 and one scale for each output, by the largest magnitude of its row.
     *
     * @param weight float32 [out,in] or [out,in,kh,kw]
     * @return int8 of the weight's shape and memory layout; the scales [1,out]; the norm of what rounding took off and that of
     *     the weight [2] float64
     */
    public static List<NDArray> int8Rows(NDArray weight) {
        return MODULE.call("int8_rows").with(weight).runList();
    }

    /**
     * The float32 weight that int8 rows stand for, in their memory layout.
     *
     * @param scales [1,out], or [2,out] with the layer's bias below, in float32 or float64
     */
    public static NDArray widened(NDArray rows, NDArray scales) {
        return MODULE.call("widened").with(rows).with(scales).run();
    }

    /**
     * Whether int8 rows whose scales are in float64 are multiplied in whole numbers here, on the CPU and where no gradient is asked for; else
     * they are widened as others.
     */
    public static boolean hasWholeProducts() {
        return ScriptedModule.HAS_WHOLE_PRODUCTS;
    }

    /** A copy of a feature map or kernel in channels-last memory. */
    public static NDArray channelsLast(NDArray array) {
        return MODULE.call("channels_last").with(array).run();
    }

    /** A float32 copy of a kernel of 16 or 64 bits in channels-last memory, made in one go. */
    public static NDArray wideChannelsLast(NDArray kernel) {
        return MODULE.call("wide_channels_last").with(kernel).run();
    }
}
