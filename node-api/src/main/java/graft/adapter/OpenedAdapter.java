package graft.adapter;

import graft.file.CacheFolder;
import graft.file.ContentHash;
import graft.file.FileFault;
import graft.file.SafeTensors;
import graft.file.SafeTensors.Tensor;
import graft.file.TorchFile;
import graft.model.TensorStore;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Opens files of adapters, also those that are pickles of PyTorch ({@code .pt}, {@code .bin}), of which nothing is run. */
final class OpenedAdapter {

    private OpenedAdapter() {}

    /**
     * Opens a file by what it begins with. A pickle is written as safetensors into the cache once, which is what is opened then, under
     * the name of the file.
     *
     * @throws Problem naming the file when it is neither, damaged, or would run a program
     */
    static SafeTensors open(Path file) {
        if (!TorchFile.is(file)) {
            return SafeTensors.open(file);
        }
        try {
            Path converted =
                    CacheFolder.path().resolve(CacheFolder.CONVERTED).resolve(ContentHash.of(file) + ".safetensors");
            if (Files.exists(converted)) {
                CacheFolder.touch(converted);
            } else {
                TensorStore store = TensorStore.open(file);
                List<Tensor> tensors = store.names().stream()
                        .map(name -> new Tensor(name, store.dtype(name), store.shape(name), store.bytes(name)))
                        .toList();
                Files.createDirectories(converted.getParent());
                SafeTensors.write(converted, tensors, Map.of());
            }
            return SafeTensors.open(converted, file);
        } catch (IOException e) {
            throw FileFault.reading(file, e);
        }
    }
}
