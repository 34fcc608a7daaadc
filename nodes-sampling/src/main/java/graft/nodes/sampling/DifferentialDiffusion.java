package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.tensor.Compute;

/** Has a model take a mask's greys as the time from which on each place is drawn. */
@NodeType(
        id = "graft/model/differential",
        title = "Differential Diffusion",
        category = "sampling",
        help =
                "Has the greys of a mask tell how much of each place is drawn anew: a place of 0.3 is left as it is for the first 70"
                        + " % of the way and drawn in the rest. So a soft mask changes a picture gradually, without a seam.",
        words = {"inpaint", "soft mask", "gradient", "seam", "differentialdiffusion", "denoise"})
public final class DifferentialDiffusion implements Node {

    @Input(help = "The model that draws.")
    Checkpoint model;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            help =
                    "How far: 1 draws each place wholly or not at all at each step, below that its grey is mixed in; 0 is as 1, as in"
                            + " ComfyUI.")
    double strength = 1;

    @Output(help = "The model that draws so where latents have a mask.")
    Checkpoint differential;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("differential", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        differential = model.withDifferential(strength == 0 ? 1 : strength);
    }
}
