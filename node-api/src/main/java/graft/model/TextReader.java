package graft.model;

import java.util.List;
import java.util.function.Function;

/**
 * How a family reads prompts: by which text encoders, and what of theirs its {@link Network} is told.
 *
 * <p>A reader implements {@link #read(PromptTexts, TextModels)} and {@link #anything(int, TextModels)}. One of a plugin that was built
 * when prompts had no weights implements the other two, and reads brackets as letters.
 */
public interface TextReader {

    /**
     * What a network is told of prompts, but for sizes.
     *
     * @return of as many prompts; owned by the thread's innermost scope
     */
    default Context read(PromptTexts prompts, TextModels models) {
        return read(prompts.texts(), models.encoders(), models.patches(), models.added());
    }

    /** What a network is told of prompts that are full of something, to time. */
    default Context anything(int prompts, TextModels models) {
        return anything(prompts, models.encoders(), models.patches(), models.added());
    }

    /** As plugins of earlier versions read; nobody else asks it. */
    default Context read(
            List<String> prompts,
            Function<String, TextEncoder> encoders,
            Function<String, Patches> patches,
            AddedTokens added) {
        throw new UnsupportedOperationException(getClass().getName() + " reads no prompts");
    }

    /** As plugins of earlier versions are timed; nobody else asks it. */
    default Context anything(
            int prompts, Function<String, TextEncoder> encoders, Function<String, Patches> patches, AddedTokens added) {
        throw new UnsupportedOperationException(getClass().getName() + " reads no prompts");
    }
}
