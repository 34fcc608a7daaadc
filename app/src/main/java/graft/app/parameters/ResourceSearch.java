package graft.app.parameters;

import graft.app.parameters.Parameters.Resource;
import graft.app.user.ModelFolders;
import graft.file.ModelHash;
import graft.file.SafeTensors;
import graft.node.Problem;
import graft.node.Setting.Collection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks in the model folders for what a text names: by its name, else by its hash. */
final class ResourceSearch {

    private static final List<String> ENDINGS = List.of(".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin");

    private static final int DEPTH = 8;

    /** What may be read for its hash before a picture opens, in bytes: some ten seconds. */
    private static final long MOST_READ = 4L << 30;

    private final ModelFolders folders;
    private long read;

    ResourceSearch(ModelFolders folders) {
        this.folders = folders;
    }

    /** What a setting of the collection says to mean it; empty where it is not there. */
    Optional<String> find(Collection collection, Resource wanted) {
        return byName(collection, wanted.name()).or(() -> byHash(collection, wanted.hash()));
    }

    private Optional<String> byName(Collection collection, String name) {
        if (name.isBlank()) {
            return Optional.empty();
        }
        List<String> names = Stream.concat(Stream.of(""), ENDINGS.stream())
                .map(ending -> name + ending)
                .toList();
        return names.stream()
                .filter(each -> !folders.find(collection, each).isEmpty())
                .findFirst()
                .or(() -> names.stream()
                        .flatMap(each -> folders.alike(collection, each).stream())
                        .findFirst());
    }

    /** A1111's ten digits, sites' twelve, or all. */
    private Optional<String> byHash(Collection collection, String hash) {
        String wanted = hash.toLowerCase(Locale.ROOT);
        if (!wanted.matches("[0-9a-f]{8,64}")) {
            return Optional.empty();
        }
        for (Path folder : folders.of(collection)) {
            try (Stream<Path> files = Files.find(
                    folder,
                    DEPTH,
                    (file, attributes) -> attributes.isRegularFile()
                            && ENDINGS.stream()
                                    .anyMatch(ending -> file.toString().endsWith(ending)),
                    FileVisitOption.FOLLOW_LINKS)) {
                Optional<Path> found = files.sorted()
                        .filter(file -> has(file, collection, wanted))
                        .findFirst();
                if (found.isPresent()) {
                    return Optional.of(folders.name(collection, found.get())
                            .orElse(found.get().toString()));
                }
            } catch (IOException | UncheckedIOException unreadable) {
                // A folder that is not there has nothing to find.
            }
        }
        return Optional.empty();
    }

    private boolean has(Path file, Collection collection, String wanted) {
        try {
            if (collection == Collection.LORAS && saidHash(file).startsWith(wanted)) {
                return true;
            }
            if (ModelHash.known(file).isEmpty()) {
                read += Files.size(file);
            }
            return read <= MOST_READ
                    && (ModelHash.of(file).startsWith(wanted)
                            || (collection == Collection.LORAS
                                    && ModelHash.ofTensors(file).startsWith(wanted)));
        } catch (IOException | Problem unreadable) {
            return false;
        }
    }

    /** What a LoRA's header says of its own tensors, which costs no reading of them. */
    private static String saidHash(Path file) {
        if (!file.toString().endsWith(".safetensors")) {
            return "";
        }
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return tensors.metadata().getOrDefault("sshs_model_hash", "");
        }
    }
}
