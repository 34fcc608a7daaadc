package graft.nodes.sampling;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Family;
import graft.model.Latents;
import graft.model.LatentsSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.tensor.Compute;
import java.util.List;

/** Makes the empty canvas that sampling starts from. */
@NodeType(
        id = "graft/latents/empty",
        version = 2,
        title = "Empty Latents",
        category = "latents",
        help = "Makes an empty canvas for the sampler: how large the pictures are and how many are made at once.",
        words = {"size", "width", "height", "batch", "latent image", "new"})
public final class EmptyLatents implements Node {

    @Input(help = "The model that will fill them: it says how many pixels a latent stands for.")
    Checkpoint model;

    @Setting(
            min = 0,
            max = 8192,
            step = 8,
            unit = "pixels",
            help = "Width of the pictures; 0 for the size that the model was made for.")
    int width = 0;

    @Setting(
            min = 0,
            max = 8192,
            step = 8,
            unit = "pixels",
            help = "Height of the pictures; 0 for the size that the model was made for.")
    int height = 0;

    @Setting(
            min = 1,
            max = 64,
            unit = "pictures",
            help = "How many pictures are made at once, each from its own noise.")
    int batch = 1;

    @Output(help = "Latents without content.")
    Latents latents;

    @Override
    public void migrate(int savedVersion, JsonObject settings) {
        for (String side : List.of("width", "height")) {
            if (savedVersion < 2 && !settings.has(side)) {
                settings.addProperty(side, 512); // the default then
            }
        }
    }

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.output("latents", new LatentsSpec(batch, spec.latentChannels(), rows(spec), columns(spec)));
            boolean chosen = !specs.wired("width") && !specs.wired("height");
            spec.sizeWarning(pixels(width, spec, "width"), pixels(height, spec, "height"))
                    .filter(warning -> chosen)
                    .ifPresent(warning -> specs.warn("The pictures will be drawn " + warning + "."));
        });
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        CheckpointSpec spec = model.spec();
        Shape shape = new Shape(batch, spec.latentChannels(), rows(spec), columns(spec));
        latents = new Latents(model.compute().newManager().zeros(shape), true);
    }

    private int rows(CheckpointSpec spec) {
        return divided(pixels(height, spec, "height"), spec.pixelsPerLatent(), "height");
    }

    private int columns(CheckpointSpec spec) {
        return divided(pixels(width, spec, "width"), spec.pixelsPerLatent(), "width");
    }

    private static int pixels(int wanted, CheckpointSpec spec, String setting) {
        return wanted > 0
                ? wanted
                : Family.of(spec).usualSize(spec).orElseThrow(() -> new Problem(
                                "the " + setting + " is 0",
                                "it is not known for which size the model was made",
                                "set it, for example to 512")
                        .at(setting));
    }

    static int divided(int pixels, int factor, String setting) {
        if (pixels % factor != 0) {
            int lower = Math.max(1, pixels / factor) * factor;
            throw new Problem(
                            "the " + setting + " of " + pixels + " pixels does not fit the model",
                            "each of its latents stands for " + factor + " by " + factor + " pixels",
                            "set it to " + lower + " or " + (lower + factor))
                    .at(setting);
        }
        return pixels / factor;
    }
}
