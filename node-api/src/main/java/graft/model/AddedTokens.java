package graft.model;

import ai.djl.ndarray.NDArray;
import graft.model.Tokenizer.Token;
import graft.tensor.Operators;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Words beyond a model's vocabulary, each read as vectors of its own (Gal et al., 2022, "An image is worth one word").
 *
 * <p>A word is found in a prompt where it is no part of another: where neither letter, digit nor underscore goes on from a
 * letter, digit or underscore of its own; whatever its case and Unicode form, also as ComfyUI writes it ({@code embedding:word},
 * {@code embedding:folder/word.safetensors}). Where several would fit, the longest does. Borrows its arrays.
 */
public final class AddedTokens {

    /** The vocabulary as it is. */
    public static final AddedTokens NONE = new AddedTokens(List.of(), List.of(), Map.of());

    /** What calls an embedding in ComfyUI; its name ends where a weight, a list or a bracket goes on. */
    private static final Pattern CALL =
            Pattern.compile("(?<![\\p{L}\\p{M}\\p{N}_])embedding:([^\\s,:;()\\[\\]{}|\"'!?]+)");

    /** A word as diffusers' examples spell it, or a LoRA as A1111 calls it. */
    private static final Pattern ANGLES =
            Pattern.compile("<(?:(?:lora|lyco|hypernet):[^<>|\\n]+|[^\\s<>|]*\\p{L}[^\\s<>|]*)>");

    /** What may follow the name in a call: the file's ending, and the end of a sentence. */
    private static final Pattern AFTER_NAME = Pattern.compile("(\\.(safetensors|pt|bin|ckpt))?\\.*");

    /**
     * A word and how many vectors it stands for.
     *
     * @param vectors the most that it has in any text encoder
     * @param fewer those of the encoders, by the name of their part, where it has fewer; with none it is read there as if it
     *     were left out
     */
    public record Word(String text, int vectors, Map<String, Integer> fewer) {

        /** As many in every text encoder. */
        public Word(String text, int vectors) {
            this(text, vectors, Map.of());
        }

        /** By the vectors that each text encoder has. */
        public static Word of(String text, Map<String, Integer> vectors) {
            int most = Collections.max(vectors.values());
            Map<String, Integer> fewer = new HashMap<>(vectors);
            fewer.values().removeIf(count -> count == most);
            return new Word(text, most, Map.copyOf(fewer));
        }

        int vectors(String part) {
            return fewer.getOrDefault(part, vectors);
        }
    }

    private final List<Word> words;
    /** Those that answer to a call by exactly their name, and to nothing else. */
    private final List<Word> called;

    private final Map<String, NDArray> rows;

    private AddedTokens(List<Word> words, List<Word> called, Map<String, NDArray> rows) {
        this.words = words;
        this.called = called;
        this.rows = rows;
    }

    /**
     * Words with their vectors.
     *
     * @param rows for each text encoder, by the name of its part, [m,d], m being the vectors that all words together have
     *     there, in the order of the words
     */
    public static AddedTokens of(List<Word> words, Map<String, NDArray> rows) {
        return of(words, List.of(), rows);
    }

    /**
     * As {@link #of(List, Map)}.
     *
     * @param called words beside these that a prompt calls by {@code embedding:} and exactly their name, and by nothing else;
     *     their vectors come behind those of {@code words}
     */
    public static AddedTokens of(List<Word> words, List<Word> called, Map<String, NDArray> rows) {
        return words.isEmpty() && called.isEmpty()
                ? NONE
                : new AddedTokens(List.copyOf(words), List.copyOf(called), Map.copyOf(rows));
    }

    /** Words to count with, whose vectors are not there. */
    public static AddedTokens counted(List<Word> words) {
        return of(words, Map.of());
    }

    /** Whether a prompt cannot tell two words from each other. */
    public static boolean same(String word, String other) {
        return Folded.fold(word).equals(Folded.fold(other));
    }

    public List<Word> words() {
        return words;
    }

    /** Those that answer to {@code embedding:} and their name alone. */
    public List<Word> called() {
        return called;
    }

    /** [m,d] for the text encoder of that part, or {@link Operators#NONE}. */
    public NDArray rows(String part) {
        return rows.getOrDefault(part, Operators.NONE);
    }

