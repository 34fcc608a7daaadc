package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import graft.file.Sha256;
import graft.model.Checkpoint;
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
    private final Map<String, NDArray> known = new LinkedHashMap<>(16, 0.75f, true);

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
        boolean changed = model.hasOwnTextEncoder()
                || !model.textPatches().isEmpty()
                || !model.addedTokens().words().isEmpty();
        this.files = changed ? Optional.empty() : files;
    }

    /** How many texts are in memory. */
    int size() {
        return known.size();
    }

    /** [n,t,d], to be used before the next call. */
    NDArray of(List<String> texts) {
        // Not later: arrays given before may be in use until now.
        for (Iterator<NDArray> oldest = known.values().iterator(); bytes > most && oldest.hasNext(); ) {
            NDArray states = oldest.next();
            bytes -= states.size() * Float.BYTES;
            oldest.remove();
            states.close();
        }
        List<NDArray> rows = new ArrayList<>();
        for (String text : texts) {
            NDArray states = known.get(text);
            if (states == null) {
                states = encoded(text);
                known.put(text, states);
                bytes += states.size() * Float.BYTES;
            }
            rows.add(states);
        }
        return rows.size() == 1 ? rows.get(0) : NDArrays.concat(new NDList(rows), 0);
    }

    private NDArray encoded(String text) {
        try (Scope scope = Scope.open()) {
            if (files.isEmpty()) {
                return scope.keep(model.states(List.of(text)), manager);
            }
            String device = model.compute().device().getDeviceType();
            TensorFiles.Values states = files.get()
                    .get(
                            Sha256.of(List.of(FORMAT, model.hash(), device, text)),
                            () -> List.of(TensorFiles.Values.of("states", model.states(List.of(text)))))
                    .get("states");
            return scope.keep(states.array(manager), manager);
        }
    }
}
