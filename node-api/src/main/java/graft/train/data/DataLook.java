package graft.train.data;

import graft.file.FileStamp;
import graft.file.ImageFile;
import graft.node.Problem;
import graft.picture.Cut;
import graft.picture.Fit;
import graft.train.data.DataFinding.Kind;
import graft.train.data.DataFinding.Shown;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks at training pictures and their captions before hours are spent on them.
 *
 * <p>What it saw of a picture it keeps, as long as the file stays as it is: a second look costs next to nothing. Any thread may ask.
 */
public final class DataLook {

    /** How much of a picture may be cut away without a word. */
    private static final double CUT = 0.3;

    /**
     * Sharpness below which a picture is blurred. The softest picture that ships has 108; blurred twice over 13×13 of their 256×256
     * pixels, the sharpest of all has 28.
     */
    private static final double SHARP = 45;

    /** A word counts as what a set shows when so many captions, and this share of them, have it. */
    private static final int MANY = 4;

    private static final double MOST = 0.75;

    /** Names and letters that a sentence has room for. */
    private static final int NAMES = 5;

    private static final int LETTERS = 80;

    /**
     * What is asked beside the pictures.
     *
     * @param captions of the pictures, as far as they are known by now
     * @param trigger the word that calls up what is learnt; empty when there is none
     * @param unread what of a caption the model does not read; empty when it reads all
     */
    public record Words(Map<Path, String> captions, String trigger, UnaryOperator<String> unread) {

        /** Of a dataset that is known wholly. */
        public static Words of(Dataset data, String trigger, UnaryOperator<String> unread) {
            Map<Path, String> captions = new LinkedHashMap<>();
            data.items().forEach(item -> captions.put(item.file(), item.caption()));
            return new Words(captions, trigger, unread);
        }
    }

    private record Seen(Path file, Optional<Region> region, String stamp) {}

    private final Map<Seen, Optional<PictureTraits>> seen = new ConcurrentHashMap<>();

    /**
     * What is found, what matters most first.
     *
     * @param items whose captions do not count; one that is there more than once counts once
     */
    public List<DataFinding> findings(List<Dataset.Item> items, Words words) {
        Map<Path, Dataset.Item> pictures = new LinkedHashMap<>();
        items.forEach(item -> pictures.putIfAbsent(item.file(), item));
        Map<Path, PictureTraits> traits = new LinkedHashMap<>();
        List<Shown> unreadable = new ArrayList<>();
        List<Dataset.Item> each = List.copyOf(pictures.values());
        List<Optional<PictureTraits>> read =
                each.parallelStream().map(this::traits).toList();
        for (int i = 0; i < each.size(); i++) {
            Path file = each.get(i).file();
            read.get(i).ifPresentOrElse(known -> traits.put(file, known), () -> unreadable.add(new Shown(file, "")));
        }
        List<DataFinding> found = new ArrayList<>();
        add(found, Kind.UNREADABLE, unreadable, "cannot be read");
        alike(found, traits, words.captions());
        List<Dataset.Item> readable =
                each.stream().filter(item -> traits.containsKey(item.file())).toList();
        sizes(found, readable, traits);
        Map<Path, String> captions = new LinkedHashMap<>();
        pictures.keySet().forEach(file -> Optional.ofNullable(words.captions().get(file))
                .ifPresent(caption -> captions.put(file, caption)));
        captions(found, captions, words);
        found.sort(Comparator.comparing((DataFinding finding) -> finding.kind().weight())
                .thenComparing(DataFinding::kind));
        return List.copyOf(found);
    }

