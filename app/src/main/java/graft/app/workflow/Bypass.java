package graft.app.workflow;

import graft.app.workflow.Sockets.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes nodes out and leads the wires around them: to each output goes on what came in at the input of the same place
 * if that is of the same kind, else at the first of the same kind, else at the first whose kind fits; inputs without a
 * wire do not count. Kinds are those that the program that drew the node told, which may tell apart what is one here.
 */
public final class Bypass {

    private final Workflow level;
    private final Workflow root;
    private final Sockets sockets;
    private final Set<String> gone;

    private Bypass(Workflow level, Workflow root, Sockets sockets, Set<String> gone) {
        this.level = level;
        this.root = root;
        this.sockets = sockets;
        this.gone = gone;
    }

    /** The workflow as {@link Subgraphs#flatten} gives it, without the nodes that are {@link Mode#BYPASSED}. */
    public static Workflow flatten(Workflow workflow, Sockets sockets) {
        // What is bypassed as a whole is not taken apart, so that its own sockets decide what goes on.
        Workflow flat = Subgraphs.flatten(workflow, false);
        Set<String> gone = new LinkedHashSet<>();
        flat.nodes().forEach((id, node) -> {
            if (node.mode() == Mode.BYPASSED) {
                gone.add(id);
            }
        });
        return gone.isEmpty() ? flat : new Bypass(flat, workflow, sockets, gone).done();
    }

    /** A workflow without some nodes, and with wires around them. */
    static Workflow around(Workflow workflow, Set<String> nodes, Sockets sockets) {
        return new Bypass(workflow, workflow, sockets, nodes).done();
    }

    private Workflow done() {
        List<Wire> wires = new ArrayList<>();
        for (Wire wire : level.wires()) {
            if (gone.contains(wire.toNode())) {
                continue;
            }
            if (!gone.contains(wire.fromNode())) {
                wires.add(wire);
                continue;
            }
            source(wire, new HashSet<>())
                    .map(source -> wire.withFrom(source.fromNode(), source.output()))
                    .ifPresent(wires::add);
        }
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(level.nodes());
        nodes.keySet().removeAll(gone);
        return level.withNodes(nodes).withWires(wires);
    }

    /** The wire, from a node that stays, that brings what a wire from a node that goes would have to carry. */
    private Optional<Wire> source(Wire wire, Set<String> seen) {
        if (!gone.contains(wire.fromNode())) {
            return Optional.of(wire);
        }
        if (!seen.add(wire.from())) {
            return Optional.empty();
        }
        return forwarded(wire.fromNode(), wire.output()).flatMap(before -> source(before, seen));
    }

    private Optional<Wire> forwarded(String id, String output) {
        WorkflowNode node = level.nodes().get(id);
        if (node == null) {
            return Optional.empty();
        }
        List<Socket> inputs = told(Subgraphs.inputs(root, node, sockets), DeclaredSockets.inputs(node));
        List<Socket> outputs = told(Subgraphs.outputs(root, node, sockets), DeclaredSockets.outputs(node));
        Optional<Socket> wanted =
                outputs.stream().filter(socket -> socket.id().equals(output)).findFirst();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        String kind = wanted.get().kind();
        int place = outputs.indexOf(wanted.get());
        List<Socket> choice = new ArrayList<>();
        if (place < inputs.size() && inputs.get(place).kind().equals(kind)) {
            choice.add(inputs.get(place));
        }
        inputs.stream().filter(input -> input.kind().equals(kind)).forEach(choice::add);
        inputs.stream().filter(input -> sockets.fits(input.kind(), kind)).forEach(choice::add);
        return choice.stream()
                .flatMap(input -> level.wires().stream()
                        .filter(wire -> wire.toNode().equals(id) && wire.input().equals(input.id())))
                .findFirst();
    }

    /** What was declared, unless the node has got other sockets since. */
    private static List<Socket> told(List<Socket> known, Optional<List<Socket>> declared) {
        Set<String> ids =
                declared.stream().flatMap(List::stream).map(Socket::id).collect(Collectors.toSet());
        return known.stream().allMatch(socket -> ids.contains(socket.id())) ? declared.orElse(known) : known;
    }
}
