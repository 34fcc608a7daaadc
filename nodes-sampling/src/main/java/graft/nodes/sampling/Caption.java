package graft.nodes.sampling;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the captions of training pictures from a template. */
@NodeType(
        id = "graft/dataset/caption",
        title = "Caption",
        category = "images",
        help = "Writes the captions that pictures are trained with, from a template: {caption} is what is known of the"
                + " picture, {name} its file's name in words, {trigger} the word that calls up what is learnt.",
        words = {"trigger word", "label", "text", "prefix", "suffix", "template", "dataset"})
public final class Caption implements Node {

    /** Where {@code {caption}} comes from. */
    enum Source {
        /** The caption that the picture has, from its .txt file or an earlier Caption. */
        CAPTION,
        /** The file's name in words: "red-apple_02.png" is "red apple". */
        FILE_NAME,
        /** The lines of the node's own text, one for each picture. */
        LINES,
        /** Nothing. */
        NONE
    }

    /** What becomes of a caption that is already there. */
    enum Mode {
        REPLACE,
        /** Kept; only pictures without one get one. */
        FILL,
        /** Kept, and added to after a comma. */
        ADD;

        /** Whether a picture that has this caption needs no other. */
        boolean keeps(String caption) {
            return this == FILL && !caption.isEmpty();
        }

        /** The caption of a picture that has one, or none yet, and is given another. */
        String joined(String caption, String other) {
            if (keeps(caption)) {
                return caption;
            }
            return this == ADD && !caption.isEmpty() ? CaptionTemplate.tidied(caption + ", " + other) : other;
        }
    }

    private static final int LOGGED = 24;

    @Input(help = "The pictures to caption.")
    Dataset images;

    @Setting(
            help =
                    "Where the words for {caption} come from: the picture's own caption (its .txt file), its file's name,"
                            + " the lines below, or nowhere.")
    Source source = Source.CAPTION;

    @Setting(
            control = Control.PARAGRAPH,
            help = "The caption; {caption}, {name} and {trigger} are filled in for each picture.")
    String template = "{caption}";

    @Setting(
            help = "A rare word, such as sks, that shall call up what is learnt; stands where the template says"
                    + " {trigger}, or at the front when it does not.")
    String trigger = "";

    @Setting(help = "Words before every caption.")
    String prefix = "";

    @Setting(help = "Words after every caption.")
    String suffix = "";

    @Setting(help = "What to do where there is a caption: replace it, fill only the missing ones, or add to it.")
    Mode mode = Mode.REPLACE;

    @Setting(
            control = Control.PARAGRAPH,
            help = "For the source lines: one line for each picture, in the order of the folder.")
    String lines = "";

    @Setting(advanced = true, help = "Words to replace wherever they stand in a caption.")
    String find = "";

    @Setting(advanced = true, help = "What to put in their place.")
    String replaceWith = "";

    @Output(help = "The same pictures with the new captions.")
    Dataset captioned;

    @Override
    public void configure(Specs specs) {
        parsed();
        specs.of("images", DatasetSpec.class)
                .ifPresent(spec -> specs.output(
                        "captioned",
                        spec.dataset()
                                .map(known -> DatasetSpec.of(captioned(known)))
                                .orElse(spec)));
    }

    @Override
    public void run(Run run) {
        captioned = captioned(images);
        List<Dataset.Item> pictures = captioned.items().stream().distinct().toList();
        log(pictures, run);
        if (pictures.stream().anyMatch(item -> item.caption().isEmpty())) {
            run.warn("Some pictures have no caption: they teach the model what it draws without a prompt.");
        }
        List<String> without = pictures.stream()
                .filter(item -> !item.caption().contains(trigger.strip()))
                .map(item -> item.file().getFileName().toString())
                .toList();
        if (!without.isEmpty()) {
            run.warn("The trigger " + trigger.strip() + " is not in the captions of: " + String.join(", ", without)
                    + ".");
        }
    }

    /** Lists captions, unless they are many. */
    static void log(List<Dataset.Item> pictures, Run run) {
        pictures.stream().limit(LOGGED).forEach(item -> run.log(item.file().getFileName() + ": " + item.caption()));
        if (pictures.size() > LOGGED) {
            run.log("… and " + (pictures.size() - LOGGED) + " more.");
        }
    }

    private Dataset captioned(Dataset data) {
        CaptionTemplate parsed = parsed();
        Map<Dataset.Item, String> written = new HashMap<>();
        List<String> given =
                lines.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        long pictures = data.items().stream().distinct().count();
        if (source == Source.LINES && given.size() != pictures) {
            throw new Problem(
                            "cannot share the lines out among the pictures",
                            "lines: " + given.size() + ", pictures: " + pictures,
                            "write one line for each picture, in the order of the folder")
                    .at("lines");
        }
        List<Dataset.Item> items = new ArrayList<>();
        for (Dataset.Item item : data.items()) {
            String caption = written.get(item);
            if (caption == null) {
                caption = caption(item, source == Source.LINES ? given.get(written.size()) : "", parsed);
                written.put(item, caption);
            }
            items.add(item.withCaption(caption));
        }
        return data.with(items);
    }

    private String caption(Dataset.Item item, String line, CaptionTemplate parsed) {
        String name = CaptionTemplate.wordsOf(item.name());
        String known =
                switch (source) {
                    case CAPTION -> item.caption();
                    case FILE_NAME -> name;
                    case LINES -> line;
                    case NONE -> "";
                };
        if (mode.keeps(item.caption())) {
            return item.caption();
        }
        String text = CaptionTemplate.tidied(prefix + " " + parsed.fill(known, name, trigger.strip()) + " " + suffix);
        return mode.joined(item.caption(), Replacement.plain(find, replaceWith).in(text));
    }

    private CaptionTemplate parsed() {
        try {
            boolean placed = trigger.isBlank() || template.contains("{trigger}");
            return new CaptionTemplate(placed ? template : "{trigger} " + template);
        } catch (Problem e) {
            throw e.at("template");
        }
    }
}
