package graft.model;

import com.google.gson.JsonElement;
import graft.file.MappedPages;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.TorchFile;
import graft.file.TorchTensor;
import graft.node.Problem;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tensors on disk by name: of a {@code .safetensors} file, of what {@code torch.save} wrote, or of several of these with an
 * index. Only names and shapes are read before a tensor is asked for.
 */
public sealed interface TensorStore {

    /** What messages call it. */
    Path path();

    /** All files that the tensors lie in, the index among them. */
    List<Path> files();

    Set<String> names();

    DType dtype(String name);

    long[] shape(String name);

    /** What the files say of themselves beside the tensors. */
    Map<String, String> metadata();

    /** The elements row by row, little-endian, from position 0 to the limit. Not to be written to. */
    ByteBuffer bytes(String name);

    /** Where these lie, when the file is mapped to memory. */
    default Optional<MappedPages> pages(String name) {
        return Optional.empty();
    }

    /** Reads the elements into the beginning of a buffer, past any mapping; limited to the tensor afterwards. */
    void read(String name, ByteBuffer buffer);

    /** The elements row by row as 32-bit floats whatever their type. */
    float[] floats(String name);

    /**
     * Opens a file by what it begins with, not by its ending.
     *
     * @throws Problem naming the file, when it is neither, damaged, or would run a program
     */
    static TensorStore open(Path file) {
        return TorchFile.is(file) ? new Torch(file, TorchFile.tensors(file)) : new Safe(SafeTensors.open(file));
    }

    /**
     * Opens what an index ({@code *.safetensors.index.json}, {@code *.bin.index.json}) says is in several files.
     *
     * @throws Problem naming the index when it is none, or the file that is missing or lacks a tensor
     */
    static TensorStore ofIndex(Path index) {
        Config config = Config.read(index).within("weight_map");
        Map<String, TensorStore> open = new LinkedHashMap<>();
        Map<String, TensorStore> byName = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> entry : config.object().entrySet()) {
            String shard = config.text(entry.getKey(), "");
            Path file = index.resolveSibling(shard);
            // A name that leads elsewhere is not one that any program writes.
            if (shard.isEmpty() || !file.getFileName().toString().equals(shard)) {
                throw config.wrong(entry.getKey(), "the name of a file beside it");
            }
            if (!Files.isRegularFile(file)) {
                throw new Problem(
                        "cannot load " + index.toAbsolutePath().getParent(),
                        "its weights are split over several files, of which " + shard + " is missing",
                        "download the model again, whole");
            }
            TensorStore store = open.computeIfAbsent(shard, name -> open(file));
            if (!store.names().contains(entry.getKey())) {
                throw new Problem(
                        "cannot load " + file,
                        "it has no \"" + entry.getKey() + "\", which " + index.getFileName() + " says is there",
                        "download the model again, whole");
            }
            byName.put(entry.getKey(), store);
        }
        return new Several(index, List.copyOf(open.values()), byName);
    }

    /** One file of safetensors. */
    record Safe(SafeTensors file) implements TensorStore {

        @Override
        public Path path() {
            return file.file();
        }

        @Override
        public List<Path> files() {
            return List.of(file.file());
        }

        @Override
        public Set<String> names() {
            return file.names();
        }

        @Override
        public DType dtype(String name) {
            return file.entry(name).dtype();
        }

        @Override
        public long[] shape(String name) {
            return file.entry(name).shape();
        }

        @Override
        public Map<String, String> metadata() {
            return file.metadata();
        }

        @Override
        public ByteBuffer bytes(String name) {
            return file.bytes(name);
        }

        @Override
        public Optional<MappedPages> pages(String name) {
            return Optional.of(file.pages(name));
        }

        @Override
        public void read(String name, ByteBuffer buffer) {
            file.read(name, buffer);
        }

        @Override
        public float[] floats(String name) {
            return file.floats(name);
        }
    }

    /** What {@code torch.save} wrote. */
    record Torch(Path path, Map<String, TorchTensor> tensors) implements TensorStore {

        private TorchTensor tensor(String name) {
            TorchTensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new Problem(
                        "cannot use " + path,
                        "it has no tensor \"" + name + "\"",
                        "choose a file of the kind that was asked for, or download it again");
            }
            return tensor;
        }

        @Override
        public List<Path> files() {
            return List.of(path);
        }

        @Override
        public Set<String> names() {
            return tensors.keySet();
        }

        @Override
        public DType dtype(String name) {
            return tensor(name).dtype();
        }

        @Override
        public long[] shape(String name) {
            return tensor(name).shape();
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public ByteBuffer bytes(String name) {
            return tensor(name).bytes();
        }

        @Override
        public void read(String name, ByteBuffer buffer) {
            buffer.clear();
            buffer.put(bytes(name)).flip();
        }

        @Override
        public float[] floats(String name) {
            return tensor(name).floats();
        }
    }

    /** Those of an index. */
    record Several(Path path, List<TensorStore> stores, Map<String, TensorStore> byName) implements TensorStore {

        @Override
        public List<Path> files() {
            List<Path> all = new java.util.ArrayList<>(List.of(path));
            stores.forEach(store -> all.addAll(store.files()));
            return all;
        }

        @Override
        public Set<String> names() {
            return byName.keySet();
        }

        @Override
        public DType dtype(String name) {
            return byName.get(name).dtype(name);
        }

        @Override
        public long[] shape(String name) {
            return byName.get(name).shape(name);
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public ByteBuffer bytes(String name) {
            return byName.get(name).bytes(name);
        }

        @Override
        public Optional<MappedPages> pages(String name) {
            return byName.get(name).pages(name);
        }

        @Override
        public void read(String name, ByteBuffer buffer) {
            byName.get(name).read(name, buffer);
        }

        @Override
        public float[] floats(String name) {
            return byName.get(name).floats(name);
        }
    }
}
