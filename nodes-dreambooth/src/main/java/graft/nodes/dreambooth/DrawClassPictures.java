package graft.nodes.dreambooth;

import graft.file.CacheFolder;
import graft.file.Destination;
import graft.file.Folder;
import graft.file.ImageFile;
import graft.file.Location;
import graft.file.PngFile;
import graft.file.Sha256;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.WeightedText;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.picture.Fit;
import graft.sample.Drawing;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.sample.Spacing;
import graft.sample.StepPlan;
import graft.tensor.Compute;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws pictures of a class with the model itself, for prior preservation, and keeps them for the next training. */
@NodeType(
        id = "graft/dreambooth/draw-class-pictures",
        title = "Draw Class Pictures",
        category = "training",
        help =
                "Draws pictures of a class with the model, for Train DreamBooth to hold on to while it learns the subject. They"
                        + " are kept: the next training with the same model and settings finds them.",
        words = {"prior", "regularisation", "regularization", "dreambooth", "generate", "class images"})
public final class DrawClassPictures implements Node {

    /** As long as the names of folders by their contents are. */
    private static final String SHARED_NAME = "0".repeat(32);

    @Input(help = "The model that draws, before it is trained.")
    Checkpoint model;

    @Setting(
            control = Control.PROMPT,
            help = "What to draw, without the rare word, such as: a photo of a dog. Lines are drawn in turn.")
    String prompt = "";

    @Setting(min = 1, max = 10_000, unit = "pictures", help = "How many; 100 to 200 suit Stable Diffusion 1.5.")
    int count = 100;

    @Setting(min = 8, max = 4096, step = 8, unit = "pixels", help = "Width of the pictures.")
    int width = 512;

    @Setting(min = 8, max = 4096, step = 8, unit = "pixels", help = "Height of the pictures.")
    int height = 512;

    @Setting(min = 1, max = 1000, unit = "steps", help = "More steps take longer and draw more finely, up to a point.")
    int steps = 25;

    @Setting(min = 0, max = 30, step = 0.5, help = "How strongly the prompt is followed.")
    double guidance = 7;

    @Setting(help = "The way from noise to picture.")
    SamplerMethod sampler = Sampler.DPMPP_2M;

    @Setting(
            min = 0,
            control = Control.SEED,
            help = "Chooses the noise of the first picture; each has the next number.")
    long seed = 0;

    @Setting(
            advanced = true,
            control = Control.FOLDER,
            help = "Where the pictures are kept; empty for Graft's cache folder.")
    String folder = "";

    @Output(help = "The pictures, with the prompts as their captions.")
    Dataset dataset;

    @Override
    public void configure(Specs specs) {
        if (prompt.isBlank()) {
            throw new Problem(
                            "nothing is said of what to draw",
                            "the prompt is empty",
                            "give the class, such as: a photo of a dog")
                    .at("prompt");
        }
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            StepPlan.of(sampler, Spacing.AUTO, NoiseSchedule.of(spec.scheduler()), steps, 1);
            spec.checkTakesLatents();
            checkSize(spec.pixelsPerLatent());
            spec.sizeWarning(width, height).ifPresent(warning -> specs.warn("The pictures are drawn " + warning + "."));
        });
        checkPlace(specs);
        specs.output("dataset", DatasetSpec.of(dataset(Path.of("class"))));
    }

    /** Where nothing can be written, there may be all pictures already: which they are is known once the model is there. */
    private void checkPlace(Specs specs) {
        Path base = base();
        try {
            Destination.check(base, SHARED_NAME);
        } catch (Problem e) {
            if (!holdsFolders(base)) {
                throw e.at("folder");
            }
            specs.warn("Class pictures that are not there yet cannot be kept. " + e.getMessage());
        }
    }

    private static boolean holdsFolders(Path base) {
        try {
            return Folder.entries(base).stream().anyMatch(Files::isDirectory);
        } catch (IOException e) {
            return false;
        }
    }

    private Path base() {
        return folder.isBlank()
                ? CacheFolder.path().resolve("class-pictures")
                : Location.of(folder, "folder", "a folder for the class pictures");
    }

    private void checkSize(int unit) {
        if (width % unit != 0 || height % unit != 0) {
            throw new Problem(
                            "cannot draw at " + width + "×" + height + " pixels",
                            "the model works in steps of " + unit + " pixels",
                            "choose a width and height divisible by " + unit)
                    .at(width % unit != 0 ? "width" : "height");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        Compute.prepareThread();
        checkSize(model.spec().pixelsPerLatent());
        prompts().stream()
                .distinct()
                .flatMap(one -> model.reading(one, Drawing.WEIGHTING).warnings("The prompt \"" + one + "\"").stream())
                .forEach(run::warn);
        Path place = place(run);
        dataset = dataset(place);
        int drawn = 0;
        List<String> prompts = prompts();
        Drawing drawing = new Drawing(model, sampler, steps, guidance, width, height);
        for (int i = 0; i < count; i++) {
            run.checkCancelled();
            Dataset.Item item = dataset.items().get(i);
            if (!isThere(item.file(), run)) {
                BufferedImage picture = drawing.draw(
                                List.of(new Drawing.Wanted(prompts.get(i % prompts.size()), seed + i)),
                                (done, total, at, expected) -> run.checkCancelled())
                        .get(0)
                        .toBufferedImage();
                PngFile.write(item.file(), picture, Map.of("prompt", item.caption()));
                run.preview(picture);
                drawn++;
            }
            run.progress("picture", i + 1, count, Map.of());
        }
        run.log((count - drawn) + " class pictures were there, " + drawn + " were drawn; they are kept in " + place
                + ", which may be removed at any time.");
    }

    /** Where the pictures of this model and these settings lie. */
    private Path place(Run run) {
        if (!model.uses().isEmpty()) {
            run.log("The model was changed since it was loaded: its class pictures are not kept for other runs.");
            return run.folder();
        }
        boolean weighed = prompts().stream()
                .anyMatch(each -> !WeightedText.words(each, Drawing.WEIGHTING).equals(each));
        return base().resolve(hash(List.of(
                "graft class pictures 1" + (weighed ? ", weighed" : ""),
                model.hash(),
                model.compute().device().getDeviceType(),
                String.join("\n", prompts()),
                width + "x" + height,
                String.valueOf(steps),
                String.valueOf(guidance),
                sampler.id().toUpperCase(Locale.ROOT),
                String.valueOf(seed))));
    }

    private static String hash(List<String> parts) {
        return Sha256.of(String.join("\n\n", parts).getBytes(StandardCharsets.UTF_8))
                .substring(0, 32);
    }

    private List<String> prompts() {
        return prompt.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private Dataset dataset(Path place) {
        // A training reads captions word by word.
        List<String> captions = prompts().stream()
                .map(each -> WeightedText.words(each, Drawing.WEIGHTING))
                .toList();
        List<Dataset.Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path file = place.resolve(String.format(Locale.ROOT, "class_%05d.png", i + 1));
            items.add(new Dataset.Item(file, captions.get(i % captions.size()), width, height, Fit.CROP));
        }
        return new Dataset(items);
    }

    /** Whether a picture was drawn before and is whole. */
    private boolean isThere(Path file, Run run) {
        if (!Files.exists(file)) {
            return false;
        }
        try {
            BufferedImage image = ImageFile.read(file);
            return image.getWidth() == width && image.getHeight() == height;
        } catch (Problem damaged) {
            run.warn("A class picture was damaged and is drawn anew: " + file + ".");
            return false;
        }
    }
}