    /**
     * A word that may be meant by a part of a text.
     *
     * @param vectors that it stands for in the text encoder that reads
     * @param id of its first vector, counted from the end of the vocabulary; nothing for a word of the vocabulary's own
     */
    record Known(Word word, String folded, int vectors, Optional<Integer> id) {}

    /** A part of the folded text. */
    record Span(int from, int to) implements Comparable<Span> {

        int length() {
            return to - from;
        }

        boolean overlaps(Span other) {
            return from < other.to && to > other.from;
        }

        @Override
        public int compareTo(Span other) {
            return Integer.compare(from, other.from);
        }
    }

    /** A known word and where it stands. */
    record Found(Known known, Span at) {}

    /** A word and the part of the text that is read as it: the word itself and what calls it. */
    record Called(Found found, Span at) {}

    /** What stands in a text. */
    record Look(Folded folded, List<Called> called, List<String> absent) {}

    /**
     * A text's tokens, without begin and end.
     *
     * @param part that reads it
     * @param first the id of the first added vector: the size of the vocabulary
     */
    public List<Integer> ids(Tokenizer tokenizer, String text, String part, int first) {
        return tokens(tokenizer, text, look(tokenizer, word -> word.vectors(part), text), first).stream()
                .map(Token::id)
                .toList();
    }

    /**
     * A prompt in chunks, its weights read as somebody writes them.
     *
     * @param part that reads it
     * @param first the id of the first added vector: the size of the vocabulary
     */
    public List<PromptChunk> chunks(Tokenizer tokenizer, String prompt, Weighting weighting, String part, int first) {
        if (weighting == Weighting.PLAIN) {
            return List.of(PromptChunk.of(tokenizer.framed(ids(tokenizer, prompt, part, first))));
        }
        return new PromptGroups(this, tokenizer, word -> word.vectors(part), first)
                .read(prompt, weighting)
                .chunks();
    }

    /** What is read of a prompt, its weights read as somebody writes them. */
    TextReading reading(Tokenizer tokenizer, String prompt, Weighting weighting) {
        return weighting == Weighting.PLAIN
                ? reading(tokenizer, prompt)
                // Ids do not matter here.
                : new PromptGroups(this, tokenizer, Word::vectors, 0)
                        .read(prompt, weighting)
                        .reading(prompt);
    }

