package graft.model;

import graft.model.AddedTokens.Look;
import graft.model.AddedTokens.Word;
import graft.model.Chunker.Group;
import graft.model.Tokenizer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt's tokens with what they count, and what of it calls for words that are not there.
 *
 * <p>An embedding is called as ComfyUI does it: by {@code embedding:} at the beginning or behind a blank, up to the next blank or
 * opening bracket, without the commas around it where it is not there with them; one that is not there is left out
 * ({@code _try_get_embedding} of {@code sd1_clip.py}).
 */
final class PromptGroups {

    private static final String CALL = "embedding:";
    private static final Pattern CALLS = Pattern.compile("(?<=[\\s\\p{Z}])" + CALL);
    private static final Pattern NAME_END = Pattern.compile("[\\s\\p{Z}<\\[]");
    private static final Pattern COMMAS = Pattern.compile("^,*+|,++$");

    private final AddedTokens added;
    private final Tokenizer tokenizer;
    private final ToIntFunction<Word> vectors;
    private final int first;

    private final List<Group> groups = new ArrayList<>();
    private final List<Look> looks = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private Weighting weighting = Weighting.COMFYUI;

    /**
     * @param vectors how many a word has for the text encoder that reads
     * @param first the id of the first added vector
     */
    PromptGroups(AddedTokens added, Tokenizer tokenizer, ToIntFunction<Word> vectors, int first) {
        this.added = added;
        this.tokenizer = tokenizer;
        this.vectors = vectors;
        this.first = first;
    }

    PromptGroups read(String prompt, Weighting as) {
        weighting = as;
        for (WeightedText part : WeightedText.of(prompt, as)) {
            if (as == Weighting.A1111) {
                if (part.equals(WeightedText.BREAK)) {
                    groups.add(Group.BREAK);
                } else {
                    letters(part.text(), part.weight());
                }
            } else {
                pieces(part.text(), piece -> piece(piece, part.weight()));
            }
        }
        return this;
    }

    List<PromptChunk> chunks() {
        return weighting == Weighting.A1111 ? Chunker.a1111(groups, tokenizer) : Chunker.comfy(groups, tokenizer);
    }

    TextReading reading(String prompt) {
        List<TextReading.Word> words = groups.stream()
                .flatMap(group -> group.tokens().stream().limit(1))
                .flatMap(token -> token.word().stream())
                .map(word -> new TextReading.Word(word.text(), word.vectors(), word.vectors()))
                .toList();
        int tokens = groups.stream().mapToInt(group -> group.tokens().size()).sum();
        return new TextReading(
                prompt,
                prompt.length(),
                tokens,
                chunks().size() * (tokenizer.maxLength() - 2),
                "",
                words,
                looks.stream()
                        .flatMap(look -> look.absent().stream())
                        .distinct()
                        .toList(),
                leftOut,
                added.within(looks));
    }

    /** The names of embeddings that a prompt calls, as they are spelled. */
    static List<String> called(String prompt, Weighting as) {
        List<String> names = new ArrayList<>();
        for (WeightedText part : WeightedText.of(prompt, as)) {
            pieces(part.text(), piece -> Call.of(piece).ifPresent(call -> names.add(call.name())));
        }
        return names;
    }

    private static void pieces(String text, Consumer<String> then) {
        Matcher calls = CALLS.matcher(text);
        int from = 0;
        while (calls.find()) {
            then.accept(text.substring(from, calls.start()));
            from = calls.start();
        }
        then.accept(text.substring(from));
    }

    /** What is called at the beginning of a text, and what stands behind it. */
    private record Call(String name, String rest) {

        static Optional<Call> of(String text) {
            String behind =
                    text.startsWith(CALL) ? text.substring(CALL.length()).stripLeading() : "";
            if (behind.isEmpty()) {
                return Optional.empty();
            }
            Matcher ends = NAME_END.matcher(behind);
            int end = ends.find() ? ends.start() : behind.length();
            return Optional.of(new Call(behind.substring(0, end), behind.substring(end)));
        }
    }

    /** A text that calls an embedding at its beginning or nowhere. */
    private void piece(String text, double weight) {
        Optional<Call> begins = Call.of(text);
        if (begins.isEmpty()) {
            letters(text, weight);
            return;
        }
        String name = begins.get().name();
        String rest = begins.get().rest();
        // What is wired in, or the model's own, answers first, by the rules of all prompts; its word may hold what ends
        // a file's name.
        for (String wired : List.of(name, name + rest.split("[\\s\\p{Z}]", 2)[0])) {
            if (!wired.isEmpty() && answers(CALL + wired)) {
                letters(CALL + wired, weight);
                letters((name + rest).substring(wired.length()), weight);
                return;
            }
        }
        String bare = COMMAS.matcher(name).replaceAll("");
        Optional<List<Token>> called = added.called(name, vectors, first);
        if (called.isEmpty() && bare.length() < name.length()) {
            called = added.called(bare, vectors, first);
            // By its length, as there: of commas before the name as many letters are lost at its end.
            rest = name.substring(bare.length()) + " " + rest;
        }
        called.ifPresentOrElse(tokens -> groups.add(new Group(tokens, weight)), () -> leftOut.add(CALL + name));
        letters(rest, weight);
    }

    private boolean answers(String call) {
        return added.look(tokenizer, vectors, call).called().stream()
                .anyMatch(called -> called.at().from() == 0
                        && !added.called().contains(called.found().known().word()));
    }

    private void letters(String text, double weight) {
        if (text.isBlank()) {
            return;
        }
        Look look = added.look(tokenizer, vectors, text);
        looks.add(look);
        added.stretches(tokenizer, text, look, first).stream()
                .filter(stretch -> !stretch.isEmpty())
                .forEach(stretch -> groups.add(new Group(stretch, weight)));
    }
}
