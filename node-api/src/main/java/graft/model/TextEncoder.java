package graft.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** CLIP's text transformer. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class TextEncoder {

    TextEncoder() {}

    /**
     * The states of the last layer after the final norm.
     *
     * @param ids token ids, rows of equal length
     * @return [n,t,d], owned by the thread's scope
     */
    public NDArray encode(int[][] ids, Patches patches) {
        throw new UnsupportedOperationException();
    }

    public List<String> moduleNames() {
        throw new UnsupportedOperationException();
    }

    public long[] weightShape(String modulePath) {
        throw new UnsupportedOperationException();
    }
}
