package graft.model;

import graft.file.FileFault;
import graft.file.Folder;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Weights in a form that is not read, told by the names of files. */
final class OtherWeights {

    private static final Pattern SHARD = Pattern.compile(".*-\\d{5}-of-\\d{5}\\..*");
    private static final String LIST = ".index.json";
    private static final List<String> OTHERS = List.of(".msgpack", ".h5", ".gguf", ".onnx");

    private OtherWeights() {}

    /** What a folder without weights that can be read holds in their place; empty when that is nothing. */
    static Optional<Problem> in(Path folder) {
        try {
            List<Path> all = Folder.entries(folder).stream()
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            return Stream.concat(all.stream().filter(OtherWeights::isSplit), all.stream())
                    .flatMap(file -> problem(file, "cannot load " + folder).stream())
                    .findFirst();
        } catch (IOException e) {
            throw FileFault.reading(folder, e);
        }
    }

    /** Why a file that was chosen is no model; empty when its name does not tell. */
    static Optional<Problem> of(Path file) {
        return problem(file, "cannot load the model " + file);
    }

    private static boolean isSplit(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(LIST) || SHARD.matcher(name).matches();
    }

    private static Optional<Problem> problem(Path file, String happened) {
        String name = file.getFileName().toString();
        if (isSplit(file)) {
            return Optional.of(
                    name.endsWith(LIST)
                            ? new Problem(
                                    happened,
                                    "its weights are split over several files, of which " + name + " is the list",
                                    "choose the model's folder, the one that holds model_index.json")
                            : new Problem(
                                    happened,
                                    "its weights are split over several files, of which " + name
                                            + " is one, and the list of them (" + LIST + ") is missing",
                                    "download the model again, whole"));
        }
        return OTHERS.stream()
                .filter(name.toLowerCase(Locale.ROOT)::endsWith)
                .findFirst()
                .map(ending -> new Problem(
                        happened,
                        "its weights are in " + name + ", a form that Graft does not read",
                        "save the model again as .safetensors (diffusers' save_pretrained does)"));
    }
}
