package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import graft.tensor.Operators;
import graft.tensor.Precision;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a {@link Network} is told beside noise and time; {@link Operators#NONE} stands for what a family does without.
 *
 * <p>Borrows its arrays.
 *
 * @param states text states [n,t,d]
 * @param pooled the whole of each prompt as one state [n,p]
 * @param sizes [n,6] float32: height and width of the picture that latents were cut from, top and left of the cut, height and
 *     width wanted, in pixels (Podell et al., 2023, "SDXL", section 2.2)
 * @param concat latents [n,c,h,w] that lie beside the noisy ones as further channels of the network's input: what a model for
 *     inpainting sees of the picture and its mask
 * @param residuals what is added within the network, as a ControlNet says: to what each part of the way down hands over to the way
 *     up, from the first on, and last to what comes out of the middle; or nothing
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Context(NDArray states, NDArray pooled, NDArray sizes, NDArray concat, List<NDArray> residuals) {

    public Context {
        residuals = List.copyOf(residuals);
    }

    /** Nothing beside the noisy latents. */
    public Context(NDArray states, NDArray pooled, NDArray sizes) {
        this(states, pooled, sizes, Operators.NONE, List.of());
    }

    /** Text states alone. */
    public static Context of(NDArray states) {
        return new Context(states, Operators.NONE, Operators.NONE);
    }

    /** How many prompts it is of. */
    public int prompts() {
        return Math.toIntExact(states.getShape().get(0));
    }

    /** The same of pictures of these sizes, an array of the manager's and of the innermost scope. */
    public Context of(PictureSizes all, NDManager manager) {
        return withSizes(PictureSizes.array(manager, Collections.nCopies(prompts(), all)));
    }

    /** The same with other size numbers. */
    public Context withSizes(NDArray other) {
        return new Context(states, pooled, other, concat, residuals);
    }

    /** The same with other text states. */
    public Context withStates(NDArray other) {
        return new Context(other, pooled, sizes, concat, residuals);
    }

    /** The same with other latents beside the noisy ones. */
    public Context withConcat(NDArray other) {
        return new Context(states, pooled, sizes, other, residuals);
    }

    /** The same with other numbers to add within the network. */
    public Context withResiduals(List<NDArray> others) {
        return new Context(states, pooled, sizes, concat, others);
    }

    /** The same to be computed with in a precision; this one itself in float32. */
    public Context in(Precision precision) {
        // Size numbers are waves of up to thousands, which a lower precision cannot tell apart.
        return precision == Precision.FP32
                ? this
                : withSizes(Operators.NONE)
                        .map(array -> Operators.converted(array, precision))
                        .withSizes(sizes);
    }

    /** What becomes of each array that is there. */
    public Context map(UnaryOperator<NDArray> change) {
        return new Context(
                mapped(states, change),
                mapped(pooled, change),
                mapped(sizes, change),
                mapped(concat, change),
                residuals.stream().map(change).toList());
    }

    private static NDArray mapped(NDArray array, UnaryOperator<NDArray> change) {
        return array == Operators.NONE ? Operators.NONE : change.apply(array);
    }

    /** The prompts of both, one after the other; both tell of the same, in as many tokens. */
    public Context and(Context other) {
        return zip(other, (first, second) -> first.concat(second, 0));
    }

    private Context zip(Context other, BinaryOperator<NDArray> join) {
        return new Context(
                join(states, other.states, join),
                join(pooled, other.pooled, join),
                join(sizes, other.sizes, join),
                join(concat, other.concat, join),
                IntStream.range(0, residuals.size())
                        .mapToObj(i -> join.apply(residuals.get(i), other.residuals.get(i)))
                        .toList());
    }

    private static NDArray join(NDArray first, NDArray second, BinaryOperator<NDArray> join) {
        return first == Operators.NONE ? Operators.NONE : join.apply(first, second);
    }

    /** The prompts of all, one after the other. */
    public static Context concat(List<Context> all) {
        return all.size() == 1
                ? all.get(0)
                : new Context(
                        concat(all, Context::states),
                        concat(all, Context::pooled),
                        concat(all, Context::sizes),
                        concat(all, Context::concat),
                        IntStream.range(0, all.get(0).residuals.size())
                                .mapToObj(i -> concat(
                                        all, context -> context.residuals().get(i)))
                                .toList());
    }

    private static NDArray concat(List<Context> all, Function<Context, NDArray> part) {
        if (part.apply(all.get(0)) == Operators.NONE) {
            return Operators.NONE;
        }
        NDList arrays = new NDList();
        all.forEach(context -> arrays.add(part.apply(context)));
        return NDArrays.concat(arrays, 0);
    }

    /** The arrays that are there: states, pooled, sizes, concat, residuals. */
    public List<NDArray> arrays() {
        return Stream.concat(Stream.of(states, pooled, sizes, concat), residuals.stream())
                .filter(array -> array != Operators.NONE)
                .toList();
    }
}
