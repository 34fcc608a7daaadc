package graft.nodes.sampling;

import graft.model.Area;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;

/** Has a prompt be about a rectangle of the picture, whatever its size. */
@NodeType(
        id = "graft/conditioning/area-share",
        title = "Conditioning Area (Shares)",
        category = "conditioning",
        help =
                "Has a prompt be about a rectangle of the picture, given in shares of its sides; combine it with others for the rest. Its edges within the picture fade.",
        words = {"conditioningsetareapercentage", "region", "rectangle", "regional", "percent"})
public final class AreaShareConditioning implements Node {

    @Input(help = "The prompt.")
    Conditioning conditioning;

    @Setting(min = 0, max = 1, step = 0.05, help = "Of the rectangle, as a share of the picture's.")
    double width = 1;

    @Setting(min = 0, max = 1, step = 0.05, help = "Of the rectangle, as a share of the picture's.")
    double height = 1;

    @Setting(min = 0, max = 1, step = 0.05, help = "Where it begins, from the left: 0.5 is the middle.")
    double x = 0;

    @Setting(min = 0, max = 1, step = 0.05, help = "Where it begins, from the top: 0.5 is the middle.")
    double y = 0;

    @Setting(min = 0, max = 10, step = 0.05, help = "How much it counts beside other prompts at the same place.")
    double strength = 1;

    @Output(help = "The prompt in its place.")
    Conditioning placed;

    @Override
    public void configure(Specs specs) {
        specs.of("conditioning", ConditioningSpec.class).ifPresent(spec -> specs.output("placed", spec));
    }

    @Override
    public void run(Run run) {
        placed = conditioning.map(
                entry -> entry.within(Area.ofShares(x, y, width, height)).weighing(strength));
    }
}
