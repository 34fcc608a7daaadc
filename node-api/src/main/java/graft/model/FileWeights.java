package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.file.SafeTensors;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Weights in a safetensors file, by the keys that the network knows them by. */
final class FileWeights implements Weights.Source {

    private final SafeTensors file;
    private final Map<String, String> keys;
    private final NDManager manager;

    /** @param keys the network's key to the file's */
    FileWeights(SafeTensors file, Map<String, String> keys, NDManager manager) {
        this.file = file;
        this.keys = keys;
        this.manager = manager;
    }

    @Override
    public String name() {
        return file.file().toString();
    }

    @Override
    public Set<String> keys() {
        return keys.keySet();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return Optional.ofNullable(keys.get(key)).map(name -> file.entry(name).shape());
    }

    @Override
    public NDArray read(String key, long[] shape) {
        String name = keys.get(key);
        try (Scope scope = Scope.open()) {
            NDArray array = stored(name, new Shape(shape));
            boolean kernel = shape.length == 4 && shape[2] * shape[3] > 1;
            return scope.keep(kernel ? Operators.channelsLast(array) : array, manager);
        }
    }

    private NDArray stored(String name, Shape shape) {
        return switch (file.entry(name).dtype()) {
            // On the CPU this aliases the file's private mapping, which the array's buffer keeps alive.
            case F32 -> manager.create(file.bytes(name), shape, DataType.FLOAT32);
            case F16 -> Operators.toFloat(manager.create(file.bytes(name), shape, DataType.FLOAT16));
            case F64 -> Operators.toFloat(manager.create(file.bytes(name), shape, DataType.FLOAT64));
            // DJL ends the process when it is handed this type.
            case BF16 -> manager.create(file.floats(name), shape);
            default ->
                throw new Problem(
                        "cannot load " + file.file(),
                        "\"" + name + "\" is stored as " + file.entry(name).dtype()
                                + " where a floating-point type is expected",
                        "convert the model to fp16, bf16 or fp32");
        };
    }
}
