package example;

import ai.djl.ndarray.NDArray;
import graft.node.Resource;
import graft.node.SocketType;

/**
 * Pictures as the mean colours of their cells: a type for wires that holds tensors.
 *
 * <p>float32 [n, 3, rows, columns], sRGB from 0 to 1, on the device of the run. Owns its array: the engine closes it when nobody
 * uses it any more. Its equal is only itself, and nobody writes to the array, as with all that wires carry.
 */
@SocketType(id = "example/mosaic", title = "Mosaic", color = "#F06292")
public final class Mosaic implements Resource {

    private final NDArray cells;

    /** Takes over an array that belongs to no scope. */
    public Mosaic(NDArray owned) {
        this.cells = owned;
    }

    public NDArray cells() {
        return cells;
    }

    @Override
    public void close() {
        cells.close();
    }
}
