package graft.nodes.sampling;

import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.Context;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Operators;

/** Puts zeros in place of what a prompt says. */
@NodeType(
        id = "graft/conditioning/zero",
        title = "Zero Conditioning",
        category = "conditioning",
        help =
                "Puts zeros in place of all that a prompt says: a negative prompt that is no text at all, not even an empty one.",
        words = {"conditioningzeroout", "nothing", "empty", "unconditional", "negative"})
public final class ZeroConditioning implements Node {

    @Input(help = "The prompt whose size is kept.")
    Conditioning conditioning;

    @Output(help = "Nothing, of that size.")
    Conditioning zero;

    @Override
    public void configure(Specs specs) {
        specs.of("conditioning", ConditioningSpec.class).ifPresent(spec -> specs.output("zero", spec));
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        zero = conditioning.computed(entry -> entry.with(nothing(entry.context())));
    }

    private static Context nothing(Context context) {
        return new Context(
                context.states().zerosLike(),
                context.pooled() == Operators.NONE
                        ? Operators.NONE
                        : context.pooled().zerosLike(),
                context.sizes(),
                context.concat(),
                context.residuals());
    }
}
