package graft.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a model reads of a text, and what it does not.
 *
 * @param text the text itself
 * @param end where in it what is not read begins; its length when all is read
 * @param tokens how many the text takes, the vectors of added words among them, without begin and end
 * @param most how many of them are read: 75 for CLIP, or 75 for each chunk
 * @param unseen the rest of the text, which is not read; empty when all is
 * @param words the added words in it, in order
 * @param absent calls that no added word answers, as they are spelled: {@code embedding:word}, {@code <word>},
 *     {@code <lora:name:1>}; they are read as letters
 * @param leftOut calls that no embedding answers, which are not read at all
 * @param within added words that stand in it only as a part of others, each as {@code word in other}
 */
public record TextReading(
        String text,
        int end,
        int tokens,
        int most,
        String unseen,
        List<Word> words,
        List<String> absent,
        List<String> leftOut,
        List<Within> within) {

    /** Of a text of which nothing is left out. */
    public TextReading(
            String text,
            int end,
            int tokens,
            int most,
            String unseen,
            List<Word> words,
            List<String> absent,
            List<Within> within) {
        this(text, end, tokens, most, unseen, words, absent, List.of(), within);
    }

    /**
     * An added word where it stands in a text.
     *
     * @param read how many of its vectors are read, from the first on
     */
    public record Word(String text, int vectors, int read) {}

    /** An added word that is only a part of another. */
    public record Within(String word, String other) {}

    public TextReading {
        words = List.copyOf(words);
        absent = List.copyOf(absent);
        leftOut = List.copyOf(leftOut);
        within = List.copyOf(within);
    }

    /** Whether anything of the text is not read. */
    public boolean cut() {
        return tokens > most;
    }

    /** How many vectors of an added word are read, where it is read most; 0 when it is not there. */
    public int read(String word) {
        return words.stream()
                .filter(each -> AddedTokens.same(each.text(), word))
                .mapToInt(Word::read)
                .max()
                .orElse(0);
    }

    /** The names of embeddings that are called and not there, as they are spelled, commas beside them included. */
    public List<String> missing() {
        return Stream.concat(leftOut.stream(), absent.stream())
                .filter(call -> call.startsWith("embedding:"))
                .map(call -> call.substring("embedding:".length()))
                .distinct()
                .toList();
    }

    /**
     * The same of a text in which a word in angle brackets may be any trigger, which a LoRA or a whole model learnt letter by
     * letter.
     */
    public TextReading withTriggers() {
        List<String> calls = absent.stream()
                .filter(call -> !call.startsWith("<") || isLora(call))
                .toList();
        return new TextReading(text, end, tokens, most, unseen, words, calls, leftOut, within);
    }

    /**
     * What the person should know of it, a sentence each; none when all is read as it is written.
     *
     * @param what the text is, such as "The prompt"
     */
    public List<String> warnings(String what) {
        List<String> warnings = new ArrayList<>();
        if (cut()) {
            warnings.add(what + " is longer than the " + (most + 2) + " tokens that the model reads; it does not see: "
                    + unseen);
        }
        warnings.addAll(otherWarnings(what));
        return warnings;
    }

    /** As {@link #warnings}, but for what is too long. */
    public List<String> otherWarnings(String what) {
        List<String> warnings = new ArrayList<>();
        for (String call : absent) {
            warnings.add(what + " calls " + call + ", and no "
                    + (isLora(call)
                            ? "LoRA is called by a prompt: it is read as plain letters. Wire the LoRA in by Add LoRA."
                            : "embedding of this model answers to it: it is read as plain letters. Wire the embedding in"
                                    + " by Add Embedding, or correct the name."));
        }
        for (String call : leftOut) {
            warnings.add(
                    what + " calls " + call + ", and neither an embedding of this model nor a file in the folders of"
                            + " embeddings answers to it: it is left out, as in ComfyUI. Correct the name, put the file there, or wire"
                            + " the embedding in by Add Embedding.");
        }
        for (Within each : within) {
            warnings.add(what + " has the word " + each.word() + " only as a part of " + each.other()
                    + ", which is read as plain letters. Put a space or a comma around it to call it up.");
        }
        return warnings;
    }

    private static boolean isLora(String call) {
        return call.matches("(?i)<(lora|lyco|hypernet):.*");
    }
}
