package graft.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Random layers of int8 rows that are computed in whole numbers. */
public final class WholeLayers {

    private WholeLayers() {}

    public static NDArray rows(NDManager manager, long... shape) {
        return manager.randomUniform(-127, 127, new Shape(shape)).round().toType(DataType.INT8, false);
    }

    /** Scales above biases, in float64, which says that whole numbers are wanted. */
    public static NDArray scales(NDManager manager, int outputs) {
        return NDArrays.concat(new NDList(
                manager.randomUniform(0.001f, 0.01f, new Shape(1, outputs)).toType(DataType.FLOAT64, false),
                manager.randomNormal(new Shape(1, outputs)).toType(DataType.FLOAT64, false)));
    }
}
