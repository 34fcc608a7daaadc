package graft.nodes.sampling;

import graft.file.ImageFile;
import graft.node.Cancelled;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Picture;
import graft.train.data.CaptionCheck;
import graft.train.data.CaptionEdit;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.PictureNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Corrects captions: of all pictures by rule, of single ones by hand. */
@NodeType(
        id = "graft/caption/edit",
        title = "Edit Captions",
        category = "images",
        help =
                "Corrects the captions of pictures: takes words out, replaces others, puts a trigger word in front, drops"
                        + " pictures that are there twice or are not wanted, and sets the captions of single pictures by"
                        + " hand. No file is changed.",
        words = {
            "find and replace",
            "regular expression",
            "regex",
            "blacklist",
            "trigger word",
            "duplicates",
            "exclude",
            "dataset"
        })
public final class EditCaptions implements Node {

    @Input(help = "The pictures whose captions to correct.")
    Dataset images;

    @Setting(
            title = "By hand",
            control = Control.PARAGRAPH,
            help = "Captions of single pictures, one a line: the file's name, a colon, the caption, such as"
                    + " teapot-1.png: a teapot. They stand as they are written.")
    String byHand = "";

    @Setting(
            title = "Left out",
            help = "Pictures that are not trained on, one file name a line. Their files stay where they are.")
    List<String> leftOut = List.of();

    @Setting(
            control = Control.PARAGRAPH,
            help = "Words to take out wherever they stand by themselves, separated by commas or line breaks.")
    String blacklist = "";

    @Setting(help = "What to look for in every caption; empty to replace nothing.")
    String find = "";

    @Setting(help = "What to put in its place; for a regular expression $1 is its first group.")
    String replaceWith = "";

    @Setting(
            title = "Regular expression",
            advanced = true,
            help = "Whether what to look for is a regular expression, such as: a (red|blue) bird.")
    boolean regular = false;

    @Setting(help = "A rule that a plugin brings, which the captions go through then; none changes nothing.")
    CaptionEdit rule = CaptionEdit.Own.NONE;

    @Setting(help = "A rare word, such as sks, that is put in front of the captions that lack it.")
    String trigger = "";

    @Setting(
            title = "Drop duplicates",
            help = "Whether a picture that shows, dot by dot, what an earlier one shows is left out.")
    boolean dropDuplicates = false;

    @Output(help = "The pictures with the corrected captions.")
    Dataset captioned;

    @Override
    public void configure(Specs specs) {
        replacement();
        hand();
        specs.of("images", DatasetSpec.class)
                .flatMap(DatasetSpec::pictures)
                .ifPresent(known -> checkNames(known, specs));
        specs.of("images", DatasetSpec.class)
                .ifPresent(spec -> specs.output(
                        "captioned",
                        spec.dataset()
                                .filter(known -> !dropDuplicates)
                                .map(known -> DatasetSpec.of(edited(kept(known))))
                                .orElseGet(() -> uncaptioned(spec))));
    }

    /** What is known of what comes out while captions are not, or the pictures have to be compared first. */
    private DatasetSpec uncaptioned(DatasetSpec spec) {
        return leftOut.isEmpty()
                ? spec.uncaptioned()
                : spec.pictures()
                        .map(known -> DatasetSpec.of(kept(known)).uncaptioned())
                        .orElseGet(spec::uncaptioned);
    }

    @Override
    public void run(Run run) throws Exception {
        checkHand(images);
        Dataset wanted = kept(images);
        Dataset kept = dropDuplicates ? withoutDuplicates(wanted, run) : wanted;
        captioned = edited(kept);
        long without = images.items().stream()
                .filter(this::isLeftOut)
                .map(Dataset.Item::file)
                .distinct()
                .count();
        if (without > 0) {
            run.log(without + " pictures are left out.");
        }
        Map<Path, String> before = new HashMap<>();
        kept.items().forEach(item -> before.put(item.file(), item.caption()));
        List<Dataset.Item> pictures = captioned.items().stream().distinct().toList();
        List<Dataset.Item> changed = pictures.stream()
                .filter(item -> !item.caption().equals(before.get(item.file())))
                .toList();
        run.log(changed.size() + " of " + pictures.size() + " captions changed.");
        Caption.log(changed, run);
        long empty = pictures.stream().filter(item -> item.caption().isEmpty()).count();
        if (empty > 0) {
            run.warn(empty + " pictures have no caption: they teach the model what it draws without a prompt.");
        }
    }

