package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.CacheFolder;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tensors that outlive the process: a safetensors file for each key, which stands for all that they were made from.
 *
 * <p>Files land whole; one that is damaged is made anew, with a warning. Several processes may share the folder, and it may
 * be removed at any time.
 */
final class TensorFiles {

    /**
     * A float32 tensor on the heap.
     *
     * @param values row by row
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Values(String name, long[] shape, float[] values) {

        static Values of(String name, NDArray array) {
            return new Values(name, array.getShape().getShape(), array.toFloatArray());
        }

        /** An array of the manager's and of the innermost scope. */
        NDArray array(NDManager manager) {
            return manager.create(values, new Shape(shape));
        }

        private Tensor tensor() {
            return Tensor.of(name, DType.F32, shape, values);
        }
    }

    private static final String HASH = "sha256";

    private final Path folder;
    private final Consumer<String> warn;
    /** Keys whose file was found whole in this process: hashing it once is enough. */
    private final Set<String> checked = new HashSet<>();

    private boolean full;

    TensorFiles(Path folder, Consumer<String> warn) {
        this.folder = folder;
        this.warn = warn;
    }

    boolean has(String key) {
        return Files.exists(file(key));
    }

    /**
     * What lies under the key, by name; made and written first where it does not.
     *
     * <p>What cannot be written is told of once, and given all the same.
     */
    Map<String, Values> get(String key, Supplier<List<Values>> make) {
        Path file = file(key);
        if (Files.exists(file)) {
            try {
                return byName(read(key, file));
            } catch (Problem damaged) {
                warn.accept("A cached file was damaged and is made anew: " + file + ".");
            }
        }
        List<Values> made = make.get();
        if (!full) {
            List<Tensor> tensors = made.stream().map(Values::tensor).toList();
            try {
                SafeTensors.write(file, tensors, Map.of(HASH, SafeTensors.dataHash(tensors)));
                checked.add(key);
            } catch (Problem problem) {
                full = true;
                warn.accept("Nothing more is cached on disk: " + problem.getMessage());
            }
        }
        return byName(made);
    }

    private List<Values> read(String key, Path file) {
        try (SafeTensors saved = SafeTensors.open(file)) {
            List<Values> found = saved.names().stream()
                    .map(name -> new Values(name, saved.entry(name).shape(), saved.floats(name)))
                    .toList();
            if (!checked.contains(key)) {
                String hash =
                        SafeTensors.dataHash(found.stream().map(Values::tensor).toList());
                if (!hash.equals(saved.metadata().get(HASH))) {
                    throw new Problem("cannot use " + file, "its contents changed", "remove it");
                }
                checked.add(key);
                CacheFolder.touch(file);
            }
            return found;
        }
    }

    private static Map<String, Values> byName(List<Values> all) {
        Map<String, Values> byName = new TreeMap<>();
        all.forEach(each -> byName.put(each.name(), each));
        return byName;
    }

    private Path file(String key) {
        return folder.resolve(key.substring(0, 2)).resolve(key + ".safetensors");
    }
}
