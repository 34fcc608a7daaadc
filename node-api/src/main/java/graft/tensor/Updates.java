package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Low-rank updates of the layers of one operator: each adds scale · up(down(x)) to a layer's output.
 *
 * <p>Borrows the down and up arrays; frees its own two small index arrays when closed.
 */
public final class Updates implements AutoCloseable {

    /** The arrays as the scripted operators want them: where each layer's updates begin, scales, down, up, down, up … */
    private final List<NDArray> arrays;

    private final boolean shared;

    private Updates(List<NDArray> arrays, boolean shared) {
        this.arrays = arrays;
        this.shared = shared;
    }

    /** No updates; shared by all calls. */
    static Updates none(NDManager manager) {
        NDArray plan = manager.create(new Shape(0), DataType.INT64);
        NDArray scales = manager.create(new Shape(0), DataType.FLOAT64);
        NDScope.unregister(plan, scales);
        return new Updates(List.of(plan, scales), true);
    }

    List<NDArray> arrays() {
        return arrays;
    }

    @Override
    public void close() {
        if (!shared) {
            arrays.get(0).close();
            arrays.get(1).close();
        }
    }

    /** Collects updates layer by layer, in the operator's order. */
    public static final class Builder {

        private final List<Integer> begins = new ArrayList<>(List.of(0));
        private final List<Double> scales = new ArrayList<>();
        private final List<NDArray> factors = new ArrayList<>();

        /**
         * Adds an update of the layer at hand.
         *
         * @param down [r,in] or [r,in,kh,kw]
         * @param up [out,r] or [out,r,1,1]
         */
        public Builder update(NDArray down, NDArray up, double scale) {
            scales.add(scale);
            factors.add(down);
            factors.add(up);
            return this;
        }

        /** Goes on to the next layer. */
        public Builder next() {
            begins.add(scales.size());
            return this;
        }

        /** The updates; none when no layer has any. */
        public Updates build() {
            if (scales.isEmpty()) {
                return Operators.NO_UPDATES;
            }
            NDManager manager = Operators.manager();
            List<NDArray> arrays = new ArrayList<>(factors.size() + 2);
            arrays.add(manager.create(begins.stream().mapToLong(i -> i).toArray()));
            arrays.add(manager.create(scales.stream().mapToDouble(s -> s).toArray()));
            arrays.addAll(factors);
            return new Updates(arrays, false);
        }
    }
}
