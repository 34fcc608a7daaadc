package graft.nodes.sampling;

import graft.file.CacheFolder;
import graft.file.Location;
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
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.vision.Captioner;
import graft.vision.ClipModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Has CLIP choose the words of a list that suit training pictures (zero-shot classification, Radford et al. 2021). */
@NodeType(
        id = "graft/caption/tags",
        title = "Caption with Tags",
        category = "images",
        help = "Looks at each picture and picks the words of your list that suit it best. Tags are kept: a run that was"
                + " stopped goes on where it was.",
        words = {"tagger", "clip", "zero-shot", "keywords", "classify", "interrogate", "dataset"})
public final class CaptionTags implements Node {

    private static final String WANTED = "a folder of a CLIP model, or builtin:emoji-clip";
    private static final String TAG = "{tag}";

    @Input(help = "The pictures to tag.")
    Dataset images;

    @Setting(
            control = Control.FOLDER,
            collection = Collection.VISION,
            help = "The folder of a CLIP model in the layout of Hugging Face, such as clip-vit-base-patch32, or"
                    + " builtin:emoji-clip, which knows emoji alone.")
    String model = "builtin:emoji-clip";

    @Setting(control = Control.PARAGRAPH, help = "The words to choose from, separated by commas or line breaks.")
    String words = "red background, green background, blue background, white background";

    @Setting(help = "What CLIP compares with a picture; {tag} stands for each word of the list.")
    String template = "a picture of a {tag}";

    @Setting(title = "At most", min = 1, max = 100, unit = "tags", help = "How many tags a picture gets at most.")
    int count = 1;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            help = "How likely a word must be among those of the list, from 0 to 1; the others are left out.")
    double threshold = 0;

    @Setting(help = "What to do where there is a caption: replace it, fill only the missing ones, or add to it.")
    Caption.Mode mode = Caption.Mode.ADD;

    @Setting(
            advanced = true,
            min = 1,
            max = 256,
            unit = "pictures",
            help = "How many pictures are worked on at once; a stop is heard between them.")
    int batch = 16;

    /** Where captions are kept for other runs. */
    Path kept = CacheFolder.path().resolve("captions");

    @Output(help = "The same pictures with their tags.")
    Dataset captioned;

    @Override
    public void configure(Specs specs) {
        Path folder = Location.of(model, "model", WANTED);
        specs.reads(folder);
        try {
            ClipModel.inspect(folder);
        } catch (Problem e) {
            throw e.at("model");
        }
        if (tags().size() < 2) {
            throw new Problem(
                            "there is nothing to choose from",
                            "the list of words has fewer than two",
                            "give some, separated by commas")
                    .at("words");
        }
        if (!template.contains(TAG)) {
            throw new Problem(
                            "all words would be compared alike",
                            "the template does not say " + TAG,
                            "put it where the word shall stand, such as: a picture of a {tag}")
                    .at("template");
        }
        specs.of("images", DatasetSpec.class).ifPresent(spec -> specs.output("captioned", spec.uncaptioned()));
    }

    private List<String> tags() {
        return Arrays.stream(words.split("[,\\n]"))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }

    @Override
    public void run(Run run) throws Exception {
        Compute compute = Compute.of(run.device());
        Compute.prepareThread();
        Path folder = Location.of(model, "model", WANTED);
        CaptionCache cache = new CaptionCache(
                kept,
                List.of(
                        "graft clip tags 1",
                        ClipModel.hash(folder),
                        String.join(",", tags()),
                        template,
                        count + " from " + threshold,
                        compute.device().getDeviceType()),
                run);
        captioned =
                new Captioning(run, mode, cache, batch).of(images, () -> new Tagger(ClipModel.load(folder, compute)));
        List<Dataset.Item> pictures = captioned.items().stream().distinct().toList();
        Caption.log(pictures, run);
        long without =
                pictures.stream().filter(item -> item.caption().isEmpty()).count();
        if (without > 0) {
            run.warn(without + " pictures have no caption: no word of the list is as likely as " + threshold
                    + " for them.");
        }
    }

    private final class Tagger implements Captioner.Writer {

        private final ClipModel clip;
        private final List<String> tags = tags();
        private final float[][] directions;

        Tagger(ClipModel clip) {
            this.clip = clip;
            directions = clip.textEmbedding(
                    tags.stream().map(tag -> template.replace(TAG, tag)).toList());
        }

        @Override
        public List<String> captions(List<Picture> pictures, Captioner.Check check) {
            return Arrays.stream(clip.imageEmbedding(pictures))
                    .map(this::tagged)
                    .toList();
        }

        private String tagged(float[] picture) {
            double[] shares = new double[directions.length];
            double sum = 0;
            for (int i = 0; i < shares.length; i++) {
                double cosine = 0;
                for (int k = 0; k < picture.length; k++) {
                    cosine += (double) picture[k] * directions[i][k];
                }
                // At most 1, so that nothing overflows.
                shares[i] = Math.exp(clip.scale() * (cosine - 1));
                sum += shares[i];
            }
            double whole = sum;
            List<String> chosen = IntStream.range(0, shares.length)
                    .boxed()
                    .filter(i -> shares[i] >= threshold * whole)
                    .sorted(Comparator.comparingDouble(i -> -shares[i]))
                    .limit(count)
                    .map(tags::get)
                    .toList();
            return String.join(", ", chosen);
        }

        @Override
        public void close() {
            clip.close();
        }
    }
}
