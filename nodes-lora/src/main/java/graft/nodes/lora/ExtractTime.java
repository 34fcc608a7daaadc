package graft.nodes.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import graft.tensor.Scope;

/** How long this machine takes to find singular values, from one small matrix. */
final class ExtractTime {

    private static final int SIDE = 512;
    private static final int WIDTH = 32;

    private ExtractTime() {}

    /** Seconds for each number of a matrix and each direction that is looked for. */
    static double perNumber(boolean exact) {
        Compute.prepareThread();
        try (NDManager manager = Compute.choose("cpu").newManager();
                Scope scope = Scope.open()) {
            KeyedRandom random = KeyedRandom.of(0, "extract", 0, "time");
            NDArray matrix = manager.create(random.normal(SIDE * SIDE), new Shape(SIDE, SIDE));
            NDArray start = manager.create(random.normal(SIDE * WIDTH), new Shape(SIDE, WIDTH));
            // The first call of an operator compiles it.
            decompose(matrix, start, exact);
            long began = System.nanoTime();
            decompose(matrix, start, exact);
            double seconds = (System.nanoTime() - began) / 1e9;
            return seconds / ((double) SIDE * SIDE * (exact ? SIDE : WIDTH));
        }
    }

    private static void decompose(NDArray matrix, NDArray start, boolean exact) {
        (exact ? Operators.singular(matrix) : Operators.singularNear(matrix, start, Singular.ROUNDS))
                .forEach(NDArray::close);
    }
}
