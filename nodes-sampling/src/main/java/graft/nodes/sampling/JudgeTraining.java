package graft.nodes.sampling;

import graft.file.Location;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.score.Questions;
import graft.score.SubjectJudge;
import graft.train.Judge;
import graft.vision.ClipModel;
import graft.vision.DinoModel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Says how a training is to be judged while it runs. */
@NodeType(
        id = "graft/score/judge",
        title = "Judge",
        category = "training",
        help =
                "Wired into a trainer, draws and scores what is learnt every so many steps, says which step is the best and when more"
                        + " teach nothing, and puts the best on a wire of its own. The training learns the same with it.",
        words = {"early stopping", "best checkpoint", "evaluate", "overfitting", "when to stop", "validation"})
public final class JudgeTraining implements Node {

    private static final String DINO = "builtin:emoji-dino, or a folder with a ViT in the layout of Hugging Face";
    private static final String CLIP =
            "builtin:emoji-clip, or a folder with a CLIP model in the layout of Hugging Face";

    @Setting(
            title = "Judge every",
            min = 1,
            max = 1_000_000,
            unit = "steps",
            help = "Steps between two looks. The log says when looking takes more than a tenth of the training.")
    int every = 100;

    @Setting(
            title = "Stop by itself",
            help =
                    "Ends the training once more steps gain nothing or begin to copy the pictures; off, it says so alone.")
    boolean stop = false;

    @Setting(help = "The words that call the subject up, such as: sks dog. They go where the prompts say {subject}.")
    String subject = "";

    @Setting(
            title = "Class",
            help =
                    "What kind of thing the subject is, in words that the model knew before, such as: dog. They go into the same"
                            + " prompts to see whether the subject leaks into its class.")
    String className = "";

    @Setting(
            control = Control.PARAGRAPH,
            help =
                    "What to draw, one prompt on each line, with {subject} in it. Some in settings of training pictures, some in"
                            + " new ones, which show whether pictures are copied.")
    String prompts = "";

    @Setting(
            title = "Unrelated prompts",
            control = Control.PARAGRAPH,
            help = "Prompts that are not about the subject, one on each line: what they draw should not change.")
    String unrelated = "";

    @Setting(
            title = "Pictures per prompt",
            min = 1,
            max = 100,
            unit = "seeds",
            help = "How many are drawn of each of the subject's prompts, each from noise of its own.")
    int seeds = 1;

    @Setting(
            min = 0,
            advanced = true,
            group = "drawing",
            control = Control.SEED,
            help = "Chooses the noise of the first picture of each prompt; the next has the next.")
    long seed = 0;

    @Setting(
            advanced = true,
            group = "drawing",
            min = 1,
            max = 1000,
            unit = "steps",
            help = "Of the sampler; few are enough to tell one look from another.")
    int steps = 10;

    @Setting(min = 0, max = 30, step = 0.5, help = "How strongly prompts are followed.")
    double guidance = 7;

    @Setting(advanced = true, group = "drawing", help = "The way from noise to picture.")
    SamplerMethod sampler = Sampler.DPMPP_2M;

    @Setting(
            advanced = true,
            group = "drawing",
            min = 1,
            max = 64,
            unit = "pictures",
            help = "How many are drawn at once: more is faster and takes more memory.")
    int batch = 4;

    @Setting(
            title = "DINO model",
            advanced = true,
            group = "what looks",
            control = Control.FOLDER,
            collection = Collection.VISION,
            help =
                    "What tells whether it is the same thing: builtin:emoji-dino for emoji, facebook/dino-vits16 for photos.")
    String dino = "builtin:emoji-dino";

    @Setting(
            title = "CLIP model",
            advanced = true,
            group = "what looks",
            control = Control.FOLDER,
            collection = Collection.VISION,
            help =
                    "What compares pictures with pictures and words: builtin:emoji-clip for emoji, openai/clip-vit-base-patch32"
                            + " for photos.")
    String clip = "builtin:emoji-clip";

    @Output(help = "To be wired into a trainer.")
    Judge judge;

    @Override
    public void configure(Specs specs) {
        questions();
        inspect(specs, "dino", Location.of(dino, "dino", DINO), DinoModel::inspect);
        inspect(specs, "clip", Location.of(clip, "clip", CLIP), ClipModel::inspect);
    }

    private static void inspect(Specs specs, String setting, Path folder, Consumer<Path> look) {
        specs.reads(folder);
        try {
            look.accept(folder);
        } catch (Problem e) {
            throw e.at(setting);
        }
    }

    private Questions questions() {
        return new Questions(
                subject.strip(),
                className.strip(),
                lines(prompts),
                lines(unrelated),
                LongStream.range(seed, seed + seeds).boxed().toList());
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @Override
    public void run(Run run) {
        judge = new SubjectJudge(
                every,
                stop,
                questions(),
                new SubjectJudge.Drawn(sampler, steps, guidance, batch),
                Location.of(dino, "dino", DINO),
                Location.of(clip, "clip", CLIP));
    }
}
