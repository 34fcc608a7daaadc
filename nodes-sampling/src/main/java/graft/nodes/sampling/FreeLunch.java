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
import graft.sample.FreeU;
import graft.tensor.Compute;
import java.util.List;

/** Weighs what a model's network joins on its way up otherwise. */
@NodeType(
        id = "graft/model/freeu",
        title = "FreeU",
        category = "sampling",
        help =
                "Weighs what the model's network joins on its way up otherwise: more of what comes from its depth, less of the coarse"
                        + " part of what goes past it. Pictures get more contrast and clearer shapes at no cost of time.",
        words = {"freeu_v2", "backbone", "skip", "contrast", "quality"})
public final class FreeLunch implements Node {

    /** How what comes from the depth counts more. */
    enum Version {
        /** Everywhere alike. */
        V1,
        /** By how strong it is at each place. */
        V2
    }

    @Input(help = "The model that draws: Stable Diffusion 1, 2 or XL.")
    Checkpoint model;

    @Setting(
            min = 0,
            max = 10,
            step = 0.01,
            help = "How much the depth counts at the lowest resolutions; 1 is as it is.")
    double b1 = 1.3;

    @Setting(min = 0, max = 10, step = 0.01, help = "How much the depth counts at the next higher one; 1 is as it is.")
    double b2 = 1.4;

    @Setting(
            min = 0,
            max = 10,
            step = 0.01,
            help = "How much the coarse part of what goes past counts at the lowest resolutions; 1 is as it is.")
    double s1 = 0.9;

    @Setting(
            min = 0,
            max = 10,
            step = 0.01,
            help = "How much the coarse part of what goes past counts at the next higher one; 1 is as it is.")
    double s2 = 0.2;

    @Setting(
            advanced = true,
            help =
                    "V2 raises the depth most where it says most, and is ComfyUI's FreeU_V2; V1 raises it everywhere alike, with b1 of"
                            + " 1.1 and b2 of 1.2 as usual values.")
    Version version = Version.V2;

    @Output(help = "The model that draws so.")
    Checkpoint freed;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> specs.output("freed", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        // A network that takes no hooks is refused below, and may have no such layer.
        int width = model.network().takesHooks() ? (int) model.network().weightShape("conv_in")[0] : 0;
        freed = model.with(new FreeU(width, version == Version.V2, b1, b2, s1, s2), List.of());
    }
}