    /** What is read of a text, and what is not. */
    TextReading reading(Tokenizer tokenizer, String text) {
        Look look = look(tokenizer, Word::vectors, text);
        // Ids do not matter here.
        List<Token> tokens = tokens(tokenizer, text, look, 0);
        int most = tokenizer.maxLength() - 2;
        List<TextReading.Word> there = new ArrayList<>();
        String unseen = "";
        int end = text.length();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            int begin = i - token.vector();
            if (token.word().isPresent() && token.vector() == 0) {
                Word word = token.word().get();
                there.add(new TextReading.Word(
                        word.text(), word.vectors(), Math.max(0, Math.min(word.vectors(), most - i))));
            }
            if (i == most) {
                end = token.from();
                unseen = begin == i
                        ? text.substring(token.from()).strip()
                        : (token.word().get().vectors() - token.vector()) + " of the "
                                + token.word().get().vectors() + " vectors of "
                                + text.substring(token.from()).strip();
            }
        }
        return new TextReading(text, end, tokens.size(), most, unseen, there, look.absent(), within(List.of(look)));
    }

    /** Where the words stand in a text, as if there were room for all of it: what can be told without a vocabulary. */
    public TextReading reading(String text) {
        Look look = look(added(Word::vectors), exact(Word::vectors), List.of(), List.of(), text);
        List<TextReading.Word> there = look.called().stream()
                .map(called -> called.found().known().word())
                .map(word -> new TextReading.Word(word.text(), word.vectors(), word.vectors()))
                .toList();
        int vectors = there.stream().mapToInt(TextReading.Word::vectors).sum();
        return new TextReading(text, text.length(), vectors, vectors, "", there, look.absent(), within(List.of(look)));
    }

    /** The words that only stand in a text within others. */
    List<TextReading.Within> within(List<Look> looks) {
        List<TextReading.Within> within = new ArrayList<>();
        for (Known word : added(Word::vectors)) {
            boolean isCalled = looks.stream()
                    .flatMap(look -> look.called().stream())
                    .anyMatch(called -> called.found().known().word().equals(word.word()));
            if (!isCalled) {
                looks.stream()
                        .flatMap(look -> free(places(look.folded(), word.folded()), look.called()).stream()
                                .filter(place -> !fits(look.folded(), place))
                                .map(place -> around(look.folded(), place)))
                        .findFirst()
                        .map(other -> new TextReading.Within(word.word().text(), other))
                        .ifPresent(within::add);
            }
        }
        return within;
    }

    /** The whole word that a part of it stands in. */
    private static String around(Folded folded, Span part) {
        String text = folded.text();
        int from = part.from();
        int to = part.to();
        while (from > 0 && folded.inWord(text.offsetByCodePoints(from, -1))) {
            from = text.offsetByCodePoints(from, -1);
        }
        while (to < text.length() && folded.inWord(to)) {
            to = text.offsetByCodePoints(to, 1);
        }
        return text.substring(from, to);
    }

    private List<Token> tokens(Tokenizer tokenizer, String text, Look look, int first) {
        return stretches(tokenizer, text, look, first).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** The tokens of each called word by themselves, and of what is between them. */
    List<List<Token>> stretches(Tokenizer tokenizer, String text, Look look, int first) {
        List<List<Token>> stretches = new ArrayList<>();
        int from = 0;
        for (Called called : look.called()) {
            int start = look.folded().origin(called.at().from());
            int end = look.folded().origin(called.at().to());
            stretches.add(moved(tokenizer.tokens(text.substring(from, start)), from));
            Known known = called.found().known();
            stretches.add(
                    known.id().isPresent()
                            ? vectors(known, first, start)
                            : moved(tokenizer.tokens(known.word().text()), start));
            from = end;
        }
        stretches.add(moved(tokenizer.tokens(text.substring(from)), from));
        return stretches;
    }

    private static List<Token> vectors(Known known, int first, int start) {
        return IntStream.range(0, known.vectors())
                .mapToObj(i -> new Token(first + known.id().get() + i, start, Optional.of(known.word()), i))
                .toList();
    }

    private static List<Token> moved(List<Token> piece, int offset) {
        return piece.stream()
                .map(token -> new Token(token.id(), offset + token.from(), token.word(), token.vector()))
                .toList();
    }

    /** The vectors of a word that answers to exactly this name, as tokens; nothing where none does. */
    Optional<List<Token>> called(String name, ToIntFunction<Word> vectors, int first) {
        return exact(vectors).stream()
                .filter(known -> known.word().text().equals(name))
                .findFirst()
                .map(known -> vectors(known, first, 0));
    }

    private List<Known> added(ToIntFunction<Word> vectors) {
        List<Known> known = new ArrayList<>();
        int id = 0;
        for (Word word : words) {
            known.add(new Known(word, Folded.fold(word.text()), vectors.applyAsInt(word), Optional.of(id)));
            id += vectors.applyAsInt(word);
        }
        return known;
    }

    /** Those that answer to exactly their name; their vectors come behind all others. */
    private List<Known> exact(ToIntFunction<Word> vectors) {
        List<Known> known = new ArrayList<>();
        int id = words.stream().mapToInt(vectors).sum();
        for (Word word : called) {
            known.add(new Known(word, word.text(), vectors.applyAsInt(word), Optional.of(id)));
            id += vectors.applyAsInt(word);
        }
        return known;
    }

    /** What stands in a text that a tokenizer's text encoder reads. */
    Look look(Tokenizer tokenizer, ToIntFunction<Word> vectors, String text) {
        return look(added(vectors), exact(vectors), tokenizer.words(), tokenizer.rowless(), text);
    }

    /** What stands in a text, with a vocabulary that has words of its own, some of which it may have no row for. */
    private static Look look(
            List<Known> added, List<Known> exact, List<String> own, List<String> rowless, String text) {
        Folded folded = Folded.of(text);
        List<Known> known = new ArrayList<>(added);
        own.forEach(word -> known.add(new Known(new Word(word, 1), Folded.fold(word), 1, Optional.empty())));
        List<Found> found = longest(folded, known);
        List<Called> called = new ArrayList<>();
        List<Span> unanswered = new ArrayList<>();
        Matcher calls = CALL.matcher(folded.text());
        while (calls.find()) {
            Span name = new Span(calls.start(1), calls.end(1));
            String spelled = text.substring(folded.origin(name.from()), folded.origin(name.to()));
            Optional<Called> answer = found.stream()
                    .filter(each -> each.at().overlaps(name))
                    .flatMap(each -> answer(folded.text(), each, calls).stream())
                    .findFirst()
                    .or(() -> exact.stream()
                            .filter(each -> each.word().text().equals(spelled))
                            .findFirst()
                            .map(each -> new Called(new Found(each, name), new Span(calls.start(), calls.end()))));
            answer.ifPresentOrElse(called::add, () -> unanswered.add(new Span(calls.start(), calls.end())));
            // A word within the name of another embedding is not called.
            found.removeIf(each -> each.at().overlaps(name));
        }
        found.forEach(each -> called.add(new Called(each, each.at())));
        called.sort(Comparator.comparing(Called::at));
        rowless.forEach(word -> unanswered.addAll(free(places(folded, Folded.fold(word)), called)));
        List<Span> angles = ANGLES.matcher(folded.text())
                .results()
                .map(match -> new Span(match.start(), match.end()))
                .toList();
        angles.stream()
                .filter(each -> unanswered.stream().noneMatch(other -> other.overlaps(each)))
                .flatMap(each -> free(List.of(each), called).stream())
                .toList()
                .forEach(unanswered::add);
        List<String> absent = unanswered.stream()
                .sorted()
                .map(each -> text.substring(folded.origin(each.from()), folded.origin(each.to())))
                .distinct()
                .toList();
        // Of the vocabulary's own words only those called by another name need help: the tokenizer finds them.
        called.removeIf(each -> each.found().known().id().isEmpty()
                && each.at().equals(each.found().at()));
        return new Look(folded, called, absent);
    }

    /** Those places over which no word lies. */
    private static List<Span> free(List<Span> places, List<Called> called) {
        return places.stream()
                .filter(place -> called.stream().noneMatch(each -> each.at().overlaps(place)))
                .toList();
    }

    /** Where known words stand, none over another: the longest first. */
    private static List<Found> longest(Folded folded, List<Known> known) {
        List<Found> all = new ArrayList<>();
        known.forEach(word -> places(folded, word.folded()).stream()
                .filter(place -> fits(folded, place))
                .forEach(place -> all.add(new Found(word, place))));
        all.sort(Comparator.comparingInt((Found each) -> -each.at().length()).thenComparing(Found::at));
        List<Found> chosen = new ArrayList<>();
        for (Found each : all) {
            if (chosen.stream().noneMatch(other -> other.at().overlaps(each.at()))) {
                chosen.add(each);
            }
        }
        return chosen;
    }

    /** Wherever a word's letters stand, within other words too. */
    private static List<Span> places(Folded folded, String word) {
        List<Span> places = new ArrayList<>();
        for (int at = word.isEmpty() ? -1 : folded.text().indexOf(word);
                at >= 0;
                at = folded.text().indexOf(word, at + 1)) {
            places.add(new Span(at, at + word.length()));
        }
        return places;
    }

    /** Whether the word from here to there is no part of a longer one. */
    private static boolean fits(Folded folded, Span place) {
        String text = folded.text();
        int from = place.from();
        int to = place.to();
        boolean goesOnBefore = from > 0 && folded.inWord(from) && folded.inWord(text.offsetByCodePoints(from, -1));
        boolean goesOnAfter = to < text.length() && folded.inWord(text.offsetByCodePoints(to, -1)) && folded.inWord(to);
        return !goesOnBefore && !goesOnAfter && folded.parts(from) && folded.parts(to);
    }

    /** The call, where the word is the whole name that it gives, after a folder perhaps. */
    private static Optional<Called> answer(String text, Found found, Matcher call) {
        int from = found.at().from();
        int to = found.at().to();
        boolean begins = from == call.start(1) || (from > call.start(1) && "/\\".indexOf(text.charAt(from - 1)) >= 0);
        if (!begins) {
            return Optional.empty();
        }
        int end = Math.max(call.end(1), to);
        Matcher after = AFTER_NAME.matcher(text.substring(to, end));
        if (!after.matches()) {
            return Optional.empty();
        }
        // The end of a sentence is read as what it is.
        int ending = after.group(1) == null ? 0 : after.end(1);
        return Optional.of(new Called(found, new Span(call.start(), to + ending)));
    }
}
