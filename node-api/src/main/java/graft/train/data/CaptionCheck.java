package graft.train.data;

import graft.model.AddedTokens;
import graft.model.TextReading;
import graft.node.Problem;
import graft.node.Specs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges captions before they are learnt. */
public final class CaptionCheck {

    private static final int MOST_WARNINGS = 5;
    private static final int MOST_WORDS = 20;

    /** Letters of each end of a text that is too long to show. */
    private static final int END = 100;

    private CaptionCheck() {}

    /** Warns of pictures without a caption, where the captions are known by now. */
    public static void empty(Specs specs, String input) {
        specs.of(input, DatasetSpec.class).flatMap(DatasetSpec::dataset).ifPresent(data -> {
            List<Dataset.Item> pictures = data.items().stream().distinct().toList();
            long without =
                    pictures.stream().filter(item -> item.caption().isBlank()).count();
            if (without > 0) {
                specs.warn(
                        without + " of " + pictures.size() + " pictures have no caption: they teach the model what it"
                                + " draws without a prompt. Caption writes captions.");
            }
        });
    }

    /**
     * As {@link #told}, where both inputs are known by now.
     *
     * @throws Problem at the input of the class pictures
     */
    public static void told(Specs specs, String images, String classImages) {
        Optional<Dataset> subject = specs.of(images, DatasetSpec.class).flatMap(DatasetSpec::dataset);
        Optional<Dataset> classes = specs.of(classImages, DatasetSpec.class).flatMap(DatasetSpec::dataset);
        if (subject.isPresent() && classes.isPresent()) {
            told(subject.get(), classes.get(), classImages).ifPresent(specs::warn);
        }
    }

    /**
     * Whether a subject's captions tell it from its class.
     *
     * @return a warning about captions without a word of their own
     * @throws Problem when both have a caption in common
     */
    public static Optional<String> told(Dataset subject, Dataset classes, String classInput) {
        Set<String> classCaptions =
                classes.items().stream().map(Dataset.Item::caption).collect(Collectors.toSet());
        Set<String> classWords =
                classCaptions.stream().flatMap(CaptionCheck::words).collect(Collectors.toSet());
        List<String> captions =
                subject.items().stream().map(Dataset.Item::caption).distinct().toList();
        for (String caption : captions) {
            if (classCaptions.contains(caption)) {
                throw new Problem(
                                "the subject cannot be told from its class",
                                "both have the caption \"" + caption + "\"",
                                "give the subject's captions a rare word, such as sks, that the class's lack")
                        .at(classInput);
            }
        }
        return captions.stream()
                .filter(caption -> words(caption).allMatch(classWords::contains))
                .findFirst()
                .map(caption ->
                        "The caption \"" + caption + "\" has no word that the captions of the class lack: it cannot"
                                + " call up the subject. Put a rare word, such as sks, into it.");
    }

    /**
     * What is not read of the captions of a training.
     *
     * @param what they are, in the singular, such as "caption"
     * @param captions what becomes of them
     * @param reader that they are read by
     * @return a sentence each; none when all is read
     */
    public static List<String> unread(
            String what, Dataset data, Captions captions, Function<String, TextReading> reader) {
        List<Dataset.Item> pictures = data.items().stream().distinct().toList();
        Map<String, List<TextReading>> readings = new HashMap<>();
        List<String> warnings = new ArrayList<>();
        Set<String> never = new LinkedHashSet<>();
        String first = "";
        int cut = 0;
        for (Dataset.Item picture : pictures) {
            String name = picture.file().getFileName().toString();
            List<TextReading> read =
                    readings.computeIfAbsent(picture.caption(), caption -> captions.texts(caption).stream()
                            .map(reader)
                            .map(TextReading::withTriggers)
                            .toList());
            Optional<TextReading> longest =
                    read.stream().filter(TextReading::cut).findFirst();
            if (longest.isPresent()) {
                TextReading reading = longest.get();
                cut++;
                Set<String> seen = read.stream()
                        .flatMap(each -> words(each.text().substring(0, each.end())))
                        .collect(Collectors.toSet());
                words(reading.text().substring(reading.end()))
                        .filter(word -> !seen.contains(word))
                        .forEach(never::add);
                if (first.isEmpty()) {
                    first = "the " + (reading.most() + 2) + " tokens that the model reads; in " + name
                            + " it does not see: " + shortened(reading.unseen());
                }
            }
            read.stream()
                    .flatMap(each -> each.otherWarnings("The " + what + " of " + name).stream())
                    .forEach(warnings::add);
        }
        if (cut > 0) {
            warnings.add(
                    0,
                    cut + " of " + pictures.size() + " " + what + "s " + (cut == 1 ? "is" : "are") + " longer than "
                            + first + "."
                            + (never.isEmpty() ? "" : " Words that it does not read there at all: " + some(never)));
        }
        return warnings.stream().distinct().limit(MOST_WARNINGS).toList();
    }