    private Optional<PictureTraits> traits(Dataset.Item item) {
        try {
            Seen key = new Seen(
                    item.file(), item.region(), FileStamp.of(item.file()).text());
            Optional<PictureTraits> known = seen.get(key);
            if (known == null) {
                known = read(item);
                seen.put(key, known);
            }
            return known;
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<PictureTraits> read(Dataset.Item item) {
        try {
            BufferedImage whole = ImageFile.read(item.file());
            TrainingSize size = new TrainingSize(whole.getWidth(), whole.getHeight());
            // A part that does not lie within its picture is told of by the node that crops.
            return Optional.of(PictureTraits.of(item.region()
                    .filter(part -> part.liesIn(size))
                    .map(part -> whole.getSubimage(part.left(), part.top(), part.width(), part.height()))
                    .orElse(whole)));
        } catch (Problem unreadable) {
            return Optional.empty();
        }
    }

    // --- pictures that show the same -------------------------------------------------------------------------------

    /** Pictures that show what an earlier one shows, by that one. */
    private static final class Alike {
        private final Path first;
        private final List<Shown> copies = new ArrayList<>();
        private final List<Shown> near = new ArrayList<>();
        private final List<Shown> mirrored = new ArrayList<>();

        private Alike(Path first) {
            this.first = first;
        }
    }

    private static void alike(List<DataFinding> found, Map<Path, PictureTraits> traits, Map<Path, String> captions) {
        Map<Path, Alike> firsts = new LinkedHashMap<>();
        // Of pictures that are alike the largest is the one to keep.
        List<Path> largest = traits.keySet().stream()
                .sorted(Comparator.comparingLong(
                                (Path file) -> (long) traits.get(file).width()
                                        * traits.get(file).height())
                        .reversed())
                .toList();
        largest.forEach(file -> {
            PictureTraits mine = traits.get(file);
            Predicate<PictureTraits> copy = mine::isCopyOf;
            if (!joined(firsts, traits, file, copy, 0)
                    && !joined(firsts, traits, file, mine::looksLike, 1)
                    && !joined(firsts, traits, file, mine::mirrors, 2)) {
                firsts.put(file, new Alike(file));
            }
        });
        for (Alike group : firsts.values()) {
            String first = name(group.first);
            same(found, Kind.COPY, group, group.copies, "shows dot by dot", first);
            same(found, Kind.ALIKE, group, group.near, "shows nearly", first);
            if (!group.mirrored.isEmpty()) {
                found.add(new DataFinding(
                        Kind.MIRRORED,
                        withFirst(group.first, group.mirrored),
                        names(group.mirrored) + (group.mirrored.size() == 1 ? " is " : " are ") + first
                                + " turned left to right."));
            }
            contradictions(found, group, captions);
        }
    }

    private static boolean joined(
            Map<Path, Alike> firsts,
            Map<Path, PictureTraits> traits,
            Path file,
            Predicate<PictureTraits> alike,
            int list) {
        Optional<Alike> group = firsts.values().stream()
                .filter(each -> alike.test(traits.get(each.first)))
                .findFirst();
        group.ifPresent(
                each -> List.of(each.copies, each.near, each.mirrored).get(list).add(new Shown(file, "")));
        return group.isPresent();
    }

    private static void same(
            List<DataFinding> found, Kind kind, Alike group, List<Shown> others, String how, String first) {
        if (!others.isEmpty()) {
            String verb = others.size() == 1 ? how : how.replace("shows", "show");
            found.add(new DataFinding(
                    kind,
                    withFirst(group.first, others),
                    names(others) + " " + verb + " what " + first + " shows, so it is learnt " + (others.size() + 1)
                            + " times as much as the others."));
        }
    }

    private static List<Shown> withFirst(Path first, List<Shown> others) {
        List<Shown> all = new ArrayList<>();
        all.add(new Shown(first, ""));
        all.addAll(others);
        return all;
    }

    private static void contradictions(List<DataFinding> found, Alike group, Map<Path, String> captions) {
        List<Shown> same = withFirst(group.first, group.copies);
        same.addAll(group.near);
        List<Shown> told = same.stream()
                .map(shown -> new Shown(
                        shown.file(), captions.getOrDefault(shown.file(), "").strip()))
                .filter(shown -> !shown.note().isEmpty())
                .toList();
        Set<String> different =
                told.stream().map(shown -> plain(shown.note())).collect(Collectors.toCollection(LinkedHashSet::new));
        if (different.size() > 1) {
            found.add(new DataFinding(
                    Kind.CONTRADICTING,
                    told,
                    names(told) + " show the same, and their captions say different things."));
        }
    }

    /** What two captions have in common that say the same. */
    private static String plain(String caption) {
        return caption.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
    }

    // --- single pictures -------------------------------------------------------------------------------------------

    private static void sizes(List<DataFinding> found, List<Dataset.Item> pictures, Map<Path, PictureTraits> traits) {
        List<Shown> small = new ArrayList<>();
        List<Shown> blurred = new ArrayList<>();
        List<Shown> cut = new ArrayList<>();
        for (Dataset.Item item : pictures) {
            PictureTraits mine = traits.get(item.file());
            TrainingSize own = new TrainingSize(mine.width(), mine.height());
            if (item.isEnlarged(own)) {
                small.add(new Shown(item.file(), own + ", trained at " + item.size()));
            }
            if (mine.sharpness() < SHARP) {
                blurred.add(new Shown(item.file(), ""));
            }
            double lost = cutAway(item, own);
            if (lost >= CUT) {
                cut.add(new Shown(item.file(), Math.round(100 * lost) + " % cut away"));
            }
        }
        add(found, Kind.SMALL, small, "is smaller than it is trained at and so enlarged, which teaches blur");
        add(found, Kind.BLURRED, blurred, "is blurred, and blur is learnt");
        add(found, Kind.CUT, cut, "loses much when it is cut to the size that it is trained at");
    }

    /** The share of a picture that its training never sees. */
    private static double cutAway(Dataset.Item item, TrainingSize own) {
        if (item.fit() != Fit.CROP) {
            return 0;
        }
        Cut cut = Cut.of(own.width(), own.height(), item.width(), item.height(), item.fit(), 0.5, 0.5);
        return 1 - (double) cut.width() * cut.height() / ((double) cut.scaledWidth() * cut.scaledHeight());
    }

    /** With a sentence of one picture, which becomes one of several. */
    private static void add(List<DataFinding> found, Kind kind, List<Shown> pictures, String is) {
        if (pictures.isEmpty()) {
            return;
        }
        String are = is.replaceFirst("^is ", "are ")
                .replaceFirst("^loses ", "lose ")
                .replace("than it is", "than they are")
                .replace("when it is", "when they are")
                .replace("that it is", "that they are");
        found.add(new DataFinding(kind, pictures, names(pictures) + " " + (pictures.size() == 1 ? is : are) + "."));
    }

    // --- captions --------------------------------------------------------------------------------------------------

    private static void captions(List<DataFinding> found, Map<Path, String> captions, Words words) {
        List<Shown> empty = new ArrayList<>();
        List<Shown> without = new ArrayList<>();
        List<Shown> cut = new ArrayList<>();
        Pattern trigger = CaptionCheck.alone(words.trigger().strip());
        captions.forEach((file, caption) -> {
            if (caption.isBlank()) {
                empty.add(new Shown(file, ""));
                return;
            }
            if (!words.trigger().isBlank() && !trigger.matcher(caption).find()) {
                without.add(new Shown(file, shortened(caption)));
            }
            String unread = words.unread().apply(caption);
            if (!unread.isEmpty()) {
                cut.add(new Shown(file, "not read: " + shortened(unread)));
            }
        });
        int all = captions.size();
        if (!empty.isEmpty() && empty.size() < all) {
            found.add(new DataFinding(
                    Kind.NO_CAPTION,
                    empty,
                    names(empty) + (empty.size() == 1 ? " has" : " have") + " no caption and the other "
                            + (all - empty.size()) + (all - empty.size() == 1 ? " has" : " have")
                            + ": without one a picture teaches what is drawn without a prompt."));
        }
        if (!without.isEmpty()) {
            found.add(new DataFinding(
                    Kind.NO_TRIGGER,
                    without,
                    (without.size() == 1 ? "The caption of " : "The captions of ") + names(without)
                            + (without.size() == 1 ? " lacks" : " lack") + " the word "
                            + words.trigger().strip()
                            + (without.size() == 1
                                    ? ", so the word does not learn what it shows."
                                    : ", so the word does not learn what they show.")));
        }
        if (!cut.isEmpty()) {
            found.add(new DataFinding(
                    Kind.TOO_LONG,
                    cut,
                    (cut.size() == 1 ? "The caption of " : "The captions of ") + names(cut)
                            + (cut.size() == 1 ? " is" : " are") + " longer than what the model reads."));
        }
        if (!words.trigger().isBlank()) {
            otherClasses(found, captions, words.trigger().strip());
        }
    }

    /** What most captions call the subject is the word behind its trigger: {@code sks dog}. */
    private static void otherClasses(List<DataFinding> found, Map<Path, String> captions, String trigger) {
        Pattern behind = Pattern.compile(
                CaptionCheck.alone(trigger).pattern() + "\\h+([\\p{L}\\p{N}-]+)",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        Map<Path, String> classes = new LinkedHashMap<>();
        captions.forEach((file, caption) -> {
            Matcher matcher = behind.matcher(caption);
            if (matcher.find()) {
                classes.put(file, matcher.group(1).toLowerCase(Locale.ROOT));
            }
        });
        Map<String, Long> counts = new HashMap<>();
        classes.values().forEach(each -> counts.merge(each, 1L, Long::sum));
        counts.entrySet().stream()
                .filter(each -> each.getValue() >= MANY && each.getValue() >= MOST * classes.size())
                .map(Map.Entry::getKey)
                .findFirst()
                .ifPresent(usual -> {
                    List<Shown> others = classes.entrySet().stream()
                            .filter(each -> !each.getValue().equals(usual))
                            .map(each -> new Shown(each.getKey(), trigger + " " + each.getValue()))
                            .toList();
                    if (!others.isEmpty()) {
                        found.add(new DataFinding(
                                Kind.OTHER_CLASS,
                                others,
                                names(others) + (others.size() == 1 ? " is" : " are") + " captioned as "
                                        + others.stream()
                                                .map(Shown::note)
                                                .distinct()
                                                .limit(NAMES)
                                                .collect(Collectors.joining(", "))
                                        + ", most others as " + trigger + " " + usual + "."));
                    }
                });
    }

    private static String shortened(String text) {
        return text.length() <= LETTERS ? text : text.substring(0, LETTERS) + "…";
    }

    private static String names(List<Shown> pictures) {
        List<String> first =
                pictures.stream().limit(NAMES).map(shown -> name(shown.file())).toList();
        int more = pictures.size() - first.size();
        if (more > 0) {
            return String.join(", ", first) + " and " + more + " more";
        }
        return first.size() == 1
                ? first.get(0)
                : String.join(", ", first.subList(0, first.size() - 1)) + " and " + first.get(first.size() - 1);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
