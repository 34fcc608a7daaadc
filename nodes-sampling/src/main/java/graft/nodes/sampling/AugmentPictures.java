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
import graft.picture.Colours;
import graft.picture.Fit;
import graft.train.data.Augment;
import graft.train.data.Augmentation;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.TrainingSize;

/** Varies training pictures from draw to draw: mirrored, cut elsewhere, other colours. */
@NodeType(
        id = "graft/dataset/augment",
        title = "Augment",
        category = "images",
        help =
                "Varies training pictures whenever they are shown, so that what is chance in a few pictures is not learnt:"
                        + " mirrored, cut at another place, in slightly other colours.",
        words = {"augmentation", "flip", "mirror", "crop", "colour", "color", "jitter", "brightness", "hue", "dataset"})
public final class AugmentPictures implements Node {

    @Input(help = "The pictures to vary.")
    Dataset images;

    @Setting(help = "Shows every other one mirrored, by chance; not for writing or a parting in the hair.")
    boolean flip = true;

    @Setting(help = "Where a picture has to be cut to its size, cuts at a random place instead of evenly.")
    boolean crop = false;

    @Setting(min = 0, max = 1, step = 0.05, help = "The most that brightness changes by: 0.1 is a tenth, either way.")
    double brightness = 0;

    @Setting(min = 0, max = 1, step = 0.05, help = "The most that contrast changes by.")
    double contrast = 0;

    @Setting(min = 0, max = 1, step = 0.05, help = "The most that the strength of colours changes by.")
    double saturation = 0;

    @Setting(
            min = 0,
            max = 0.5,
            step = 0.01,
            unit = "turns",
            help = "The most that colours turn around the circle of colours; 0.5 turns red to cyan.")
    double hue = 0;

    @Setting(help = "What else is done to them, last of all, in a way that a plugin brings.")
    Augmentation more = Augmentation.Own.NONE;

    @Setting(
            min = 0,
            max = 1000,
            unit = "variants",
            help =
                    "How many crops and colours each picture has. Each is encoded once before the training; 0 makes a new one"
                            + " whenever the picture is shown, which makes every step slower.")
    int variants = 8;

    @Setting(min = 0, control = Control.SEED, advanced = true, help = "Chooses the crops and colours.")
    long seed = 0;

    @Output(help = "The same pictures, varied when they are trained on.")
    Dataset augmented;

    @Override
    public void configure(Specs specs) {
        if (augment().equals(new Augment(false, false, Colours.Jitter.NONE, variants, seed))) {
            throw new Problem(
                    "nothing would be varied", "everything is off", "turn something on, or take the node away");
        }
        specs.of("images", DatasetSpec.class)
                .ifPresent(spec -> specs.output(
                        "augmented",
                        spec.dataset()
                                .map(known -> DatasetSpec.of(augmented(known)))
                                .orElse(spec)));
    }

    @Override
    public void run(Run run) {
        augmented = augmented(images);
        if (crop && images.items().stream().noneMatch(AugmentPictures::isCut)) {
            run.warn("No picture has to be cut, so random cropping changes nothing.");
        }
        long pictures =
                augmented.items().stream().map(Dataset.Item::file).distinct().count();
        run.log(
                augment().fresh()
                        ? pictures + " pictures, encoded anew whenever they are shown."
                        : pictures + " pictures, each in " + augment().forms() + " forms.");
    }

    private Augment augment() {
        return new Augment(flip, crop, new Colours.Jitter(brightness, contrast, saturation, hue), variants, seed, more);
    }

    private Dataset augmented(Dataset data) {
        return data.with(
                data.items().stream().map(item -> item.withAugment(augment())).toList());
    }

    /** Whether it has another shape than it is trained at. */
    private static boolean isCut(Dataset.Item item) {
        TrainingSize own = item.ownSize();
        return item.fit() == Fit.CROP && (long) own.width() * item.height() != (long) own.height() * item.width();
    }
}
