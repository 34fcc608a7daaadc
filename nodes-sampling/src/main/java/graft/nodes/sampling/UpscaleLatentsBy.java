package graft.nodes.sampling;

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
import graft.picture.Scaling;
import graft.tensor.Compute;

/** Makes latents larger or smaller by a factor. */
@NodeType(
        id = "graft/latents/upscale-by",
        title = "Upscale Latents By",
        category = "latents",
        help =
                "Makes latents larger or smaller by a factor without making pictures of them, as ComfyUI does: sample again"
                        + " afterwards, with denoise at about 0.5.",
        words = {"latentupscaleby", "hires", "high resolution", "second pass", "resize", "enlarge", "scale", "bislerp"})
public final class UpscaleLatentsBy implements Node {

    @Input(help = "What a sampler has drawn.")
    Latents latents;

    @Setting(min = 0.01, max = 8, step = 0.05, help = "How many times larger each side becomes.")
    double factor = 1.5;

    @Setting(help = "How: nearest copies numbers, the others mix neighbours; bislerp keeps their length while it does.")
    LatentScaling method = LatentScaling.NEAREST;

    @Output(help = "The latents at the new size, with their mask if they have one.")
    Latents upscaled;

    @Override
    public void configure(Specs specs) {
        specs.of("latents", LatentsSpec.class)
                .ifPresent(spec -> specs.output(
                        "upscaled",
                        new LatentsSpec(
                                spec.count(),
                                spec.channels(),
                                Scaling.times(spec.height(), factor),
                                Scaling.times(spec.width(), factor))));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        LatentsSpec given = latents.spec();
        upscaled = ScaledLatents.of(
                latents,
                Scaling.times(given.width(), factor),
                Scaling.times(given.height(), factor),
                method.way(),
                Crop.NONE);
    }
}
