package graft.model;

/** How a family reads prompts: by which text encoders, and what of theirs its {@link Network} is told. */
public interface TextReader {

    /**
     * What a network is told of prompts, but for sizes.
     *
     * @return of as many prompts; owned by the thread's innermost scope
     */
    Context read(PromptTexts prompts, TextModels models);

    /** What a network is told of prompts that are full of something, to time. */
    Context anything(int prompts, TextModels models);
}
