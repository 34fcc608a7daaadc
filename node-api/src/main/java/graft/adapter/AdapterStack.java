package graft.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.AddedTokens;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.model.PatchSchedule;
import graft.model.Patches;
import graft.model.ScheduledPatches;
import graft.node.Problem;
import graft.node.Resource;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Lays LoRAs over a base model: the result is a view that shares the weights and adds strength · (changed − W). */
public final class AdapterStack {

    /**
     * One LoRA of a stack.
     *
     * @param unetStrength 1 as trained, 0 not at all, negative away from it
     * @param textStrength the same for the text encoder
     * @param schedule at which steps it acts on the UNet; the text encoder reads a prompt once, before the first, and is
     *     changed for all of them, or for none where the schedule never acts
     */
    public record Entry(Lora lora, double unetStrength, double textStrength, PatchSchedule schedule) {

        /** At every step. */
        public Entry(Lora lora, double unetStrength, double textStrength) {
            this(lora, unetStrength, textStrength, PatchSchedule.ALWAYS);
        }
    }

    /** The largest number of 16 bits, which most programs keep embeddings in. */
    private static final float LARGEST_VALUE = 65504;

    private AdapterStack() {}

    /**
     * The LoRA with its layers named as the model names them.
     *
     * @throws Problem when it was made for another kind of model, saying how they differ
     */
    public static Lora fitted(Lora lora, Checkpoint model) {
        checkParts(lora, model);
        LoraTarget target = LoraTarget.of(model, lora.changed());
        Fitting fitting = new Fitting(lora.name(), model.name());
        Map<String, Map<String, Lora.Part>> layers = new LinkedHashMap<>();
        lora.changed().forEach(part -> layers.put(part, fitting.fit(lora.layers(part), target.layers(part))));
        return Lora.of(lora.name(), layers, lora.metadata());
    }

    /** As {@link #apply(Checkpoint, List, List)} without embeddings. */
    public static Checkpoint apply(Checkpoint base, List<Entry> entries) {
        return apply(base, entries, List.of());
    }

