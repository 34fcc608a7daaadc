package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Finite;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes of a model's layers by module path; several on one layer add up. Borrows its arrays. */
public final class Patches {

    /** No change: the base model bit for bit. */
    public static final Patches NONE = new Patches(Map.of(), Hooks.NONE);

    private final Map<String, List<Change>> byModulePath;
    private final Hooks hooks;

    private Patches(Map<String, List<Change>> byModulePath, Hooks hooks) {
        this.byModulePath = byModulePath;
        this.hooks = hooks;
    }

    public static Patches of(Map<String, List<Change>> byModulePath) {
        Map<String, List<Change>> copy = new LinkedHashMap<>();
        byModulePath.forEach((path, changes) -> copy.put(path, List.copyOf(changes)));
        return new Patches(copy, Hooks.NONE);
    }

    /** The same changes with other hooks. */
    public Patches with(Hooks others) {
        return new Patches(byModulePath, others);
    }

    /** What stands in the network beside them at this pass. */
    public Hooks hooks() {
        return hooks;
    }

    /** These and the others together; the hooks are these'. */
    public Patches plus(Patches other) {
        Map<String, List<Change>> sum = new LinkedHashMap<>(byModulePath);
        other.byModulePath.forEach((path, changes) -> sum.merge(path, changes, (mine, theirs) -> {
            List<Change> both = new ArrayList<>(mine);
            both.addAll(theirs);
            return List.copyOf(both);
        }));
        return new Patches(sum, hooks);
    }

    /** The same changes, so many times as strong; share the arrays. */
    Patches scaled(double factor) {
        Map<String, List<Change>> scaled = new LinkedHashMap<>();
        byModulePath.forEach((path, changes) -> scaled.put(
                path, changes.stream().map(change -> change.scaled(factor)).toList()));
        return new Patches(scaled, hooks);
    }

    /** The changes of one module; empty when there are none. */
    public List<Change> at(String modulePath) {
        return byModulePath.getOrDefault(modulePath, List.of());
    }

    /** Of which module a change holds what nothing can be computed with, as a clause; empty when all is well. */
    Optional<String> damage() {
        return byModulePath.entrySet().stream()
                .filter(each -> !each.getValue().stream()
                        .flatMap(change -> change.arrays().stream())
                        .allMatch(Patches::isFinite))
                .findFirst()
                .map(each -> "changes " + each.getKey() + " by NaN or infinite numbers");
    }

    private static boolean isFinite(NDArray array) {
        try (Scope scope = Scope.open()) {
            return Finite.all(Weights.wide(array));
        }
    }

    /** Whether nothing of the weights is changed. */
    public boolean isEmpty() {
        return byModulePath.isEmpty();
    }
}
