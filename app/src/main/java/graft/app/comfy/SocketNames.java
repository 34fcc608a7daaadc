package graft.app.comfy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Names the sockets that nodes have here: those of subgraphs and counterparts, else as they are called there. */
final class SocketNames {

    private final Definitions definitions;

    SocketNames(Definitions definitions) {
        this.definitions = definitions;
    }

    /** All inputs of a node as they are called there, no two alike. */
    static List<String> inputs(ComfyNode node) {
        return unused(node.inputs().stream().map(ComfyNode.Input::name).toList(), "input");
    }

    /** All outputs of a node as they are called there, no two alike. */
    static List<String> outputs(ComfyNode node) {
        return unused(node.outputs().stream().map(ComfyNode.Output::name).toList(), "output");
    }

    private static List<String> unused(List<String> wishes, String otherwise) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < wishes.size(); i++) {
            String name = wishes.get(i).isEmpty() ? otherwise + i : wishes.get(i);
            for (int again = 2; !names.add(name); again++) {
                name = wishes.get(i) + "_" + again;
            }
        }
        return List.copyOf(names);
    }

    /** An output here. */
    String output(ComfyNode node, int slot) {
        Optional<ComfySubgraph> subgraph = definitions.of(node.type());
        if (subgraph.isPresent()) {
            List<String> ports = definitions.sockets(node.type()).outputs();
            return slot < ports.size() ? ports.get(slot) : "output" + slot;
        }
        Optional<Counterpart> counterpart = node.counterpart();
        if (counterpart.isPresent()) {
            return counterpart.get().output(slot).orElseGet(() -> theirOutput(node, slot));
        }
        List<String> names = outputs(node);
        return slot < names.size() ? names.get(slot) : "output" + slot;
    }

    /** An output as it is called there. */
    static String theirOutput(ComfyNode node, int slot) {
        String name = slot < node.outputs().size() ? node.outputs().get(slot).name() : "";
        return name.isEmpty() ? "output" + slot : name;
    }

    /** An input here of a node that stands for a subgraph. */
    String port(ComfyNode node, ComfyNode.Input input, ComfySubgraph subgraph) {
        List<String> ports = definitions.sockets(subgraph.id()).inputs();
        for (int i = 0; i < ports.size(); i++) {
            if (subgraph.inputs().get(i).name().equals(input.name())) {
                return ports.get(i);
            }
        }
        return inputs(node).get(node.inputs().indexOf(input));
    }
}
