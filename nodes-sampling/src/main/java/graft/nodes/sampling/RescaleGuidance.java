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
import graft.sample.RescaledGuidance;
import graft.tensor.Compute;
import java.util.List;

/** Takes guidance back where it makes pictures too strong. */
@NodeType(
        id = "graft/model/rescale-guidance",
        title = "Rescale Guidance",
        category = "sampling",
        help =
                "Takes the sampler's guidance back where it makes pictures too bright or too strong in colour, as models of v"
                        + " prediction with zero terminal SNR need it; at no cost of time. It is ComfyUI's RescaleCFG. Sample's own guidance"
                        + " rescale is that of diffusers, which is another one for models that predict noise.",
        words = {"rescalecfg", "cfg", "guidance", "zsnr", "v prediction", "burnt", "saturation"})
public final class RescaleGuidance implements Node {

    @Input(help = "The model that draws: Stable Diffusion 1, 2 or XL.")
    Checkpoint model;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            help = "How far it is taken back: 0 not at all, 1 to the strength of a picture without guidance.")
    double share = 0.7;

    @Output(help = "The model that is guided so.")
    Checkpoint rescaled;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("rescaled", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        rescaled = model.with(new RescaledGuidance(share), List.of());
    }
}
