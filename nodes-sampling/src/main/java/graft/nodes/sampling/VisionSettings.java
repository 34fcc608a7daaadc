package graft.nodes.sampling;

import graft.file.Location;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.score.ModelEncoders;
import graft.tensor.Compute;
import graft.vision.ClipModel;
import graft.vision.DinoModel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What looks at pictures that are scored. */
final class VisionSettings {

    private static final String DINO = "builtin:emoji-dino, or a folder with a ViT in the layout of Hugging Face";
    private static final String CLIP =
            "builtin:emoji-clip, or a folder with a CLIP model in the layout of Hugging Face";

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

    /** @throws Problem placed at the model that is not there, or is another */
    void check(Specs specs) {
        inspect(specs, "dino", dino(), DinoModel::inspect);
        inspect(specs, "clip", clip(), ClipModel::inspect);
    }

    private static void inspect(Specs specs, String setting, Path folder, Consumer<Path> look) {
        specs.reads(folder);
        try {
            look.accept(folder);
        } catch (Problem e) {
            throw e.at(setting);
        }
    }

    Path dino() {
        return Location.of(dino, "dino", DINO);
    }

    Path clip() {
        return Location.of(clip, "clip", CLIP);
    }

    /** Both, to be closed by the caller. */
    ModelEncoders encoders(Compute compute) {
        return ModelEncoders.load(dino(), clip(), compute);
    }
}
