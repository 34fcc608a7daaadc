package graft.tensor;

import ai.djl.ndarray.NDManager;

/** Counts what lives outside the Java heap. */
public final class NativeArrays {

    private NativeArrays() {}

    /** How many native arrays are alive in the process, whoever owns them. */
    public static long count() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }
}
