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
 * A network's blocks as they ran, to take their gradients one by one, the last first; in one of two ways.
 *
 * <p>{@link #of}: gradient checkpointing (Chen et al., 2016, "Training deep nets with sublinear memory cost"), which keeps the
 * inputs alone and computes each block once more. Gradients are those of one whole record, bit for bit, as long as a block
 * computes the same each time. {@link #ofRecords}: each block keeps libtorch's record of it, but those that have a
 * {@link Derivative} may be computed without one. Either way nothing is kept of a block where nothing learns in it, nor in those
 * before it. {@link #NONE} keeps nothing and lets libtorch record all. Used by one thread, for one forward and one backward pass.
 */
public final class Tape implements AutoCloseable {

    /** No checkpointing: blocks are just computed. */
    public static final Tape NONE = new Tape(null, false, false);

    /** A block that knows its own derivative; nothing learns in it but what it names. */
    public interface Derivative {

        /** What the block computes with beside its inputs and {@link #backward} gives gradients for; only leaves among it learn. */
        default List<NDArray> learning() {
            return List.of();
        }

        /** Whether it is rather computed once more than all of it kept, where blocks are computed twice. */
        default boolean keepsMuch() {
            return false;
        }

        /**
         * Computes the block, while gradients are off.
         *
         * @return the result, then whatever {@link #backward} needs beside the inputs
         */
        List<NDArray> forward(List<NDArray> inputs);

        /**
         * The gradients by the inputs and by what is {@link #learning}, while gradients are off.
         *
         * @param gradient by the result
         * @param kept what {@link #forward} gave after the result
         * @param wanted which inputs a gradient is wanted for; for another one any array will do
         * @return fresh arrays, one for each input and then for each array that may learn
         */
        List<NDArray> backward(NDArray gradient, List<NDArray> inputs, List<NDArray> kept, List<Boolean> wanted);
    }

    /**
     * A block as it ran.
     *
     * @param sources what it came from, by identity
     * @param inputs the same numbers, to run it again with
     * @param wanted which of them a gradient is wanted for
     * @param back gives their gradients for that of the result
     */
    private record Cut(List<NDArray> sources, List<NDArray> inputs, List<Boolean> wanted, NDArray result, Back back) {}

    /** The way back through a cut; what it finds is added to what is open, by source. */
    private interface Back {
        void run(Cut cut, NDArray incoming, Pass pass, Scope scope);
    }

    /**
     * A backward pass under way.
     *
     * @param open gradients of results that are not gone through yet
     */
    private record Pass(
            List<NDArray> leaves, List<NDArray> gradients, NDManager owner, IdentityHashMap<NDArray, NDArray> open) {}

    private final NDManager memory;
    private final boolean again;
    private final boolean derivatives;
    private final List<Cut> cuts = new ArrayList<>();
    /** Results of blocks that something learns in, or before; by identity. */
    private final Set<NDArray> learnt = Collections.newSetFromMap(new IdentityHashMap<>());

    private Tape(NDManager memory, boolean again, boolean derivatives) {
        this.memory = memory;
        this.again = again;
        this.derivatives = derivatives;
    }

    /**
     * Gradient checkpointing.
     *
     * @param owner what the tape's memory is of; closing the tape frees it
     * @param derivatives whether it takes a {@link Derivative}, which spares computing the block again
     */
    public static Tape of(NDManager owner, boolean derivatives) {
        return new Tape(owner.newSubManager(), true, derivatives);
    }

    /** Keeps libtorch's record of each block by itself; parameters as in {@link #of}. */
    public static Tape ofRecords(NDManager owner, boolean derivatives) {
        return new Tape(owner.newSubManager(), false, derivatives);
    }

    /** Whether blocks are computed twice, so that smaller ones take less memory. */
    public boolean computesAgain() {
        return again;
    }

    /** Whether it takes a {@link Derivative}. */
    public boolean takesDerivatives() {
        return derivatives;
    }

    /** Computes a block that knows its own derivative; on a tape that takes them alone. */
    public NDArray through(Derivative block, NDArray... inputs) {
        List<NDArray> sources = Arrays.asList(inputs);
        List<NDArray> same = detached(sources);
        List<NDArray> computed = Gradient.off(() -> block.forward(same));
        NDArray result = computed.get(0);
        result.attach(sources.get(0).getManager());
        List<NDArray> kept = computed.subList(1, computed.size());
        List<Boolean> wanted = sources.stream().map(this::leadsBack).toList();
        List<NDArray> learning = block.learning();
        if (!wanted.contains(true) && learning.stream().noneMatch(NDArray::hasGradient)) {
            same.forEach(NDArray::close);
            kept.forEach(NDArray::close);
            return result;
        }
        boolean anew = again && block.keepsMuch();
        kept.forEach(anew ? NDArray::close : each -> each.attach(memory));
        learnt.add(result);
        cuts.add(new Cut(sources, same, wanted, result, (cut, incoming, pass, scope) -> {
            List<NDArray> known = anew ? keptOnceMore(block, cut.inputs()) : kept;
            List<NDArray> found = Gradient.off(() -> block.backward(incoming, cut.inputs(), known, wanted));
            known.forEach(NDArray::close);
            for (int i = 0; i < wanted.size(); i++) {
                if (wanted.get(i)) {
                    pass.open().merge(sources.get(i), scope.keep(found.get(i), memory), Tape::sum);
                }
            }
            for (int i = 0; i < learning.size(); i++) {
                addFound(learning.get(i), found.get(wanted.size() + i), pass, scope);
            }
        }));
        return result;
    }

    private static List<NDArray> keptOnceMore(Derivative block, List<NDArray> inputs) {
        List<NDArray> computed = Gradient.off(() -> block.forward(inputs));
        computed.get(0).close();
        return computed.subList(1, computed.size());
    }

    /** To the gradient of a leaf, if it is one that is asked for. */
    private static void addFound(NDArray leaf, NDArray found, Pass pass, Scope scope) {
        for (int i = 0; i < pass.leaves().size(); i++) {
            if (pass.leaves().get(i) == leaf) {
                NDArray more = scope.keep(found, pass.owner());
                NDArray before = pass.gradients().get(i);
                pass.gradients().set(i, before == null ? more : sum(before, more));
                return;
            }
        }
    }

    private List<NDArray> detached(List<NDArray> sources) {
        List<NDArray> inputs = new ArrayList<>();
        for (NDArray source : sources) {
            NDArray same = source.stopGradient();
            same.attach(memory);
            inputs.add(same);
        }
        return inputs;
    }

    private boolean leadsBack(NDArray source) {
        return learnt.contains(source) || Operators.recorded(source);
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
        List<NDArray> inputs = detached(sources);
        List<Boolean> wanted = sources.stream()
                .map(source -> differentiable && leadsBack(source))
                .toList();
        return again ? toRunAgain(block, sources, inputs, wanted) : recorded(block, sources, inputs, wanted);
    }

    private NDArray toRunAgain(
            Function<List<NDArray>, NDArray> block, List<NDArray> sources, List<NDArray> inputs, List<Boolean> wanted) {
        // Recorded like the second time, so that it takes the same kernels; the record goes with the array.
        NDArray result;
        boolean learns;
        try (NDArray recorded = block.apply(sources)) {
            learns = Operators.recorded(recorded) || wanted.contains(true);
            result = recorded.stopGradient();
        }
        if (learns) {
            learnt.add(result);
            cuts.add(new Cut(
                    sources,
                    inputs,
                    wanted,
                    result,
                    (cut, incoming, pass, scope) -> again(block, cut, incoming, pass, scope)));
        } else {
            inputs.forEach(NDArray::close);
        }
        return result;
    }

    private NDArray recorded(
            Function<List<NDArray>, NDArray> block, List<NDArray> sources, List<NDArray> inputs, List<Boolean> wanted) {
        List<Integer> which = which(wanted);
        which.forEach(i -> Gradient.leaf(inputs.get(i)));
        // The block may close what it is given.
        List<NDArray> given =
                inputs.stream().map(input -> input.reshape(input.getShape())).toList();
        NDArray recorded = block.apply(given);
        boolean learns = Operators.recorded(recorded);
        NDArray result = recorded.stopGradient();
        result.attach(sources.get(0).getManager());
        if (!learns) {
            recorded.close();
            given.forEach(NDArray::close);
            inputs.forEach(NDArray::close);
            return result;
        }
        recorded.attach(memory);
        given.stream().filter(Tape::isOpen).forEach(input -> input.attach(memory));
        learnt.add(result);
        cuts.add(new Cut(sources, inputs, wanted, result, (cut, incoming, pass, scope) -> {
            back(recorded, given, cut, incoming, pass, scope);
            recorded.close();
            given.forEach(NDArray::close);
        }));
        return result;
    }

    private static boolean isOpen(NDArray array) {
        return !((PtNDArray) array).isReleased();
    }

    private static List<Integer> which(List<Boolean> wanted) {
        return IntStream.range(0, wanted.size()).filter(wanted::get).boxed().toList();
    }

    /** @param found by the leaves, then by the wanted inputs */
    private void addFound(Cut cut, List<NDArray> found, List<Integer> which, Pass pass, Scope scope) {
        int leaves = pass.leaves().size();
        add(found.subList(0, leaves), pass.gradients(), pass.owner(), scope);
        for (int i = 0; i < found.size() - leaves; i++) {
            NDArray gradient = found.get(leaves + i);
            if (gradient != null) {
                pass.open().merge(cut.sources().get(which.get(i)), scope.keep(gradient, memory), Tape::sum);
            }
        }
    }

    /**
     * Goes through the blocks, the last first, and adds up what they give to the gradients of the leaves.
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
        Pass pass = new Pass(leaves, gradients, owner, open);
        for (int i = cuts.size() - 1; i >= 0; i--) {
            Cut cut = cuts.get(i);
            NDArray incoming = open.remove(cut.result());
            if (incoming != null) {
                try (incoming;
                        Scope scope = Scope.open()) {
                    cut.back().run(cut, incoming, pass, scope);
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

    private void again(Function<List<NDArray>, NDArray> block, Cut cut, NDArray incoming, Pass pass, Scope scope) {
        which(cut.wanted()).forEach(i -> Gradient.leaf(cut.inputs().get(i)));
        // The block may close what it is given, and the gradients are asked for by the inputs themselves.
        List<NDArray> given = cut.inputs().stream()
                .map(input -> Gradient.on(() -> input.reshape(input.getShape())))
                .toList();
        back(Gradient.on(() -> block.apply(given)), given, cut, incoming, pass, scope);
    }

    /**
     * Through libtorch's record of a block.
     *
     * @param result of the block, on the record
     * @param given what the block was given, which came from its inputs; some of it may be closed
     */
    private void back(NDArray result, List<NDArray> given, Cut cut, NDArray incoming, Pass pass, Scope scope) {
        IdentityHashMap<NDArray, NDArray> open = pass.open();
        List<Integer> which = which(cut.wanted());
        List<NDArray> wanted = new ArrayList<>(pass.leaves());
        which.forEach(i -> wanted.add(cut.inputs().get(i)));
        List<NDArray> results = new ArrayList<>(List.of(result));
        List<NDArray> known = new ArrayList<>(List.of(incoming));
        // libtorch adds to what is there in the order that one record would have: the same rounding, bit for bit.
        for (int i : which) {
            NDArray before = open.get(cut.sources().get(i));
            if (before != null && isOpen(given.get(i))) {
                open.remove(cut.sources().get(i));
                results.add(given.get(i));
                known.add(before);
            }
        }
        List<NDArray> found = Gradient.known(results, known, wanted);
        known.subList(1, known.size()).forEach(NDArray::close);
        addFound(cut, found, which, pass, scope);
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
