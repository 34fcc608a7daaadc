package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Weights in a safetensors file, by the keys that the network knows them by. */
final class FileWeights implements Weights.Source {

    private final String name;
    /** Null once finished: its pages can be unmapped, save those that arrays lie in. */
    private SafeTensors file;

    private ByteBuffer scratch;
    private final Map<String, String> keys;
    private final NDManager manager;

    /** @param keys the network's key to the file's */
    FileWeights(SafeTensors file, Map<String, String> keys, NDManager manager) {
        this.file = file;
        this.name = file.file().toString();
        this.keys = keys;
        this.manager = manager;
    }

    /**
     * @param name the file's key to the network's
     * @param needed which of the file's keys there are for the network
     */
    static FileWeights open(Path path, NDManager manager, UnaryOperator<String> name, Predicate<String> needed) {
        SafeTensors file = SafeTensors.open(path);
        Map<String, String> keys = new LinkedHashMap<>();
        file.names().stream().filter(needed).forEach(key -> keys.put(name.apply(key), key));
        return new FileWeights(file, keys, manager);
    }

    /** The weight file of a folder, in whichever precision it was saved. */
    static Path file(Path folder, String stem) {
        for (String ending : List.of(".safetensors", ".fp16.safetensors")) {
            Path file = folder.resolve(stem + ending);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        if (!Files.isDirectory(folder)) {
            throw new Problem("cannot load " + folder, "there is no such folder", "download the model again, whole");
        }
        Optional<Problem> other = OtherWeights.in(folder);
        throw other.orElseGet(() -> new Problem(
                "cannot load " + folder,
                "it holds no " + stem + ".safetensors",
                "save the model again as one .safetensors for each part"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<String> keys() {
        return keys.keySet();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return Optional.ofNullable(keys.get(key))
                .map(tensor -> file.entry(tensor).shape());
    }

    /** What a number takes in the file. */
    @Override
    public int bytesPerNumber(String key) {
        return file.entry(keys.get(key)).dtype().bytes();
    }

    @Override
    public NDArray read(String key, long[] shape) {
        String stored = keys.get(key);
        try (Scope scope = Scope.open()) {
            NDArray array = stored(stored, new Shape(shape));
            boolean kernel = shape.length == 4 && shape[2] * shape[3] > 1;
            return scope.keep(kernel ? Operators.channelsLast(array) : array, manager);
        }
    }

    /** By way of one buffer for all: pages of the file would stay beside the wider numbers made of them. */
    private NDArray widened(String tensor, Shape shape) {
        if (scratch == null) {
            long most = keys.values().stream()
                    .mapToLong(each -> file.entry(each).end() - file.entry(each).begin())
                    .max()
                    .orElse(0);
            scratch = ByteBuffer.allocateDirect(Math.toIntExact(most)).order(ByteOrder.LITTLE_ENDIAN);
        }
        int bytes = Math.toIntExact(DType.F16.bytes() * shape.size());
        file.read(tensor, scratch);
        return Operators.toFloat(
                manager.create(scratch.slice(0, bytes).order(ByteOrder.LITTLE_ENDIAN), shape, DataType.FLOAT16));
    }

    @Override
    public void finished() {
        scratch = null;
        file = null;
    }

    private NDArray stored(String tensor, Shape shape) {
        return switch (file.entry(tensor).dtype()) {
            // On the CPU this aliases the file's private mapping, which the array's buffer keeps alive.
            case F32 -> manager.create(file.bytes(tensor), shape, DataType.FLOAT32);
            case F16 -> widened(tensor, shape);
            case F64 -> Operators.toFloat(manager.create(file.bytes(tensor), shape, DataType.FLOAT64));
            // DJL ends the process when it is handed this type.
            case BF16 -> manager.create(file.floats(tensor), shape);
            default ->
                throw new Problem(
                        "cannot load " + name,
                        "\"" + tensor + "\" is stored as " + file.entry(tensor).dtype()
                                + " where a floating-point type is expected",
                        "convert the model to fp16, bf16 or fp32");
        };
    }
}
