package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Latents;
import graft.model.LatentsSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.picture.Crop;
import graft.tensor.Compute;

/** Brings latents to another size. */
@NodeType(
        id = "graft/latents/upscale",
        title = "Upscale Latents",
        category = "latents",
        help =
                "Brings latents to another size without making pictures of them, as ComfyUI does: sample again afterwards, with"
                        + " denoise at about 0.5, as scaled latents alone look soft or broken.",
        words = {"latentupscale", "hires", "high resolution", "second pass", "resize", "enlarge", "scale", "bislerp"})
public final class UpscaleLatents implements Node {

    private static final int USUAL_FACTOR = 8;
    /** The least, in latent positions. */
    private static final int LEAST = 8;

    @Input(help = "What a sampler has drawn.")
    Latents latents;

    @Input(
            optional = true,
            help =
                    "The model that they are of: it says how many pixels a latent stands for. Eight when nothing is wired, as"
                            + " for Stable Diffusion; the built-in model has four.")
    Checkpoint model;

    @Setting(
            min = 0,
            max = 16384,
            step = 8,
            unit = "pixels",
            help = "Width of the pictures; 0 keeps the ratio of the sides. Never less than 8 latents.")
    int width = 512;

    @Setting(
            min = 0,
            max = 16384,
            step = 8,
            unit = "pixels",
            help = "Height of the pictures; 0 keeps the ratio of the sides. Never less than 8 latents.")
    int height = 512;

    @Setting(help = "How: nearest copies numbers, the others mix neighbours; bislerp keeps their length while it does.")
    LatentScaling method = LatentScaling.NEAREST;

    @Setting(help = "What becomes of latents of another shape: stretched, or cut to the middle.")
    Crop crop = Crop.NONE;

    @Output(help = "The latents at the new size, with their mask if they have one.")
    Latents upscaled;

    @Override
    public void configure(Specs specs) {
        int factor = specs.of("model", CheckpointSpec.class)
                .map(CheckpointSpec::pixelsPerLatent)
                .orElse(USUAL_FACTOR);
        boolean known =
                !specs.wired("model") || specs.of("model", CheckpointSpec.class).isPresent();
        specs.of("latents", LatentsSpec.class)
                .filter(spec -> known)
                .ifPresent(spec -> specs.output("upscaled", wanted(spec, factor)));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        LatentsSpec wanted = wanted(
                latents.spec(), model == null ? USUAL_FACTOR : model.spec().pixelsPerLatent());
        upscaled = ScaledLatents.of(latents, wanted.width(), wanted.height(), method.way(), crop);
    }

    private LatentsSpec wanted(LatentsSpec given, int factor) {
        if (width == 0 && height == 0) {
            return given;
        }
        int least = LEAST * factor;
        int high = Math.max(least, height);
        int wide = Math.max(least, width);
        if (width == 0) {
            wide = Math.max(least, (int) Math.rint((double) given.width() * high / given.height()));
        } else if (height == 0) {
            high = Math.max(least, (int) Math.rint((double) given.height() * wide / given.width()));
        }
        return new LatentsSpec(given.count(), given.channels(), high / factor, wide / factor);
    }
}
