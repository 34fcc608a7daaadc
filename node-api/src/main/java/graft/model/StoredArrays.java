package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Sink;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Arrays as tensors of a file, one after the other: a file may be larger than the Java heap.
 *
 * <p>Elements go row by row whatever memory layout an array has. An array takes at most 2 GiB.
 */
public final class StoredArrays {

    private StoredArrays() {}

    /** An array as it is; read when the tensor is written, so it must be open then. */
    public static Tensor tensor(String name, NDArray array) {
        return new Tensor(name, dtype(array.getDataType()), array.getShape().getShape(), sink -> put(array, sink));
    }

    /**
     * An array of float32 or of 16-bit numbers, rounded; read when the tensor is written.
     *
     * @param dtype F32, F16 or BF16
     */
    public static Tensor tensor(String name, NDArray array, DType dtype) {
        return Tensor.of(name, dtype, array.getShape().getShape(), sink -> putWide(array, sink));
    }

    /** Puts out the elements of an array of float32 or of 16-bit numbers as float32, widened for the while that they are written. */
    public static void putWide(NDArray array, Sink sink) throws IOException {
        try (Scope scope = Scope.open()) {
            put(Weights.wide(array), sink);
        }
    }

    /** Puts out the elements of an array without a copy where they lie row by row in the CPU's memory. */
    public static void put(NDArray array, Sink sink) throws IOException {
        try (Scope scope = Scope.open()) {
            sink.put(array.toByteBuffer(true));
        }
    }

    /** The type that a file has arrays of this type in. */
    public static DType dtype(DataType type) {
        return switch (type) {
            case FLOAT64 -> DType.F64;
            case FLOAT32 -> DType.F32;
            case FLOAT16 -> DType.F16;
            case INT64 -> DType.I64;
            case INT32 -> DType.I32;
            case UINT8 -> DType.U8;
            case INT8 -> DType.I8;
            default -> throw new IllegalArgumentException("no file has arrays of " + type);
        };
    }

    /**
     * Puts tensors of a file into arrays of the same names, types and shapes, through one buffer of the largest one's size.
     *
     * @throws Problem naming the file when it can no longer be read
     */
    public static void read(SafeTensors file, Map<String, NDArray> arrays) {
        long largest = arrays.values().stream()
                .mapToLong(array -> array.size() * array.getDataType().getNumOfBytes())
                .max()
                .orElse(0);
        ByteBuffer buffer = ByteBuffer.allocateDirect(Math.toIntExact(largest));
        arrays.forEach((name, array) -> {
            file.read(name, buffer);
            try (NDArray value = array.getManager().create(buffer, array.getShape(), array.getDataType())) {
                Operators.assign(List.of(array), List.of(value));
            }
        });
    }
}
