package graft.nodes.sampling;

import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.MaskedBy;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.picture.Mask;

/** Has a prompt count where a mask is white. */
@NodeType(
        id = "graft/conditioning/mask",
        title = "Conditioning Mask",
        category = "conditioning",
        help =
                "Has a prompt count where a mask is white, and less where it is grey; combine it with others for the rest.",
        words = {"conditioningsetmask", "region", "regional", "paint", "where"})
public final class MaskConditioning implements Node {

    @Input(help = "The prompt.")
    Conditioning conditioning;

    @Input(help = "Where it counts; stretched to the picture.")
    Mask mask;

    @Setting(min = 0, max = 10, step = 0.05, help = "What the mask is multiplied by.")
    double strength = 1;

    @Setting(
            help =
                    "What the model sees for it: the whole picture, or the rectangle around what is not black in the mask, which"
                            + " is faster and draws as if that were a picture of its own.")
    MaskBounds bounds = MaskBounds.DEFAULT;

    @Output(help = "The prompt in its place.")
    Conditioning placed;

    @Override
    public void configure(Specs specs) {
        specs.of("conditioning", ConditioningSpec.class).ifPresent(spec -> specs.output("placed", spec));
    }

    @Override
    public void run(Run run) {
        MaskedBy places = new MaskedBy(mask, strength, bounds == MaskBounds.MASK_BOUNDS);
        placed = conditioning.map(entry -> entry.within(places));
    }
}
