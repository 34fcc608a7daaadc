package graft.nodes.sampling;

import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
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

/** Makes the empty canvas that sampling starts from. */
@NodeType(
        id = "graft/latents/empty",
        title = "Empty Latents",
        category = "latents",
        help = "Makes an empty canvas for the sampler: how large the pictures are and how many are made at once.",
        words = {"size", "width", "height", "batch", "latent image", "new"})
public final class EmptyLatents implements Node {

    @Input(help = "The model that will fill them: it says how many pixels a latent stands for.")
    Checkpoint model;

    @Setting(min = 8, max = 8192, step = 8, unit = "pixels", help = "Width of the pictures.")
    int width = 512;

    @Setting(min = 8, max = 8192, step = 8, unit = "pixels", help = "Height of the pictures.")
    int height = 512;

    @Setting(
            min = 1,
            max = 64,
            unit = "pictures",
            help = "How many pictures are made at once, each from its own noise.")
    int batch = 1;

    @Output(help = "Latents without content.")
    Latents latents;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            int factor = spec.pixelsPerLatent();
            specs.output(
                    "latents",
                    new LatentsSpec(
                            batch,
                            spec.latentChannels(),
                            divided(height, factor, "height"),
                            divided(width, factor, "width")));
        });
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        CheckpointSpec spec = model.spec();
        int factor = spec.pixelsPerLatent();
        Shape shape = new Shape(
                batch, spec.latentChannels(), divided(height, factor, "height"), divided(width, factor, "width"));
        latents = new Latents(model.compute().newManager().zeros(shape), true);
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
