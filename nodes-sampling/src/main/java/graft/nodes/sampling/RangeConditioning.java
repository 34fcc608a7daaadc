package graft.nodes.sampling;

import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;

/** Has a prompt act in a part of the walk. */
@NodeType(
        id = "graft/conditioning/range",
        title = "Conditioning Range",
        category = "conditioning",
        help =
                "Has a prompt act from one point of the way from noise to picture to another; combine it with others for the rest. The beginning decides what is where, the end the details.",
        words = {"conditioningsettimesteprange", "timestep", "start", "end", "schedule", "when"})
public final class RangeConditioning implements Node {

    @Input(help = "The prompt.")
    Conditioning conditioning;

    @Setting(
            min = 0,
            max = 1,
            step = 0.05,
            unit = "of the timesteps",
            help = "From where it acts; 0 is from the first step on.")
    double start = 0;

    @Setting(min = 0, max = 1, step = 0.05, unit = "of the timesteps", help = "Up to where; 1 is to the end.")
    double end = 1;

    @Output(help = "The prompt in its time.")
    Conditioning timed;

    @Override
    public void configure(Specs specs) {
        PromptPair.checkRange(start, end);
        specs.of("conditioning", ConditioningSpec.class).ifPresent(spec -> specs.output("timed", spec));
    }

    @Override
    public void run(Run run) {
        timed = conditioning.during(start, end);
    }
}
