package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.Conditioning;
import graft.model.Context;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Operators;

/** Mixes two prompts. */
@NodeType(
        id = "graft/conditioning/average",
        title = "Average Conditioning",
        category = "conditioning",
        help = "Mixes two prompts into one between them: 1 is the first alone, 0 the second.",
        words = {"conditioningaverage", "blend", "mix", "interpolate", "lerp"})
public final class AverageConditioning implements Node {

    @Input(help = "One prompt, whose length stays. Of several, each is mixed.")
    Conditioning first;

    @Input(help = "The other. Of several, the first is taken.")
    Conditioning second;

    @Setting(min = 0, max = 1, step = 0.05, help = "How much of the first prompt there is.")
    double share = 1;

    @Output(help = "The prompt between them.")
    Conditioning conditioning;

    @Override
    public void configure(Specs specs) {
        PromptPair.ofBoth(specs);
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        PromptPair.sayIfMore(run, second);
        Context other = second.context();
        conditioning = first.computed(
                entry -> entry.named(entry.prompt() + "\n" + second.prompt()).with(mixed(entry.context(), other)),
                second);
    }

    private Context mixed(Context one, Context other) {
        int count = PromptPair.count(one, other);
        NDArray states = PromptPair.repeated(one.states(), count);
        NDArray others = ofLength(PromptPair.repeated(other.states(), count), states.getShape());
        NDArray pooled = one.pooled() == Operators.NONE
                ? other.pooled()
                : other.pooled() == Operators.NONE
                        ? one.pooled()
                        : mixed(PromptPair.repeated(one.pooled(), count), PromptPair.repeated(other.pooled(), count));
        return new Context(mixed(states, others), pooled, one.sizes(), one.concat(), one.residuals());
    }

    private NDArray mixed(NDArray one, NDArray other) {
        return one.mul((float) share).add(other.mul((float) (1 - share)));
    }

    /** Cut, or filled up with zeros. */
    private static NDArray ofLength(NDArray states, Shape wanted) {
        long length = wanted.get(1);
        long missing = length - states.getShape().get(1);
        if (missing <= 0) {
            return states.get(new NDIndex(":, 0:{}", length));
        }
        Shape shape = new Shape(wanted.get(0), missing, wanted.get(2));
        return NDArrays.concat(new NDList(states, states.getManager().zeros(shape)), 1);
    }
}
