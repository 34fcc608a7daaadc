package graft.nodes.sampling;

import graft.model.Latents;
import graft.model.LatentsSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Specs;
import graft.picture.Mask;

/** Says which part of latents is drawn anew. */
@NodeType(
        id = "graft/latents/noise-mask",
        title = "Set Noise Mask",
        category = "latents",
        help =
                "Says which part of a picture's latents is drawn anew: the sampler draws where the mask is 1 and leaves the rest.",
        words = {"setlatentnoisemask", "inpaint", "mask", "part", "region"})
public final class NoiseMask implements Node {

    @Input(help = "A picture's latents.")
    Latents latents;

    @Input(help = "1 where it is to be drawn anew, of any size.")
    Mask mask;

    @Output(help = "The latents with the mask, in place of the one that they had.")
    Latents masked;

    @Override
    public void configure(Specs specs) {
        specs.of("latents", LatentsSpec.class).ifPresent(spec -> specs.output("masked", spec));
    }

    @Override
    public void run(Run run) {
        masked = latents.with(mask);
    }
}
