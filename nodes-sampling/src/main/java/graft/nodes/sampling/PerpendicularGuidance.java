package graft.nodes.sampling;

import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.sample.PerpendicularNegative;
import graft.tensor.Compute;
import java.util.List;

/** Has a model draw away from what is in the negative prompt and not in the positive one. */
@NodeType(
        id = "graft/model/perpendicular-negative",
        title = "Perpendicular Negative",
        category = "sampling",
        help =
                "Draws away from that alone which the negative prompt says and the positive one does not, so that a negative prompt does"
                        + " not take away what is to be drawn. Each step takes half as long again. It is ComfyUI's PerpNeg.",
        words = {"perpneg", "perp-neg", "perpnegguider", "negative prompt", "guidance"})
public final class PerpendicularGuidance implements Node {

    @Input(help = "The model that draws: Stable Diffusion 1, 2 or XL.")
    Checkpoint model;

    @Input(help = "An empty prompt, which both prompts are compared with.")
    Conditioning empty;

    @Setting(
            min = 0,
            max = 100,
            step = 0.1,
            help = "How much the negative prompt counts beside the positive one; 0 leaves it out.")
    double scale = 1;

    @Output(help = "The model that is guided so; its Sample has the negative prompt.")
    Checkpoint guided;

    @Override
    public void configure(Specs specs) {
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            specs.of("empty", ConditioningSpec.class)
                    .ifPresent(given -> LatentsDrawing.checkWidth(given, spec, "empty"));
            specs.output("guided", spec);
        });
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        guided = model.with(new PerpendicularNegative(empty.present(), scale), List.of(), List.of(empty));
    }
}
