package graft.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.AddedTokens;
import graft.model.Checkpoint;
import graft.model.LowRank;
import graft.model.PatchSchedule;
import graft.model.Patches;
import graft.model.ScheduledPatches;
import graft.node.Problem;
import graft.node.Resource;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Lays LoRAs over a base model: the result is a view that shares the weights and adds strength · alpha/r · up·down. */
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

    private AdapterStack() {}

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
        LoraTarget target = LoraTarget.of(
                base, entries.stream().anyMatch(entry -> !entry.lora().text().isEmpty()));
        NDManager memory = base.compute().newManager();
        try (Scope scope = Scope.open()) {
            Map<String, List<LowRank>> always = new LinkedHashMap<>();
            Map<String, List<LowRank>> text = new LinkedHashMap<>();
            List<ScheduledPatches> atSomeSteps = new ArrayList<>();
            for (Entry entry : entries) {
                boolean never = entry.schedule().never();
                Map<String, List<LowRank>> unet = entry.schedule().always() ? always : new LinkedHashMap<>();
                Fitting fitting = new Fitting(entry.lora().name(), base.name(), memory, scope);
                fitting.add(
                        entry.lora().unet(),
                        never ? 0 : entry.unetStrength(),
                        target::unetModule,
                        target::unetShape,
                        unet);
                fitting.add(
                        entry.lora().text(),
                        never ? 0 : entry.textStrength(),
                        target::textModule,
                        target::textShape,
                        text);
                if (!entry.schedule().always() && !unet.isEmpty()) {
                    atSomeSteps.add(new ScheduledPatches(Patches.of(unet), entry.schedule()));
                }
            }
            AddedTokens words = tokens(base, embeddings, memory, scope);
            return base.with(Patches.of(always), atSomeSteps, Patches.of(text), words, List.of(new Memory(memory)));
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** The base's words and those of the embeddings, their vectors in {@code memory}. */
    private static AddedTokens tokens(Checkpoint base, List<Embedding> embeddings, NDManager memory, Scope scope) {
        if (embeddings.isEmpty()) {
            return base.addedTokens();
        }
        int width = base.textEncoder().width();
        List<AddedTokens.Word> words = new ArrayList<>(base.addedTokens().words());
        List<NDArray> rows = new ArrayList<>();
        if (!words.isEmpty()) {
            rows.add(base.addedTokens().rows());
        }
        for (Embedding embedding : embeddings) {
            checkWord(embedding, base, words);
            if (embedding.width() != width) {
                throw new Problem(
                        "cannot use the embedding " + embedding.word() + " with " + base.name(),
                        "its vectors are " + embedding.width() + " wide and the model's are " + width + " wide",
                        "use it with a model of the kind that it was trained for");
            }
            words.add(new AddedTokens.Word(embedding.word(), embedding.vectors().size()));
            rows.add(memory.create(
                    embedding.values(), new Shape(embedding.vectors().size(), width)));
        }
        NDArray joined = NDArrays.concat(new NDList(rows), 0);
        return AddedTokens.of(words, scope.keep(joined, memory));
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
        if (model.tokenizer().ids(word).size() == 1) {
            throw new Problem(
                    "cannot call up an embedding by \"" + word + "\"",
                    "the model's vocabulary has that word already",
                    "choose a word that it does not know, such as <" + word + ">");
        }
    }

    private static void checkWord(Embedding embedding, Checkpoint base, List<AddedTokens.Word> others) {
        checkWord(embedding.word(), base);
        if (others.stream().anyMatch(other -> other.text().equalsIgnoreCase(embedding.word()))) {
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

    /** Fits the parts of one LoRA to the layers of one model. */
    private record Fitting(String lora, String model, NDManager memory, Scope scope) {

        void add(
                Map<String, Lora.Part> parts,
                double strength,
                Function<String, Optional<String>> moduleOf,
                Function<String, long[]> shapeOf,
                Map<String, List<LowRank>> patches) {
            Map<String, Lora.Part> byModule = new LinkedHashMap<>();
            List<String> unknown = new ArrayList<>();
            parts.forEach((spelled, part) -> moduleOf.apply(spelled)
                    .ifPresentOrElse(module -> byModule.put(module, part), () -> unknown.add(spelled)));
            // Widths first: they say what kind of model it was for, which a list of names does not.
            byModule.keySet().stream()
                    .filter(module -> module.endsWith("attn2.to_k"))
                    .findFirst()
                    .ifPresent(module -> checkContext(byModule.get(module), shapeOf.apply(module)));
            byModule.forEach((module, part) -> checkFits(module, part, shapeOf.apply(module)));
            if (!unknown.isEmpty()) {
                throw cannotApply(
                        unknown.size() + " of its " + parts.size() + " layers are not in the model"
                                + LoraFile.some(unknown),
                        "use it with a model of the kind that it was trained for");
            }
            if (strength != 0) {
                byModule.forEach((module, part) -> patches.computeIfAbsent(module, key -> new ArrayList<>())
                        .add(lowRank(part, shapeOf.apply(module), strength)));
            }
        }

        private void checkContext(Lora.Part part, long[] weight) {
            if (part.downShape()[1] != weight[1]) {
                throw cannotApply(
                        "it was trained for a model whose text states are " + part.downShape()[1]
                                + " wide and this model's are " + weight[1] + " wide",
                        "use it with a model of that width, or choose a LoRA that was trained for this one");
            }
        }

        private void checkFits(String module, Lora.Part part, long[] weight) {
            long out = part.upShape()[0];
            long[] in = kernel(part.downShape());
            if (out != weight[0] || !Arrays.equals(in, kernel(weight))) {
                throw cannotApply(
                        "its layer " + module + " goes from " + Arrays.toString(in) + " to " + out
                                + " and the model's from " + Arrays.toString(kernel(weight)) + " to " + weight[0],
                        "use it with the model that it was trained for");
            }
        }

        /** What a layer takes in: [in], or [in,kh,kw] where the kernel is larger than one pixel. */
        private static long[] kernel(long[] shape) {
            boolean onePixel = shape.length == 4 && shape[2] == 1 && shape[3] == 1;
            return Arrays.copyOfRange(shape, 1, onePixel ? 2 : shape.length);
        }

        private LowRank lowRank(Lora.Part part, long[] weight, double strength) {
            long[] down = weight.clone();
            down[0] = part.rank();
            long[] up = weight.length == 4
                    ? new long[] {weight[0], part.rank(), 1, 1}
                    : new long[] {weight[0], part.rank()};
            return new LowRank(array(part.down(), down), array(part.up(), up), strength * part.scale());
        }

        private NDArray array(float[] values, long[] shape) {
            return scope.keep(memory.create(values, new Shape(shape)), memory);
        }

        private Problem cannotApply(String why, String remedy) {
            return new Problem("cannot apply the LoRA " + lora + " to " + model, why, remedy);
        }
    }
}
