package graft.adapter;

import graft.model.Checkpoint;
import graft.model.Weighting;
import graft.node.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folders in which prompts find the embeddings that they call: {@code embedding:name} and {@code embedding:sub/name}, with the
 * file's ending or without it. Source: ComfyUI's {@code load_embed}.
 *
 * @param folders the first one first; they need not be there
 */
public record EmbeddingFolders(List<Path> folders) {

    private static final List<String> ENDINGS = List.of("", ".safetensors", ".pt", ".bin");

    private static final int DEPTH = 8;

    public EmbeddingFolders {
        folders = List.copyOf(folders);
    }

    /** The file of that name in a folder, or in one within it. */
    public Optional<Path> find(String name) {
        return folders.stream()
                .flatMap(EmbeddingFolders::within)
                .flatMap(folder -> file(folder, name).stream())
                .findFirst();
    }

    /** A folder and those within it, in the order of their names. */
    private static Stream<Path> within(Path folder) {
        try (Stream<Path> all = Files.find(
                folder, DEPTH, (path, attributes) -> attributes.isDirectory(), FileVisitOption.FOLLOW_LINKS)) {
            return all.sorted().toList().stream();
        } catch (IOException | UncheckedIOException unreadable) {
            // A folder that is not there, or may not be read, has nothing to offer.
            return Stream.empty();
        }
    }

    private static Optional<Path> file(Path folder, String name) {
        try {
            Path base = folder.toAbsolutePath().normalize();
            for (String ending : ENDINGS) {
                Path file = base.resolve(name + ending).normalize();
                if (!name.isEmpty() && file.startsWith(base) && Files.isRegularFile(file)) {
                    return Optional.of(file);
                }
            }
        } catch (InvalidPathException noName) {
            // What no file can be called is not there.
        }
        return Optional.empty();
    }

    /** The files that prompts call, beside the words that the model knows, by the name that each is found by. */
    public Map<String, Path> called(List<String> missing) {
        Map<String, Path> called = new LinkedHashMap<>();
        for (String spelled : missing) {
            for (String name : List.of(spelled, spelled.replaceAll("^,++|,++$", ""))) {
                if (!called.containsKey(name)) {
                    find(name).ifPresent(file -> called.put(name, file));
                }
                if (called.containsKey(name)) {
                    break;
                }
            }
        }
        return called;
    }

    /**
     * A view of a model whose prompts know the embeddings that they call and that lie in these folders; the model itself where
     * they call none. A file that is no embedding, or none for this model, is told of and left out.
     *
     * @param warn told of each in a sentence
     */
    public Checkpoint over(Checkpoint model, List<String> prompts, Weighting weighting, Consumer<String> warn) {
        if (weighting == Weighting.PLAIN || folders.isEmpty()) {
            return model;
        }
        List<String> missing = prompts.stream()
                .flatMap(prompt -> model.reading(prompt, weighting).missing().stream())
                .distinct()
                .toList();
        List<Embedding> embeddings = new ArrayList<>();
        called(missing).forEach((name, file) -> {
            try {
                embeddings.add(EmbeddingFile.read(file).named(name));
            } catch (Problem unreadable) {
                warn.accept("embedding:" + name + " is left out: " + unreadable.getMessage());
            }
        });
        return embeddings.isEmpty() ? model : AdapterStack.calling(model, embeddings, warn);
    }
}
