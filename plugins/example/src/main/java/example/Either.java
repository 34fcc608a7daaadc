package example;

import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import java.util.List;

/** Hands on one of two things of whatever kind: inputs of anything that are lazy, and an output of the kind that is wired in. */
@NodeType(
        id = "example/flow/either",
        title = "Either",
        category = "flow",
        help = "Hands on one of two things. What leads to the other alone does not run.",
        words = {"switch", "if", "choose"})
public final class Either implements Node {

    @Setting(help = "Whether it is the first.")
    boolean first = true;

    @Input(lazy = true)
    Object one;

    @Input(lazy = true, help = "Of the same kind as the first.")
    Object other;

    @Output(as = "one")
    Object chosen;

    @Override
    public List<String> needs() {
        return List.of(first ? "one" : "other");
    }

    @Override
    public void run(Run run) {
        chosen = first ? one : other;
    }
}
