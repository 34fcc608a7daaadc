package graft.nodes.sampling;

import graft.model.Conditioning;
import graft.model.Context;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Specs;
import graft.tensor.Compute;

/** Puts a prompt's tokens after those of another. */
@NodeType(
        id = "graft/conditioning/concatenate",
        title = "Concatenate Conditioning",
        category = "conditioning",
        help = "Puts the second prompt's tokens after the first's, so that the model reads them as one long prompt.",
        words = {"conditioningconcat", "concat", "long prompt", "break", "join"})
public final class ConcatenateConditioning implements Node {

    @Input(help = "What the tokens are put after; its pooled text stays. Of several, each is made longer.")
    Conditioning first;

    @Input(help = "Whose tokens come after. Of several, the first is taken.")
    Conditioning second;

    @Output(help = "The longer prompt.")
    Conditioning conditioning;

    @Override
    public void configure(Specs specs) {
        PromptPair.ofBoth(specs);
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        PromptPair.sayIfMore(run, second);
        Context after = second.context();
        conditioning = first.computed(
                entry -> entry.named(entry.prompt() + "\n" + second.prompt()).with(joined(entry.context(), after)),
                second);
    }

    private static Context joined(Context one, Context after) {
        int count = PromptPair.count(one, after);
        return one.withStates(
                PromptPair.repeated(one.states(), count).concat(PromptPair.repeated(after.states(), count), 1));
    }
}
