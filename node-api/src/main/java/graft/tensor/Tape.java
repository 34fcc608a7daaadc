package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Gradient checkpointing (Chen et al., 2016, "Training deep nets with sublinear memory cost"): of a network's blocks only the
 * inputs are kept, and each block is computed once more when its gradients are wanted.
 *
 * <p>Gradients are those of one whole record, bit for bit, as long as a block computes the same each time. A block is not
 * computed again where nothing learns in it, nor in those before it. {@link #NONE} keeps nothing and lets libtorch record all.
 * Used by one thread, for one forward and one backward pass.
 */
public final class Tape implements AutoCloseable {

    /** No checkpointing: blocks are just computed. */
    public static final Tape NONE = new Tape(null);

    /**
     * A block as it ran.
     *
     * @param sources what it came from, by identity
     * @param inputs the same numbers, to run it again with
     * @param wanted which of them a gradient is wanted for
     */
    private record Cut(
            Function<List<NDArray>, NDArray> block,
            List<NDArray> sources,
            List<NDArray> inputs,
            List<Boolean> wanted,
            NDArray result) {}

    private final NDManager memory;
    private final List<Cut> cuts = new ArrayList<>();
    /** Results of blocks that something learns in, or before; by identity. */
    private final Set<NDArray> learnt = Collections.newSetFromMap(new IdentityHashMap<>());

    private Tape(NDManager memory) {
        this.memory = memory;
    }

    /** @param owner what the tape's memory is of; closing the tape frees it */
    public static Tape of(NDManager owner) {
        return new Tape(owner.newSubManager());
    }

    /**
     * Computes a block.
     *
     * @param block takes the inputs and may close them; what it uses beside them must live on, and only leaves among it
     *     get gradients
     * @param inputs results of blocks, or arrays that libtorch's record leads to
     */
    public NDArray through(Function<List<NDArray>, NDArray> block, NDArray... inputs) {
        return cut(block, true, Arrays.asList(inputs));
    }

    /** As {@link #through}, for inputs that no gradient is wanted for. */
    public NDArray begin(Function<List<NDArray>, NDArray> block, NDArray... inputs) {
        return cut(block, false, Arrays.asList(inputs));
    }

    private NDArray cut(Function<List<NDArray>, NDArray> block, boolean differentiable, List<NDArray> sources) {
        if (memory == null) {
            return block.apply(sources);
        }
        List<NDArray> inputs = new ArrayList<>();
        for (NDArray source : sources) {
            NDArray same = source.stopGradient();
            same.attach(memory);
            inputs.add(same);
        }
        List<Boolean> wanted = sources.stream()
                .map(source -> differentiable && (learnt.contains(source) || Operators.recorded(source)))
                .toList();
        // Recorded like the second time, so that it takes the same kernels; the record goes with the array.
        NDArray result;
        boolean learns;
        try (NDArray recorded = block.apply(sources)) {
            learns = Operators.recorded(recorded) || wanted.contains(true);
            result = recorded.stopGradient();
        }
        if (learns) {
            learnt.add(result);
            cuts.add(new Cut(block, sources, inputs, wanted, result));
        } else {
            inputs.forEach(NDArray::close);
        }
        return result;
    }

    /**
     * Runs the blocks once more, the last first, and adds up what they give to the gradients of the leaves.
     *
     * @param result of the last block
     * @param gradient of a loss by it; closed here
     * @param gradients by leaf, null where there is none yet; arrays added here are owned by {@code owner}, by no scope
     * @param known called whenever gradients were added; it may take them out. A leaf gets no more once all blocks that use it
     *     were run again
     */
    public void backward(
            NDArray result,
            NDArray gradient,
            List<NDArray> leaves,
            List<NDArray> gradients,
            NDManager owner,
            Runnable known) {
        IdentityHashMap<NDArray, NDArray> open = new IdentityHashMap<>();
        open.put(result, gradient);
        for (int i = cuts.size() - 1; i >= 0; i--) {
            Cut cut = cuts.get(i);
            NDArray incoming = open.remove(cut.result());
            if (incoming != null) {
                try (incoming) {
                    again(cut, incoming, leaves, gradients, owner, open);
                }
                known.run();
            }
            cut.inputs().forEach(NDArray::close);
        }
        cuts.clear();
        learnt.clear();
        // What is left came out of libtorch's own record, such as the states of text encoders that learn: all at once,
        // since parts of that record may be common to them.
        List<NDArray> results = List.copyOf(open.keySet());
        List<NDArray> incoming = results.stream().map(open::get).toList();
        if (!results.isEmpty()) {
            try (Scope scope = Scope.open()) {
                add(Gradient.known(results, incoming, leaves), gradients, owner, scope);
            }
        }
        incoming.forEach(NDArray::close);
        known.run();
    }

    private void again(
            Cut cut,
            NDArray incoming,
            List<NDArray> leaves,
            List<NDArray> gradients,
            NDManager owner,
            IdentityHashMap<NDArray, NDArray> open) {
        try (Scope scope = Scope.open()) {
            List<Integer> which = IntStream.range(0, cut.inputs().size())
                    .filter(cut.wanted()::get)
                    .boxed()
                    .toList();
            List<NDArray> wanted = new ArrayList<>(leaves);
            which.forEach(i -> wanted.add(Gradient.leaf(cut.inputs().get(i))));
            // The block may close what it is given, and the gradients are asked for by the inputs themselves.
            List<NDArray> given = cut.inputs().stream()
                    .map(input -> Gradient.on(() -> input.reshape(input.getShape())))
                    .toList();
            List<NDArray> results = new ArrayList<>();
            List<NDArray> known = new ArrayList<>();
            results.add(Gradient.on(() -> cut.block().apply(given)));
            known.add(incoming);
            // libtorch adds to what is there in the order that one record would have: the same rounding, bit for bit.
            for (int i : which) {
                NDArray before = open.get(cut.sources().get(i));
                if (before != null && !((PtNDArray) given.get(i)).isReleased()) {
                    open.remove(cut.sources().get(i));
                    results.add(given.get(i));
                    known.add(before);
                }
            }
            List<NDArray> found = Gradient.known(results, known, wanted);
            known.subList(1, known.size()).forEach(NDArray::close);
            add(found.subList(0, leaves.size()), gradients, owner, scope);
            for (int i = 0; i < found.size() - leaves.size(); i++) {
                NDArray gradient = found.get(leaves.size() + i);
                if (gradient != null) {
                    open.merge(cut.sources().get(which.get(i)), scope.keep(gradient, memory), Tape::sum);
                }
            }
        }
    }

    private static NDArray sum(NDArray one, NDArray other) {
        Operators.addTo(List.of(one), List.of(other));
        other.close();
        return one;
    }

    private static void add(List<NDArray> found, List<NDArray> gradients, NDManager owner, Scope scope) {
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i) != null) {
                NDArray more = scope.keep(found.get(i), owner);
                gradients.set(i, gradients.get(i) == null ? more : sum(gradients.get(i), more));
            }
        }
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
        }
    }
}
