package graft.model;

import java.util.List;

/**
 * A part of a prompt that counts so much, read by itself.
 *
 * @param weight 1 as it is; 0 not at all; may be negative, and beyond what can be computed with
 */
public record WeightedText(String text, double weight) {

    /** What A1111 begins a new chunk at: its weight is that of no other. */
    static final WeightedText BREAK = new WeightedText("BREAK", -1);

    /** The parts of a prompt, in order, with brackets, weights and escapes taken out. */
    public static List<WeightedText> of(String prompt, Weighting weighting) {
        return switch (weighting) {
            case COMFYUI -> new ComfySyntax(prompt).parts();
            case A1111 -> new A1111Syntax(prompt).parts();
            case PLAIN -> List.of(new WeightedText(prompt, 1));
        };
    }

    /** The names of embeddings that a prompt calls by {@code embedding:}, as they are spelled, commas beside them included. */
    public static List<String> called(String prompt, Weighting weighting) {
        return PromptGroups.called(prompt, weighting);
    }

    /** A prompt as people would say it: without brackets and weights. */
    public static String words(String prompt, Weighting weighting) {
        StringBuilder words = new StringBuilder();
        for (WeightedText part : of(prompt, weighting)) {
            words.append(part.equals(BREAK) ? " " : part.text());
        }
        return words.toString();
    }
}
