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

/** Has a model read text by an earlier layer of its text encoder. */
@NodeType(
        id = "graft/model/clip-skip",
        title = "Clip Skip",
        category = "text",
        help =
                "Has a model read prompts, and captions in training, by an earlier layer of its text encoder, as models for"
                        + " anime want it (CLIPSetLastLayer in ComfyUI, with the sign turned). Stable Diffusion XL and 2 read by layer 2 from the last without it.",
        words = {"clip", "skip", "layer", "anime", "last", "penultimate"})
public final class ClipSkip implements Node {

    @Input(help = "The model that is to read so.")
    Checkpoint model;

    @Setting(
            min = 1,
            max = 24,
            unit = "th layer from the last",
            help =
                    "1 reads by the last layer, as Stable Diffusion 1 does by itself; 2 by the one before it, and so on.")
    int skip = 2;

    @Output(help = "The model that reads so.")
    Checkpoint skipping;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("skipping", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        skipping = model.withClipSkip(skip);
    }
}
