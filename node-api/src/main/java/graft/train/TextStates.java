package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.file.Sha256;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Captions as a text encoder that does not learn reads them: each once, while there is room for it. */
final class TextStates {

    private static final String FORMAT = "graft text states 1";

    private final Checkpoint model;
    private final NDManager manager;
    private final long most;
    private final Optional<TensorFiles> files;
    /** The one asked for longest ago first. */
    private final Map<String, Context> known = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /**
     * @param manager owns what is kept in memory
     * @param most bytes that are kept; those asked for longest ago go first
     * @param files where they are kept too; not used for a model whose text encoder was changed
     */
    TextStates(Checkpoint model, NDManager manager, long most, Optional<TensorFiles> files) {
        this.model = model;
        this.manager = manager;
        this.most = most;
        boolean changed = model.texts().stream()
                        .anyMatch(part -> model.hasOwnEncoder(part)
                                || !model.patches(part).isEmpty())
                || !model.addedTokens().words().isEmpty();
        this.files = changed ? Optional.empty() : files;
    }

    /** How many texts are in memory. */
    int size() {
        return known.size();
    }

    /** What the network is told of texts, to be used before the next call. */
    Context of(List<String> texts) {
        // Not later: arrays given before may be in use until now.
        for (Iterator<Context> oldest = known.values().iterator(); bytes > most && oldest.hasNext(); ) {
            Context states = oldest.next();
            bytes -= bytes(states);
            oldest.remove();
            states.arrays().forEach(NDArray::close);
        }
        List<Context> rows = new ArrayList<>();
        for (String text : texts) {
            Context states = known.get(text);
            if (states == null) {
                states = encoded(text);
                known.put(text, states);
                bytes += bytes(states);
            }
            rows.add(states);
        }
        return Context.concat(rows);
    }

    private static long bytes(Context states) {
        return Float.BYTES * states.arrays().stream().mapToLong(NDArray::size).sum();
    }

    private Context encoded(String text) {
        try (Scope scope = Scope.open()) {
            if (files.isEmpty()) {
                return model.contextAnew(List.of(text)).map(array -> scope.keep(array, manager));
            }
            List<String> key = new ArrayList<>(
                    List.of(FORMAT, model.hash(), model.compute().device().getDeviceType(), text));
            if (model.clipSkip() != 0) {
                key.add("layer " + model.clipSkip() + " from the last");
            }
            Map<String, TensorFiles.Values> kept = files.get().get(Sha256.of(key), () -> values(text));
            return new Context(kept(kept, "states", scope), kept(kept, "pooled", scope), Operators.NONE);
        }
    }

    private List<TensorFiles.Values> values(String text) {
        Context context = model.contextAnew(List.of(text));
        List<TensorFiles.Values> values = new ArrayList<>();
        values.add(TensorFiles.Values.of("states", context.states()));
        if (context.pooled() != Operators.NONE) {
            values.add(TensorFiles.Values.of("pooled", context.pooled()));
        }
        return values;
    }

    private NDArray kept(Map<String, TensorFiles.Values> kept, String name, Scope scope) {
        return kept.containsKey(name) ? scope.keep(kept.get(name).array(manager), manager) : Operators.NONE;
    }
}
