package graft.model.sd;

import ai.djl.ndarray.NDArray;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.PromptChunk;
import graft.model.PromptTexts;
import graft.model.TextModels;
import graft.model.TextReader;
import graft.model.Tokenizer;
import graft.model.Weighting;
import graft.node.Problem;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How Stable Diffusion reads prompts: versions 1 and 2 by the states of one CLIP, XL by those before the last layer of two, side
 * by side, and the second's whole of the prompt (Podell et al., 2023, "SDXL", section 2.1).
 */
final class ClipReader implements TextReader {

    /** The layer that XL reads by, counted from the last. */
    private static final int BEFORE_THE_LAST = 2;

    private final List<String> parts;
    private final Supplier<List<Tokenizer>> tokenizers;

    /**
     * @param parts names of the text encoders, one or two
     * @param tokenizers of each of them, asked for when prompts are read; borrowed
     */
    ClipReader(List<String> parts, Supplier<List<Tokenizer>> tokenizers) {
        this.parts = parts;
        this.tokenizers = tokenizers;
    }

    @Override
    public Context read(PromptTexts prompts, TextModels models) {
        List<List<List<PromptChunk>>> chunks = new ArrayList<>();
        for (String part : parts) {
            chunks.add(chunks(prompts, models, part));
        }
        if (!prompts.others().isEmpty()) {
            fill(chunks, prompts);
        }
        return read(chunks, prompts.weighting(), models);
    }

    /** Of each prompt. */
    private List<List<PromptChunk>> chunks(PromptTexts prompts, TextModels models, String part) {
        Tokenizer tokenizer = tokenizers.get().get(parts.indexOf(part));
        int first = models.encoders().apply(part).vocabulary();
        return prompts.of(part).stream()
                .map(text -> {
                    List<PromptChunk> chunks = models.added().chunks(tokenizer, text, prompts.weighting(), part, first);
                    chunks.forEach(chunk -> checkFinite(chunk, text));
                    return chunks;
                })
                .toList();
    }

    private static void checkFinite(PromptChunk chunk, String text) {
        for (float weight : chunk.weights()) {
            if (!Float.isFinite(weight)) {
                throw new Problem(
                        "cannot encode the prompt \"" + text + "\"",
                        "a weight in it comes to " + weight + ", which nothing can be multiplied by",
                        "give a number such as 1.2 behind the colon, and take out brackets within brackets");
            }
        }
    }

    /** Fills up the prompts of encoders that read fewer chunks with empty ones. Source: ComfyUI's CLIPTextEncodeSDXL. */
    private void fill(List<List<List<PromptChunk>>> chunks, PromptTexts prompts) {
        for (int prompt = 0; prompt < chunks.get(0).size(); prompt++) {
            int at = prompt;
            int most =
                    chunks.stream().mapToInt(part -> part.get(at).size()).max().orElse(1);
            for (int part = 0; part < parts.size(); part++) {
                List<PromptChunk> filled = new ArrayList<>(chunks.get(part).get(prompt));
                filled.addAll(Collections.nCopies(most - filled.size(), empty(parts.get(part), prompts.weighting())));
                List<List<PromptChunk>> all = new ArrayList<>(chunks.get(part));
                all.set(prompt, filled);
                chunks.set(part, all);
            }
        }
    }

    /** The empty prompt; of no tokens where nothing is weighed, as tokenizers need not be there to time a model. */
    private PromptChunk empty(String part, Weighting weighting) {
        return PromptChunk.of(
                weighting == Weighting.PLAIN
                        ? new int[0]
                        : tokenizers.get().get(parts.indexOf(part)).framed(List.of()));
    }

    @Override
    public Context anything(int prompts, TextModels models) {
        return read(
                part -> {
                    TextConfig config = ((ClipTextEncoder) models.encoders().apply(part)).config();
                    int[] ends = new int[config.positions()];
                    Arrays.fill(ends, config.end());
                    return Collections.nCopies(prompts, ends).toArray(int[][]::new);
                },
                models);
    }

    /** @param ids the tokens of each part, a row for each prompt */
    Context read(Function<String, int[][]> ids, TextModels models) {
        List<List<List<PromptChunk>>> chunks = parts.stream()
                .map(part -> Arrays.stream(ids.apply(part))
                        .map(row -> List.of(PromptChunk.of(row)))
                        .toList())
                .toList();
        return read(chunks, Weighting.PLAIN, models);
    }

    /** @param chunks of each prompt, for each part */
    private Context read(List<List<List<PromptChunk>>> chunks, Weighting weighting, TextModels models) {
        ClipTextEncoder first = (ClipTextEncoder) models.encoders().apply(Parts.TEXT);
        ChunkBatch batch = new ChunkBatch(chunks.get(0), weighting, empty(Parts.TEXT, weighting));
        Patches changes = models.patches().apply(Parts.TEXT);
        NDArray words = models.added().rows(Parts.TEXT);
        if (parts.size() == 1) {
            int skip = Math.max(1, models.skip() - first.leftOut());
            return Context.of(ChunkBatch.joined(
                    List.of(batch), List.of(batch.weighted(first.encode(batch.ids(), changes, words, skip)))));
        }
        ClipTextEncoder second = (ClipTextEncoder) models.encoders().apply(Parts.TEXT_2);
        ChunkBatch batch2 = new ChunkBatch(chunks.get(1), weighting, empty(Parts.TEXT_2, weighting));
        int skip = models.skip() == 0 ? BEFORE_THE_LAST : models.skip();
        ClipTextEncoder.Read read = second.read(
                batch2.ids(),
                models.patches().apply(Parts.TEXT_2),
                models.added().rows(Parts.TEXT_2),
                skip);
        try (NDArray states = batch.weighted(first.states(batch.ids(), changes, words, skip));
                NDArray states2 = batch2.weighted(read.states())) {
            return new Context(
                    ChunkBatch.joined(List.of(batch, batch2), List.of(states, states2)),
                    batch2.first(read.pooled()),
                    Operators.NONE);
        }
    }
}
