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
import graft.sample.PerturbedAttention;
import graft.tensor.Compute;
import java.util.List;

/** Has a model draw away from what it would draw with its attention spoilt. */
@NodeType(
        id = "graft/model/perturbed-attention",
        title = "Perturbed Attention Guidance",
        category = "sampling",
        help =
                "Draws away from what the model would draw if no place in the middle of its network looked at another: shapes hold"
                        + " together better, also without a negative prompt. Each step takes half as long again.",
        words = {"pag", "perturbedattentionguidance", "guidance", "structure", "quality"})
public final class PerturbAttention implements Node {

    @Input(help = "The model that draws.")
    Checkpoint model;

    @Setting(
            min = 0,
            max = 100,
            step = 0.1,
            help =
                    "How strongly; 0 is not at all. It adds to the sampler's guidance, which suits lower values beside it: 3 here and"
                            + " 4 there.")
    double scale = 3;

    @Output(help = "The model that draws so.")
    Checkpoint perturbed;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("perturbed", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        perturbed = model.with(new PerturbedAttention(scale), List.of());
    }
}
