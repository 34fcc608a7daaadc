package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.TorchFile;
import graft.file.TorchTensor;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Weights in a {@code pytorch_model.bin}, which lies on the Java heap until the network has them all. */
final class TorchWeights implements Weights.Source {

    /** More would not fit the heap beside a tensor's numbers. */
    private static final long MOST_BYTES = 1_200_000_000;

    private final Path file;
    private final NDManager manager;
    private final Map<String, TorchTensor> tensors = new HashMap<>();

    /** @param needed which of the file's keys there are for the network */
    TorchWeights(Path file, NDManager manager, Predicate<String> needed) {
        this.file = file;
        this.manager = manager;
        if (!(TorchFile.read(file, MOST_BYTES) instanceof Map<?, ?> saved)) {
            throw new Problem("cannot load " + file, "it holds no weights by name", "download the model again");
        }
        saved.forEach((key, value) -> {
            if (key instanceof String name && value instanceof TorchTensor tensor && needed.test(name)) {
                tensors.put(name, tensor);
            }
        });
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public Set<String> keys() {
        return tensors.keySet();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return Optional.ofNullable(tensors.get(key)).map(TorchTensor::shape);
    }

    @Override
    public NDArray read(String key, long[] shape) {
        try (Scope scope = Scope.open()) {
            NDArray array = manager.create(tensors.get(key).floats(), new Shape(shape));
            boolean kernel = shape.length == 4 && shape[2] * shape[3] > 1;
            return scope.keep(kernel ? Operators.channelsLast(array) : array, manager);
        }
    }

    @Override
    public void finished() {
        tensors.clear();
    }
}
