package graft.train;

import graft.node.Problem;
import graft.node.Specs;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges captions before they are learnt. */
public final class CaptionCheck {

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
    static Optional<String> told(Dataset subject, Dataset classes, String classInput) {
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

    private static Stream<String> words(String caption) {
        return Arrays.stream(caption.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty());
    }
}
