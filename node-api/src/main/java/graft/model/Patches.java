package graft.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes of a model's layers by module path; several on one layer add up. Borrows its arrays. */
public final class Patches {

    /** No change: the base model bit for bit. */
    public static final Patches NONE = new Patches(Map.of());

    private final Map<String, List<Change>> byModulePath;

    private Patches(Map<String, List<Change>> byModulePath) {
        this.byModulePath = byModulePath;
    }

    public static Patches of(Map<String, List<Change>> byModulePath) {
        Map<String, List<Change>> copy = new LinkedHashMap<>();
        byModulePath.forEach((path, changes) -> copy.put(path, List.copyOf(changes)));
        return new Patches(copy);
    }

    /** These and the others together. */
    public Patches plus(Patches other) {
        Map<String, List<Change>> sum = new LinkedHashMap<>(byModulePath);
        other.byModulePath.forEach((path, changes) -> sum.merge(path, changes, (mine, theirs) -> {
            List<Change> both = new ArrayList<>(mine);
            both.addAll(theirs);
            return List.copyOf(both);
        }));
        return new Patches(sum);
    }

    /** The same changes, so many times as strong; share the arrays. */
    Patches scaled(double factor) {
        Map<String, List<Change>> scaled = new LinkedHashMap<>();
        byModulePath.forEach((path, changes) -> scaled.put(
                path, changes.stream().map(change -> change.scaled(factor)).toList()));
        return new Patches(scaled);
    }

    /** The changes of one module; empty when there are none. */
    public List<Change> at(String modulePath) {
        return byModulePath.getOrDefault(modulePath, List.of());
    }

    public boolean isEmpty() {
        return byModulePath.isEmpty();
    }
}
