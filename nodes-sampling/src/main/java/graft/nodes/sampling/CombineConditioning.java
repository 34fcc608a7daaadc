package graft.nodes.sampling;

import graft.model.Conditioning;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Specs;

/** Has two prompts draw one picture together. */
@NodeType(
        id = "graft/conditioning/combine",
        title = "Combine Conditioning",
        category = "conditioning",
        help =
                "Has two prompts draw one picture together: at each step what the model makes of either is averaged, by strength where prompts have areas or masks.",
        words = {"conditioningcombine", "and", "regions", "both", "prompts"})
public final class CombineConditioning implements Node {

    @Input(help = "A prompt, or several that were combined before.")
    Conditioning first;

    @Input(help = "Another one, for the same model.")
    Conditioning second;

    @Output(help = "Both, to be wired where one prompt is.")
    Conditioning conditioning;

    @Override
    public void configure(Specs specs) {
        PromptPair.ofBoth(specs);
    }

    @Override
    public void run(Run run) {
        conditioning = first.and(second);
    }
}
