package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Problem;
import graft.node.Resource;
import graft.node.SocketType;
import graft.node.Sound;
import graft.tensor.Finite;
import graft.tensor.Scope;
import graft.tensor.Writes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prompts as a model's network is told of them, one {@link ConditioningEntry} or several that draw one picture together.
 *
 * <p>Immutable. Owns the arrays that were made for it, and borrows others from the conditionings that it was made of.
 */
@SocketType(id = "graft/conditioning", title = "Conditioning", color = "#FFA931")
public final class Conditioning implements Resource, Sound {

    private final List<ConditioningEntry> entries;
    private final List<NDArray> owned;
    private final List<Resource> uses;

    /** One entry, everywhere and all the time, of a context whose arrays belong to no scope; takes them over. */
    public Conditioning(Context owned, String prompt) {
        this(List.of(new ConditioningEntry(owned, prompt)), owned.arrays(), List.of());
    }

    /**
     * Several entries.
     *
     * @param entries of float32 contexts
     * @param owned the arrays of theirs that were made for it and belong to no scope; closed with it
     * @param uses what owns the others
     */
    public Conditioning(List<ConditioningEntry> entries, List<NDArray> owned, List<? extends Resource> uses) {
        this.entries = List.copyOf(entries);
        this.owned = List.copyOf(owned);
        this.uses = List.copyOf(uses);
    }

    /** None where nothing was wired to a node that hands on what comes in; their arrays are never written to. */
    public List<ConditioningEntry> entries() {
        return entries;
    }

    /**
     * The context of the first entry.
     *
     * @throws Problem when there is none
     */
    public Context context() {
        return present().get(0).context();
    }

    /**
     * The entries, one or more.
     *
     * @throws Problem when there are none
     */
    public List<ConditioningEntry> present() {
        if (entries.isEmpty()) {
            throw new Problem(
                    "there is no prompt to draw with",
                    "it comes from the negative output of a node that has no negative prompt at its input",
                    "wire a negative prompt into that node, or leave its negative output");
        }
        return entries;
    }

    private List<NDArray> arrays() {
        return entries.stream()
                .flatMap(entry -> entry.context().arrays().stream())
                .distinct()
                .toList();
    }

    @Override
    public Optional<String> fault() {
        for (NDArray array : arrays()) {
            if (array.isReleased()) {
                return Optional.of("is closed already");
            }
            if (array.getDataType().isFloating() && !Finite.all(array)) {
                return Optional.of("holds NaN or infinite numbers");
            }
        }
        return Optional.empty();
    }

    @Override
    public BooleanSupplier seal() {
        List<NDArray> arrays = arrays();
        BooleanSupplier unwritten = Writes.noneTo(arrays);
        return () -> arrays.stream().noneMatch(NDArray::isReleased) && unwritten.getAsBoolean();
    }

    /** The texts that it stands for, a line each. */
    public String prompt() {
        return entries.stream().map(ConditioningEntry::prompt).distinct().collect(Collectors.joining("\n"));
    }

    public ConditioningSpec spec() {
        return new ConditioningSpec((int) context().states().getShape().get(2));
    }

    /** The entries of this one, then the other's, which draw together. */
    public Conditioning and(Conditioning other) {
        return new Conditioning(
                Stream.concat(entries.stream(), other.entries.stream()).toList(), List.of(), List.of(this, other));
    }

    /** What becomes of each entry, with the same arrays. */
    public Conditioning map(UnaryOperator<ConditioningEntry> change) {
        return new Conditioning(entries.stream().map(change).toList(), List.of(), List.of(this));
    }

    /**
     * What becomes of each entry, with arrays that are made for it beside its own and those of others.
     *
     * @param others whose arrays the change uses too
     */
    public Conditioning computed(UnaryOperator<ConditioningEntry> change, Conditioning... others) {
        List<Conditioning> borrowed =
                Stream.concat(Stream.of(this), Stream.of(others)).toList();
        Set<NDArray> known = Collections.newSetFromMap(new IdentityHashMap<>());
        borrowed.forEach(each ->
                each.entries.forEach(entry -> known.addAll(entry.context().arrays())));
        List<NDArray> made = new ArrayList<>();
        try (Scope scope = Scope.open()) {
            List<ConditioningEntry> changed = new ArrayList<>();
            for (ConditioningEntry entry : entries) {
                ConditioningEntry other = change.apply(entry);
                changed.add(other.with(other.context().map(array -> {
                    if (known.add(array)) {
                        made.add(scope.keep(array, NDManager.newBaseManager(array.getDevice(), "PyTorch")));
                    }
                    return array;
                })));
            }
            return new Conditioning(changed, made, borrowed);
        }
    }

    /** All entries in a range of the walk, whatever theirs was before. */
    public Conditioning during(double start, double end) {
        return map(entry -> entry.during(start, end));
    }

    /** All entries of another weight beside others. */
    public Conditioning weighing(double strength) {
        return map(entry -> entry.weighing(strength));
    }

    @Override
    public List<Resource> uses() {
        return uses;
    }

    @Override
    public void close() {
        owned.forEach(NDArray::close);
    }
}