    private Dataset edited(Dataset data) {
        Map<String, String> hand = hand();
        Replacement replacement = replacement();
        List<Replacement> taken = blacklisted();
        List<Dataset.Item> items = new ArrayList<>();
        for (Dataset.Item item : data.items()) {
            String file = item.file().getFileName().toString();
            items.add(item.withCaption(PictureNames.called(item.file()).stream()
                    .filter(hand::containsKey)
                    .findFirst()
                    .map(hand::get)
                    .orElseGet(() -> corrected(item.caption(), file, taken, replacement))));
        }
        return data.with(items);
    }

    /** Of each name before a colon there has to be a picture, be it one that is left out. */
    private void checkHand(Dataset data) {
        Map<String, String> hand = hand();
        Set<String> unused = new LinkedHashSet<>(hand.keySet());
        data.items().forEach(item -> PictureNames.called(item.file()).stream()
                .filter(hand::containsKey)
                .findFirst()
                .ifPresent(unused::remove));
        if (!unused.isEmpty()) {
            throw new Problem(
                            "cannot set the caption of " + String.join(", ", unused),
                            "no picture has that name",
                            "write the name of a picture's file before the colon")
                    .at("byHand");
        }
    }

    private boolean isLeftOut(Dataset.Item item) {
        return !leftOut.isEmpty() && PictureNames.called(item.file()).stream().anyMatch(leftOut::contains);
    }

    private Dataset kept(Dataset data) {
        return nonEmpty(
                data, data.items().stream().filter(item -> !isLeftOut(item)).toList());
    }

    private static Dataset nonEmpty(Dataset data, List<Dataset.Item> items) {
        if (items.isEmpty()) {
            throw new Problem("no picture is left to train on", "all of them are left out", "take some off the list")
                    .at("leftOut");
        }
        return data.with(items);
    }

    private void checkNames(Dataset data, Specs specs) {
        checkHand(data);
        Set<String> unknown = new LinkedHashSet<>(leftOut);
        data.items().forEach(item -> unknown.removeAll(PictureNames.called(item.file())));
        if (!unknown.isEmpty()) {
            specs.warn("To be left out and not there: " + Names.some(List.copyOf(unknown)) + ".");
        }
    }

    private String corrected(String caption, String file, List<Replacement> taken, Replacement replacement) {
        String text = caption;
        for (Replacement each : taken) {
            text = each.in(text);
        }
        text = replacement.in(text);
        if (rule != CaptionEdit.Own.NONE) {
            text = rule.edited(text, file).replaceAll("\\s+", " ").strip();
        }
        String word = trigger.strip();
        return word.isEmpty() || CaptionCheck.alone(word).matcher(text).find()
                ? text
                : new CaptionTemplate("{trigger} {caption}").fill(text, "", word);
    }

    private Replacement replacement() {
        return regular && !find.isEmpty()
                ? Replacement.regular(find, replaceWith)
                : Replacement.plain(find, replaceWith);
    }

    private List<Replacement> blacklisted() {
        return Arrays.stream(blacklist.split("[,\\n]"))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(word -> new Replacement(CaptionCheck.alone(word), ""))
                .toList();
    }

    /** Captions by file name, with or without its ending. */
    private Map<String, String> hand() {
        Map<String, String> captions = new LinkedHashMap<>();
        for (String line : byHand.lines().filter(line -> !line.isBlank()).toList()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new Problem(
                                "cannot tell whose caption this is: " + line.strip(),
                                "the line has no file name and colon in front",
                                "write it as teapot-1.png: a teapot")
                        .at("byHand");
            }
            captions.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return captions;
    }

    private Dataset withoutDuplicates(Dataset data, Run run) throws Cancelled {
        List<Path> files =
                data.items().stream().map(Dataset.Item::file).distinct().toList();
        // Pictures that are equal have equal hashes; only the first of each hash is read again to be compared.
        Map<Integer, List<Path>> seen = new HashMap<>();
        Set<Path> dropped = new HashSet<>();
        for (int i = 0; i < files.size(); i++) {
            run.checkCancelled();
            Path file = files.get(i);
            Picture picture = Picture.of(ImageFile.read(file));
            List<Path> alike = seen.computeIfAbsent(picture.hashCode(), hash -> new ArrayList<>());
            Optional<Path> same = alike.stream()
                    .filter(other -> Picture.of(ImageFile.read(other)).equals(picture))
                    .findFirst();
            if (same.isPresent()) {
                dropped.add(file);
                run.log(file.getFileName() + " is left out: it shows what "
                        + same.get().getFileName() + " shows.");
            } else {
                alike.add(file);
            }
            run.progress(i + 1, files.size());
        }
        return data.with(data.items().stream()
                .filter(item -> !dropped.contains(item.file()))
                .toList());
    }
}
