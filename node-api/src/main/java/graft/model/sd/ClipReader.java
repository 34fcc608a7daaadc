package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import graft.model.AddedTokens;
import graft.model.Context;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.TextEncoder;
import graft.model.TextReader;
import graft.model.Tokenizer;
import graft.tensor.Operators;
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
    public Context read(
            List<String> prompts,
            Function<String, TextEncoder> encoders,
            Function<String, Patches> patches,
            AddedTokens added) {
        return read(
                part -> ids(prompts, added, tokenizers.get().get(parts.indexOf(part)), part, encoders.apply(part)),
                encoders,
                patches,
                added);
    }

    @Override
    public Context anything(
            int prompts, Function<String, TextEncoder> encoders, Function<String, Patches> patches, AddedTokens added) {
        return read(
                part -> {
                    TextConfig config = ((ClipTextEncoder) encoders.apply(part)).config();
                    int[] ends = new int[config.positions()];
                    Arrays.fill(ends, config.end());
                    return Collections.nCopies(prompts, ends).toArray(int[][]::new);
                },
                encoders,
                patches,
                added);
    }

    private static int[][] ids(
            List<String> prompts, AddedTokens added, Tokenizer tokenizer, String part, TextEncoder encoder) {
        return prompts.stream()
                .map(prompt -> tokenizer.framed(added.ids(tokenizer, prompt, part, encoder.vocabulary())))
                .toArray(int[][]::new);
    }

    /** @param ids the tokens of each part */
    Context read(
            Function<String, int[][]> ids,
            Function<String, TextEncoder> encoders,
            Function<String, Patches> patches,
            AddedTokens added) {
        ClipTextEncoder first = (ClipTextEncoder) encoders.apply(Parts.TEXT);
        Patches changes = patches.apply(Parts.TEXT);
        NDArray words = added.rows(Parts.TEXT);
        if (parts.size() == 1) {
            return Context.of(first.encode(ids.apply(Parts.TEXT), changes, words));
        }
        ClipTextEncoder second = (ClipTextEncoder) encoders.apply(Parts.TEXT_2);
        ClipTextEncoder.Read read =
                second.read(ids.apply(Parts.TEXT_2), patches.apply(Parts.TEXT_2), added.rows(Parts.TEXT_2));
        try (NDArray states = first.penultimate(ids.apply(Parts.TEXT), changes, words);
                NDArray states2 = read.penultimate()) {
            return new Context(NDArrays.concat(new NDList(states, states2), 2), read.pooled(), Operators.NONE);
        }
    }
}
