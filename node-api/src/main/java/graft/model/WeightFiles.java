package graft.model;

import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The weights of one part of a model in its folder, in whichever form and precision diffusers or transformers saved them: one
 * file or several with an index, {@code .safetensors} or {@code .bin}, all numbers or 16-bit ones.
 */
public final class WeightFiles {

    /** What stands in the name for the precision, the widest first; the third is that of training files without averages. */
    private static final List<String> VARIANTS = List.of("", ".fp32", ".non_ema", ".fp16", ".bf16");

    private WeightFiles() {}

    /**
     * Opens them.
     *
     * @param stem of the file's name: {@code diffusion_pytorch_model} or {@code model}
     * @throws Problem naming the folder, when there are none that can be read
     */
    public static TensorStore open(Path folder, String stem) {
        Path file = file(folder, stem);
        return isIndex(file) ? TensorStore.ofIndex(file) : TensorStore.open(file);
    }

    /** All files that they lie in. */
    public static List<Path> files(Path folder, String stem) {
        Path file = file(folder, stem);
        return isIndex(file) ? TensorStore.ofIndex(file).files() : List.of(file);
    }

    private static boolean isIndex(Path file) {
        return file.toString().endsWith(".json");
    }

    private static Path file(Path folder, String stem) {
        return found(folder, stem).orElseThrow(() -> none(folder, stem));
    }

    /** The file, or the index of several. */
    static Optional<Path> found(Path folder, String stem) {
        return names(stem).stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static List<String> names(String stem) {
        List<String> names = new ArrayList<>();
        names(names, stem, ".safetensors");
        // Before safetensors there were pickles, which transformers gave a name of their own.
        names(names, stem.equals("model") ? "pytorch_model" : stem, ".bin");
        return names;
    }

    private static void names(List<String> names, String stem, String ending) {
        for (String variant : VARIANTS) {
            names.add(stem + variant + ending);
            names.add(stem + variant + ending + ".index.json");
            names.add(stem + ending + ".index" + variant + ".json");
        }
    }

    private static Problem none(Path folder, String stem) {
        if (!Files.isDirectory(folder)) {
            return new Problem("cannot load " + folder, "there is no such folder", "download the model again, whole");
        }
        return OtherWeights.in(folder)
                .orElseGet(() -> new Problem(
                        "cannot load " + folder,
                        "it holds no " + stem + ".safetensors",
                        "download the model again, whole"));
    }
}
