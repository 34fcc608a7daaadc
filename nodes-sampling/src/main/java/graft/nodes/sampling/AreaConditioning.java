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

/** Has a prompt be about a rectangle of the picture. */
@NodeType(
        id = "graft/conditioning/area",
        title = "Conditioning Area",
        category = "conditioning",
        help =
                "Has a prompt be about a rectangle of the picture, given in pixels; combine it with others for the rest. Its edges within the picture fade.",
        words = {"conditioningsetarea", "region", "rectangle", "regional", "place"})
public final class AreaConditioning implements Node {

    @Input(help = "The prompt.")
    Conditioning conditioning;

    @Setting(min = 8, max = 16384, step = 8, unit = "pixels", help = "Of the rectangle.")
    int width = 256;

    @Setting(min = 8, max = 16384, step = 8, unit = "pixels", help = "Of the rectangle.")
    int height = 256;

    @Setting(min = 0, max = 16384, step = 8, unit = "pixels", help = "Where it begins, from the left.")
    int x = 0;

    @Setting(min = 0, max = 16384, step = 8, unit = "pixels", help = "Where it begins, from the top.")
    int y = 0;

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
                entry -> entry.within(Area.ofPixels(x, y, width, height)).weighing(strength));
    }
}
