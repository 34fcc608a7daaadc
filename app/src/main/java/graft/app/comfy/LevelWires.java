package graft.app.comfy;

import com.google.gson.JsonElement;
import graft.app.workflow.Port;
import graft.app.workflow.Wire;
import java.util.List;
import java.util.Optional;

/** Draws the wires of one level between the nodes that it has become, and tells of those that cannot be. */
final class LevelWires {

    private final Optional<ComfySubgraph> within;
    private final Definitions definitions;
    private final Origins origins;
    private final Ends ends;
    private final Draft draft;
    private final Remarks remarks;

    LevelWires(
            Optional<ComfySubgraph> within,
            Definitions definitions,
            Origins origins,
            Ends ends,
            Draft draft,
            Remarks remarks) {
        this.within = within;
        this.definitions = definitions;
        this.origins = origins;
        this.ends = ends;
        this.draft = draft;
        this.remarks = remarks;
    }

    /** Draws what enters a node. */
    void into(ComfyNode node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            ComfyNode.Input input = node.inputs().get(i);
            if (input.link().isPresent()) {
                List<Ends.Target> targets = ends.targets(node, i, input);
                Optional<ComfyNode> primitive = origins.primitive(input);
                if (primitive.isPresent()) {
                    value(node, primitive.get(), targets);
                } else {
                    wire(node, input, input.link().get(), targets);
                }
            }
        }
    }

    private void value(ComfyNode node, ComfyNode primitive, List<Ends.Target> targets) {
        JsonElement value = primitive.value().orElse(null);
        for (Ends.Target target : targets) {
            remarks.say(
                    target.node(),
                    "the value of ComfyUI's " + primitive.called() + " is now that of the setting " + target.socket());
            // Those of other nodes have it already.
            if (value != null && definitions.of(node.type()).isPresent()) {
                draft.set(target.node(), target.socket(), value);
            }
        }
    }

    private void wire(ComfyNode node, ComfyNode.Input input, ComfyLink link, List<Ends.Target> targets) {
        Optional<Ends.End> from = ends.source(link);
        if (from.isEmpty()) {
            fromNowhere(node, input, link, targets);
            return;
        }
        for (Ends.Target target : targets) {
            if (from.get().node().isEmpty()) {
                String port = from.get().socket();
                draft.inputs().add(new Port(port, title(port), target.node(), target.socket()));
            } else {
                draft.wires()
                        .add(new Wire(
                                from.get().node(),
                                from.get().socket(),
                                target.node(),
                                target.socket(),
                                from.get().via()));
            }
        }
        unknownEnds(node, input, link);
    }

    private void fromNowhere(ComfyNode node, ComfyNode.Input input, ComfyLink link, List<Ends.Target> targets) {
        remarks.say(
                draft.made(node).id(),
                "the wire that enters " + input.name() + " of ComfyUI's " + node.called() + " is not taken over: "
                        + origins.whyNone(link));
        if (node.counterpart().isPresent()) {
            // Without the wire a setting would have its own value in silence: a check names wires from nowhere.
            String nowhere = draft.id("missing");
            targets.forEach(target -> draft.wires()
                    .add(new Wire(nowhere, "output" + Math.max(0, link.slot()), target.node(), target.socket())));
        }
    }

    private String title(String port) {
        ComfySubgraph subgraph = within.orElseThrow();
        int index = definitions.sockets(subgraph.id()).inputs().indexOf(port);
        ComfySubgraph.Input input = subgraph.inputs().get(index);
        return input.title().isEmpty() && !input.name().equals(port) ? input.name() : input.title();
    }

    /** Wires that end in what there is not here stay under the names that they have there, and a check refuses them. */
    private void unknownEnds(ComfyNode node, ComfyNode.Input input, ComfyLink link) {
        String id = draft.made(node).id();
        Optional<Counterpart> to = node.counterpart();
        if (to.isPresent() && !to.get().knows(input.name())) {
            remarks.say(id, "Graft's node has no input like " + input.name() + " of ComfyUI's " + node.called());
        }
        Optional<Origins.Origin> origin = origins.of(link);
        origin.flatMap(Origins.Origin::node).ifPresent(from -> {
            int slot = origin.get().slot();
            from.counterpart()
                    .filter(counterpart -> counterpart.output(slot).isEmpty())
                    .ifPresent(none -> remarks.say(
                            draft.made(from).id(),
                            "Graft's node has no output like " + SocketNames.theirOutput(from, slot) + " of ComfyUI's "
                                    + from.called() + ", which is wired to " + input.name() + " of " + id));
        });
    }

    /** Gives a subgraph its outputs. */
    void outputs(ComfySubgraph subgraph) {
        List<String> ports = definitions.sockets(subgraph.id()).outputs();
        for (int i = 0; i < ports.size(); i++) {
            ComfySubgraph.Output output = subgraph.outputs().get(i);
            String name = output.name().isEmpty() ? ports.get(i) : output.name();
            Optional<Ends.End> from = output.from().flatMap(ends::source);
            if (from.isEmpty() || from.get().node().isEmpty()) {
                remarks.say(
                        "",
                        "its output " + name
                                + (from.isEmpty() ? " has nothing wired to it" : " is wired straight to an input")
                                + ": it is not taken over");
                continue;
            }
            String title =
                    output.title().isEmpty() && !output.name().equals(ports.get(i)) ? output.name() : output.title();
            draft.outputs()
                    .add(new Port(
                            ports.get(i), title, from.get().node(), from.get().socket()));
        }
    }
}