    /**
     * A view of {@code base} with the LoRAs added to those that it already has; strength 0 leaves the weights as they are,
     * bit for bit.
     *
     * @return the view, which owns the memory of the LoRAs' matrices on the base's device
     * @param embeddings whose words its prompts know, beside those that they knew
     * @throws Problem when a LoRA or embedding was made for another kind of model, saying how they differ; when a word is
     *     one that the vocabulary has, or is there twice
     */
    public static Checkpoint apply(Checkpoint base, List<Entry> entries, List<Embedding> embeddings) {
        Set<String> changed = new LinkedHashSet<>();
        entries.forEach(entry -> changed.addAll(entry.lora().changed()));
        entries.forEach(entry -> checkParts(entry.lora(), base));
        LoraTarget target = LoraTarget.of(base, changed);
        NDManager memory = base.compute().newManager();
        try (Scope scope = Scope.open()) {
            Map<String, Map<String, List<Change>>> always = new LinkedHashMap<>();
            List<ScheduledPatches> atSomeSteps = new ArrayList<>();
            for (Entry entry : entries) {
                boolean never = entry.schedule().never();
                Fitting fitting = new Fitting(entry.lora().name(), base.name());
                for (String part : entry.lora().changed()) {
                    boolean scheduled =
                            part.equals(Parts.DENOISER) && !entry.schedule().always();
                    Map<String, List<Change>> changes = scheduled
                            ? new LinkedHashMap<>()
                            : always.computeIfAbsent(part, first -> new LinkedHashMap<>());
                    double strength = Parts.isText(part) ? entry.textStrength() : entry.unetStrength();
                    fitting.add(entry.lora().layers(part), never ? 0 : strength, target.layers(part), memory, changes);
                    if (scheduled && !changes.isEmpty()) {
                        atSomeSteps.add(new ScheduledPatches(Patches.of(changes), entry.schedule()));
                    }
                }
            }
            AddedTokens words = tokens(base, embeddings, memory, scope);
            Map<String, Patches> patches = new LinkedHashMap<>();
            always.forEach((part, changes) -> patches.put(part, Patches.of(changes)));
            return base.with(patches, atSomeSteps, words, List.of(new Memory(memory)));
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** @throws Problem when it changes a text encoder that the model has not */
    private static void checkParts(Lora lora, Checkpoint model) {
        boolean lacking = lora.changed().stream()
                .anyMatch(part -> Parts.isText(part) && !model.texts().contains(part));
        if (lacking) {
            throw LoraBase.otherFamily(lora.name(), model.name(), model.spec().family());
        }
    }

    /** The base's words and those of the embeddings, their vectors in {@code memory}. */
    private static AddedTokens tokens(Checkpoint base, List<Embedding> embeddings, NDManager memory, Scope scope) {
        if (embeddings.isEmpty()) {
            return base.addedTokens();
        }
        List<AddedTokens.Word> words = new ArrayList<>(base.addedTokens().words());
        Map<String, NDList> rows = rows(base);
        for (Embedding embedding : embeddings) {
            checkWord(embedding, base, words);
            words.add(word(embedding, fitted(embedding, base), rows, memory));
        }
        return AddedTokens.of(words, joined(rows, memory, scope));
    }

    /** The vectors that a model's prompts know, by the part that is the text encoder. */
    private static Map<String, NDList> rows(Checkpoint base) {
        Map<String, NDList> rows = new LinkedHashMap<>();
        for (String part : base.texts()) {
            NDArray before = base.addedTokens().rows(part);
            rows.put(part, before == Operators.NONE ? new NDList() : new NDList(before));
        }
        return rows;
    }

    /** A word whose vectors are put behind those that are there. */
    private static AddedTokens.Word word(
            Embedding embedding, Map<String, List<float[]>> vectors, Map<String, NDList> rows, NDManager memory) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        vectors.forEach((part, each) -> {
            counts.put(part, each.size());
            if (!each.isEmpty()) {
                float[] values = Embedding.flat(each);
                checkSize(embedding.word(), values);
                rows.get(part).add(memory.create(values, new Shape(each.size(), each.get(0).length)));
            }
        });
        return AddedTokens.Word.of(embedding.word(), counts);
    }

    private static Map<String, NDArray> joined(Map<String, NDList> rows, NDManager memory, Scope scope) {
        Map<String, NDArray> joined = new LinkedHashMap<>();
        rows.forEach((part, each) -> {
            if (!each.isEmpty()) {
                joined.put(part, scope.keep(NDArrays.concat(each, 0), memory));
            }
        });
        return joined;
    }

    /**
     * A view of {@code base} whose prompts know embeddings by {@code embedding:} and their whole name alone; one that has no
     * vectors for it is told of, and is not known.
     *
     * @param warn told of each in a sentence
     */
    static Checkpoint calling(Checkpoint base, List<Embedding> embeddings, Consumer<String> warn) {
        NDManager memory = base.compute().newManager();
        try (Scope scope = Scope.open()) {
            Map<String, NDList> rows = rows(base);
            List<AddedTokens.Word> called = new ArrayList<>();
            for (Embedding embedding : embeddings) {
                Map<String, List<float[]>> vectors = new LinkedHashMap<>();
                base.texts().forEach(part -> vectors.put(part, fitting(embedding, base, part)));
                if (vectors.values().stream().allMatch(List::isEmpty)) {
                    warn.accept("embedding:" + embedding.word() + " is left out: its file has " + embedding.size()
                            + ", and " + base.name() + " reads words of " + wide(base) + ".");
                } else {
                    called.add(word(embedding, vectors, rows, memory));
                }
            }
            AddedTokens words = AddedTokens.of(base.addedTokens().words(), called, joined(rows, memory, scope));
            return base.with(Map.of(), words, List.of(new Memory(memory)));
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** The vectors for one text encoder that are as wide as its own; none where there are none. */
    private static List<float[]> fitting(Embedding embedding, Checkpoint base, String part) {
        List<float[]> own = embedding.parts().size() == 1 ? embedding.vectors() : embedding.vectors(part);
        boolean fits = !own.isEmpty() && own.get(0).length == base.encoder(part).width();
        return fits ? own : List.of();
    }

    private static String wide(Checkpoint base) {
        return base.texts().stream()
                .map(part -> String.valueOf(base.encoder(part).width()))
                .collect(Collectors.joining(" and "));
    }

    /**
     * The vectors for each text encoder of a model; none for one that the embedding leaves out.
     *
     * <p>A file that does not name its encoder is for the one whose vectors are as wide, as in ComfyUI.
     */
    private static Map<String, List<float[]>> fitted(Embedding embedding, Checkpoint base) {
        Map<String, List<float[]>> vectors = new LinkedHashMap<>();
        for (String part : base.texts()) {
            vectors.put(part, fitting(embedding, base, part));
        }
        long used = vectors.values().stream().filter(each -> !each.isEmpty()).count();
        if (used == 0 || used < embedding.parts().size()) {
            throw EmbeddingSpec.misfit(
                    embedding.word(),
                    embedding.spec().widths(),
                    base.name(),
                    base.spec().family(),
                    wide(base));
        }
        return vectors;
    }

    /**
     * What the person should know of an embedding over a model: that one of its text encoders reads a prompt as if the word
     * were left out; empty where both know it.
     */
    public static Optional<String> warning(Embedding embedding, Checkpoint model) {
        Map<String, List<float[]>> vectors = fitted(embedding, model);
        return vectors.values().stream().allMatch(each -> !each.isEmpty())
                ? Optional.empty()
                : Optional.of(
                        "The embedding " + embedding.word() + " has vectors for one of the two text encoders alone: the"
                                + " other reads prompts as if the word were left out, as in ComfyUI.");
    }

    private static void checkSize(String word, float[] values) {
        for (float value : values) {
            if (!(Math.abs(value) <= LARGEST_VALUE)) {
                throw new Problem(
                        "cannot use the embedding " + word,
                        "its vectors hold " + value + ", beyond what 16 bits can, and a model's own are below 1",
                        "lower its strength, or choose another file: a training that went wrong left this one");
            }
        }
    }

    /** @throws Problem when a prompt could not find it as one word, whatever the model */
    public static void checkWord(String word) {
        if (word.isBlank() || word.strip().matches(".*\\s.*")) {
            throw new Problem(
                    "cannot call up an embedding by \"" + word + "\"",
                    "a prompt finds it as one word",
                    "choose a word without spaces");
        }
    }

    /** @throws Problem when a prompt could not tell the word from others */
    public static void checkWord(String word, Checkpoint model) {
        checkWord(word);
        if (model.tokenizer().knows(word)) {
            throw new Problem(
                    "cannot call up an embedding by \"" + word + "\"",
                    "the model's vocabulary has that word already",
                    "choose a word that it does not know, such as <" + word + ">");
        }
    }

    private static void checkWord(Embedding embedding, Checkpoint base, List<AddedTokens.Word> others) {
        checkWord(embedding.word(), base);
        if (others.stream().anyMatch(other -> AddedTokens.same(other.text(), embedding.word()))) {
            throw twice(embedding.word());
        }
    }

    /** Why two embeddings of one word cannot be used together. */
    public static Problem twice(String word) {
        return new Problem(
                "cannot use two embeddings of one word",
                "\"" + word + "\" is there twice",
                "give one of them another word where it is loaded, or take one out");
    }

    /** The matrices' memory, which goes with the view. */
    private record Memory(NDManager manager) implements Resource {
        @Override
        public void close() {
            manager.close();
        }
    }
}
