package graft.model;

import java.util.List;
import java.util.function.Function;

/** How a family reads prompts: by which text encoders, and what of theirs its {@link Network} is told. */
public interface TextReader {

    /**
     * What a network is told of prompts, but for sizes.
     *
     * @param encoders by the name of their part
     * @param patches the changes to read with, by the name of the part
     * @param added words beyond the vocabulary
     * @return of as many prompts; owned by the thread's innermost scope
     */
    Context read(
            List<String> prompts,
            Function<String, TextEncoder> encoders,
            Function<String, Patches> patches,
            AddedTokens added);

    /** What a network is told of prompts that are full of something, to time; arguments as of {@link #read}. */
    Context anything(
            int prompts, Function<String, TextEncoder> encoders, Function<String, Patches> patches, AddedTokens added);
}
