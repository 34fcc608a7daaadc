package graft.app.editor.inspector;

import graft.adapter.Embedding;
import graft.adapter.EmbeddingFile;
import graft.adapter.EmbeddingFolders;
import graft.app.editor.WindowThread;
import graft.app.user.ModelFolders;
import graft.file.Location;
import graft.model.AddedTokens;
import graft.model.TextReading;
import graft.model.Tokenizer;
import graft.model.WeightedText;
import graft.model.Weighting;
import graft.node.Problem;
import graft.node.Setting.Collection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.swing.SwingUtilities;

/** Counts the tokens of prompts as models read them, in a thread of its own; its answers come on Swing's. */
public final class Prompts implements AutoCloseable {

    /**
     * What was counted.
     *
     * @param prompts how many prompts the text holds
     * @param tokens of the longest of them, without begin and end
     * @param most how many the model sees, 75 for CLIP and each chunk
     * @param chunks in how many parts it sees that
     * @param unseen the words that it does not see; empty when it sees all
     */
    record Count(int prompts, int tokens, int most, int chunks, String unseen) {}

    /**
     * An embedding over the model, as a node's settings say it.
     *
     * @param word what calls it up; empty for what the file says
     * @param file that it is read from; empty for one that is trained
     * @param vectors that a training gives it
     */
    record Added(String word, String file, int vectors) {}

    private final Supplier<ModelFolders> models;
    private final Map<String, Optional<Tokenizer>> tokenizers = new HashMap<>();
    private final ExecutorService thread = WindowThread.named("graft-prompts");

    /** @param models where models and embeddings are looked for by name, asked for with each count */
    public Prompts(Supplier<ModelFolders> models) {
        this.models = models;
    }

    /**
     * Counts.
     *
     * @param model what a setting of the kind MODEL says
     * @param added embeddings over it
     * @param lines whether each line is a prompt of its own
     * @param weighting how brackets are read
     * @param then given the count, or nothing when the model cannot be read
     */
    void count(
            String model,
            List<Added> added,
            String text,
            boolean lines,
            Weighting weighting,
            Consumer<Optional<Count>> then) {
        thread.execute(() -> {
            AddedTokens words =
                    AddedTokens.of(added.stream().flatMap(this::word).toList(), called(text, weighting), Map.of());
            Optional<Count> count =
                    tokenizer(model).map(tokenizer -> counted(tokenizer, text, lines, weighting, words));
            SwingUtilities.invokeLater(() -> then.accept(count));
        });
    }

    /**
     * Counts the tokens of captions as a training reads them, which knows no weights.
     *
     * @param then given a count for each, in their order; nothing when the model cannot be read
     */
    void each(String model, List<Added> added, List<String> captions, Consumer<List<CaptionCount>> then) {
        thread.execute(() -> {
            AddedTokens words =
                    AddedTokens.of(added.stream().flatMap(this::word).toList(), List.of(), Map.of());
            List<CaptionCount> counts = tokenizer(model).stream()
                    .flatMap(tokenizer -> captions.stream()
                            .map(caption -> tokenizer.reading(caption, words))
                            .map(reading ->
                                    new CaptionCount(reading.tokens() + 2, tokenizer.maxLength(), reading.unseen())))
                    .toList();
            SwingUtilities.invokeLater(() -> then.accept(counts));
        });
    }

    private Stream<AddedTokens.Word> word(Added added) {
        if (added.file().isBlank()) {
            return added.word().isBlank()
                    ? Stream.of()
                    : Stream.of(new AddedTokens.Word(added.word().strip(), added.vectors()));
        }
        try {
            String given = added.word().strip();
            Embedding read = EmbeddingFile.read(
                    Location.of(models.get().resolved(Collection.EMBEDDINGS, added.file()), "file", "an embedding"),
                    given);
            String word = given.isEmpty() ? read.word() : given;
            return Stream.of(new AddedTokens.Word(word, read.vectors().size()));
        } catch (Problem unreadable) {
            // The check of the workflow tells of it.
            return Stream.of();
        }
    }

    /** The embeddings of the user's folders that a text calls. */
    private List<AddedTokens.Word> called(String text, Weighting weighting) {
        List<AddedTokens.Word> words = new ArrayList<>();
        List<String> names = weighting == Weighting.PLAIN ? List.of() : WeightedText.called(text, weighting);
        if (!names.isEmpty()) {
            new EmbeddingFolders(models.get().of(Collection.EMBEDDINGS))
                    .called(names)
                    .forEach((name, file) -> {
                        try {
                            words.add(new AddedTokens.Word(
                                    name, EmbeddingFile.read(file).vectors().size()));
                        } catch (Problem unreadable) {
                            // A run tells of it, and leaves it out too.
                        }
                    });
        }
        return words;
    }

    private Optional<Tokenizer> tokenizer(String model) {
        return tokenizers.computeIfAbsent(models.get().resolved(Collection.CHECKPOINTS, model), name -> {
            try {
                return Optional.of(Tokenizer.of(Location.of(name, "file", "a model")));
            } catch (Problem unreadable) {
                // The check of the workflow tells of it; here there is just nothing to count with.
                return Optional.empty();
            }
        });
    }

    private static Count counted(
            Tokenizer tokenizer, String text, boolean lines, Weighting weighting, AddedTokens added) {
        List<String> prompts = lines
                ? text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList()
                : List.of(text);
        int most = tokenizer.maxLength() - 2;
        Count longest = new Count(Math.max(1, prompts.size()), 0, most, 1, "");
        for (String prompt : prompts) {
            TextReading reading = tokenizer.reading(prompt, weighting, added);
            if (reading.tokens() > longest.tokens()) {
                longest = new Count(
                        longest.prompts(), reading.tokens(), reading.most(), reading.most() / most, reading.unseen());
            }
        }
        return longest;
    }

    @Override
    public void close() {
        thread.execute(() -> tokenizers.values().forEach(each -> each.ifPresent(Tokenizer::close)));
        thread.shutdown();
    }
}
