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
import graft.sample.SelfAttentionGuidance;
import graft.tensor.Compute;
import java.util.List;

/** Has a model draw away from what it would draw if the places that it looks at most were blurred. */
@NodeType(
        id = "graft/model/self-attention-guidance",
        title = "Self-Attention Guidance",
        category = "sampling",
        help =
                "Draws away from what the model would draw if the places that it looks at most were blurred: details get sharper. Each"
                        + " step takes half as long again. Pictures of 32 pixels or less each way stay as they are.",
        words = {"sag", "selfattentionguidance", "guidance", "blur", "detail", "sharp"})
public final class GuideBySelfAttention implements Node {

    @Input(help = "The model that draws: Stable Diffusion 1, 2 or XL.")
    Checkpoint model;

    @Setting(
            min = -2,
            max = 5,
            step = 0.05,
            help =
                    "How strongly; 0 is not at all, and below it pictures get softer. It adds to the sampler's guidance.")
    double scale = 0.5;

    @Setting(
            min = 0,
            max = 10,
            step = 0.1,
            unit = "latents",
            help = "How wide the blur is, as the deviation of a Gaussian that ends 4 latents away.")
    double blur = 2;

    @Output(help = "The model that draws so.")
    Checkpoint sharpened;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("sharpened", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        sharpened = model.with(new SelfAttentionGuidance(scale, blur), List.of());
    }
}
