package graft.model;

import ai.djl.ndarray.NDArray;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Words beyond a model's vocabulary, each read as vectors of its own (Gal et al., 2022, "An image is worth one word").
 *
 * <p>A word is found in a prompt where no letter, digit or underscore touches it, whatever its case, also as ComfyUI writes
 * it ({@code embedding:word}). Borrows its array.
 */
public final class AddedTokens {

    /** The vocabulary as it is. */
    public static final AddedTokens NONE = new AddedTokens(List.of(), Operators.NONE);

    /** A word and how many vectors it stands for. */
    public record Word(String text, int vectors) {}

    private final List<Word> words;
    private final NDArray rows;
    private final Pattern pattern;

    private AddedTokens(List<Word> words, NDArray rows) {
        this.words = words;
        this.rows = rows;
        this.pattern = Pattern.compile(
                words.stream()
                        .map(word -> Pattern.quote(word.text()))
                        .collect(Collectors.joining(
                                "|", "(?<![\\p{L}\\p{N}_])(?:embedding:)?(", ")(?![\\p{L}\\p{N}_])")),
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    /** @param rows [m,d], m being the vectors of all words together, in the order of the words */
    public static AddedTokens of(List<Word> words, NDArray rows) {
        return words.isEmpty() ? NONE : new AddedTokens(List.copyOf(words), rows);
    }

    public List<Word> words() {
        return words;
    }

    /** [m,d], or {@link Operators#NONE}. */
    public NDArray rows() {
        return rows;
    }

    /**
     * A text's tokens, without begin and end.
     *
     * @param first the id of the first added vector: the size of the vocabulary
     */
    List<Integer> ids(Tokenizer tokenizer, String text, int first) {
        if (words.isEmpty()) {
            return tokenizer.ids(text);
        }
        List<Integer> ids = new ArrayList<>();
        Matcher found = pattern.matcher(text);
        int from = 0;
        while (found.find()) {
            ids.addAll(tokenizer.ids(text.substring(from, found.start())));
            addIds(found.group(1), first, ids);
            from = found.end();
        }
        ids.addAll(tokenizer.ids(text.substring(from)));
        return ids;
    }

    private void addIds(String spelled, int first, List<Integer> ids) {
        int id = first;
        for (Word word : words) {
            if (word.text().equalsIgnoreCase(spelled)) {
                for (int i = 0; i < word.vectors(); i++) {
                    ids.add(id + i);
                }
                return;
            }
            id += word.vectors();
        }
    }
}