    /** Both ends of a long text. */
    private static String shortened(String text) {
        return text.length() <= 2 * END ? text : text.substring(0, END) + " … " + text.substring(text.length() - END);
    }

    private static String some(Set<String> words) {
        return words.stream()
                .limit(MOST_WORDS)
                .collect(Collectors.joining(", ", "", words.size() > MOST_WORDS ? ", …" : "."));
    }

    /**
     * Whether a word that is to learn is read where it stands.
     *
     * @param captions what becomes of the captions of {@code data}
     * @param reader that knows the word
     * @return warnings of pictures that teach nothing and of vectors that learn nothing
     * @throws Problem at {@code images} when none would teach anything
     */
    public static List<String> teaches(
            Dataset data, Captions captions, AddedTokens.Word word, Function<String, TextReading> reader) {
        List<Dataset.Item> pictures = data.items().stream().distinct().toList();
        List<String> without = new ArrayList<>();
        boolean behind = false;
        Optional<String> within = Optional.empty();
        int most = 0;
        for (Dataset.Item picture : pictures) {
            int read = 0;
            for (String text : captions.texts(picture.caption())) {
                TextReading reading = reader.apply(text);
                read = Math.max(read, reading.read(word.text()));
                behind |= reading.read(word.text()) == 0 && !reading.words().isEmpty();
                within = within.or(() ->
                        reading.within().stream().map(TextReading.Within::other).findFirst());
            }
            if (read == 0) {
                without.add(picture.file().getFileName().toString());
            }
            most = Math.max(most, read);
        }
        if (most == 0) {
            throw new Problem(
                            "nothing would be learnt",
                            "no caption has the word " + word.text() + " in it"
                                    + (behind
                                            ? " among the tokens that the model reads, and what stands behind them"
                                                    + " teaches nothing"
                                            : within.map(other ->
                                                            " but as a part of " + other + ", which is another word")
                                                    .orElse("")),
                            behind
                                    ? "put it at the front of the captions, or shorten them"
                                    : "put it into the captions, for example as the trigger of Caption")
                    .at("images");
        }
        List<String> warnings = new ArrayList<>();
        if (most < word.vectors()) {
            warnings.add("Of the " + word.vectors() + " vectors of " + word.text() + " at most " + most
                    + " are among the tokens that the model reads of a caption: the others learn nothing. Put the word at the"
                    + " front, or choose fewer vectors.");
        }
        if (!without.isEmpty()) {
            warnings.add("The captions of these pictures lack the word " + word.text()
                    + (behind ? ", or have it behind what the model reads" : "") + ", so they teach nothing: "
                    + String.join(", ", without) + ".");
        }
        return warnings;
    }

    /** A word where it stands by itself, in capitals or not. */
    public static Pattern alone(String word) {
        return Pattern.compile(
                "(?<![\\p{L}\\p{N}])" + Pattern.quote(word) + "(?![\\p{L}\\p{N}])",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    private static Stream<String> words(String caption) {
        return Arrays.stream(caption.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty());
    }
}
