package graft.nodes.sampling;

import graft.file.CacheFolder;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.vision.CaptionSearch;
import graft.vision.CaptionSearch.Method;
import graft.vision.Captioner;
import java.nio.file.Path;
import java.util.List;

/** Has a model look at training pictures and say what they show. */
@NodeType(
        id = "graft/caption/blip",
        title = "Caption with a Model",
        category = "images",
        help = "Looks at each picture and writes a sentence of what it shows. Captions are kept: a run that was stopped"
                + " goes on where it was, and no picture is captioned twice with the same settings.",
        words = {"blip", "describe", "captioner", "image to text", "label", "automatic captions", "dataset"})
public final class CaptionModel implements Node {

    @Input(help = "The pictures to caption.")
    Dataset images;

    @Setting(help = "What looks at the pictures; plugins add others.")
    Captioner captioner = Captioner.Kind.BLIP;

    @Setting(
            control = Control.FOLDER,
            collection = Collection.VISION,
            help =
                    "For BLIP the folder of a captioner in the layout of Hugging Face, such as blip-image-captioning-base,"
                            + " or builtin:emoji-blip, which knows emoji alone.")
    String model = "builtin:emoji-blip";

    @Setting(
            help = "How words are chosen: greedy takes the likeliest one each time, beam the likeliest sentence of"
                    + " several, nucleus draws from the likely ones, for variety.")
    Method method = Method.BEAM;

    @Setting(
            min = 2,
            max = 16,
            unit = "sentences",
            help = "For the method beam: how many sentences are followed at once; more take longer.")
    int beams = 3;

    @Setting(help = "What every caption begins with, such as: a picture of; the model goes on from there.")
    String prefix = "";

    @Setting(
            title = "Longest",
            min = 1,
            max = 500,
            unit = "tokens",
            help = "How long a caption may get after its prefix; most words are one token.")
    int maxTokens = 30;

    @Setting(help = "What to do where there is a caption: replace it, fill only the missing ones, or add to it.")
    Caption.Mode mode = Caption.Mode.REPLACE;

    @Setting(
            title = "Shortest",
            advanced = true,
            min = 0,
            max = 500,
            unit = "tokens",
            help = "How long a caption is at least after its prefix.")
    int minTokens = 0;

    @Setting(
            title = "Share of chance",
            advanced = true,
            min = 0.01,
            max = 1,
            step = 0.05,
            help = "For the method nucleus: words are drawn from the likeliest ones that have this share of the"
                    + " probability together.")
    double share = 0.9;

    @Setting(advanced = true, min = 0, control = Control.SEED, help = "For the method nucleus: chooses the draws.")
    long seed = 0;

    @Setting(
            advanced = true,
            min = 1,
            max = 256,
            unit = "pictures",
            help = "How many pictures are worked on at once; a stop is heard between them and between words.")
    int batch = 8;

    /** Where captions are kept for other runs. */
    Path kept = CacheFolder.path().resolve("captions");

    @Output(help = "The same pictures with their captions.")
    Dataset captioned;

    @Override
    public void configure(Specs specs) {
        if (minTokens > maxTokens) {
            throw new Problem(
                            "no caption is that long",
                            "the shortest has " + minTokens + " tokens, the longest " + maxTokens,
                            "make the shortest shorter")
                    .at("minTokens");
        }
        captioner.check(task()).forEach(specs::reads);
        specs.of("images", DatasetSpec.class).ifPresent(spec -> specs.output("captioned", spec.uncaptioned()));
    }

    @Override
    public void run(Run run) throws Exception {
        Compute compute = Compute.of(run.device());
        Compute.prepareThread();
        Captioner.Task task = task();
        CaptionCache cache = new CaptionCache(
                kept,
                List.of(
                        "graft captions 2",
                        captioner.id(),
                        captioner.version(task),
                        parts(task.search()),
                        compute.device().getDeviceType()),
                run);
        captioned = new Captioning(run, mode, cache, batch).of(images, () -> captioner.open(task, compute));
        Caption.log(captioned.items().stream().distinct().toList(), run);
    }

    private Captioner.Task task() {
        return new Captioner.Task(
                model, new CaptionSearch(method, beams, share, seed, prefix.strip(), minTokens, maxTokens));
    }

    /** The settings that a caption depends on. */
    private static String parts(CaptionSearch search) {
        String bounds = search.fewest() + " to " + search.most() + " after " + search.prefix();
        return switch (search.method()) {
            case GREEDY -> "greedy " + bounds;
            case BEAM -> "beam " + search.beams() + " " + bounds;
            case NUCLEUS -> "nucleus " + search.share() + " " + search.seed() + " " + bounds;
        };
    }
}
