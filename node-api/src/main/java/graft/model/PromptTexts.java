package graft.model;

import java.util.List;
import java.util.Map;

/**
 * Prompts to be read together.
 *
 * @param texts of the prompts
 * @param others what single text encoders read in their place, by the name of their part; as many
 */
public record PromptTexts(Weighting weighting, List<String> texts, Map<String, List<String>> others) {

    public PromptTexts {
        texts = List.copyOf(texts);
        others = Map.copyOf(others);
    }

    /** Prompts that all text encoders read. */
    public PromptTexts(Weighting weighting, List<String> texts) {
        this(weighting, texts, Map.of());
    }

    /** Prompts whose brackets are letters. */
    public static PromptTexts plain(List<String> texts) {
        return new PromptTexts(Weighting.PLAIN, texts);
    }

    /** What a text encoder reads. */
    public List<String> of(String part) {
        return others.getOrDefault(part, texts);
    }
}
