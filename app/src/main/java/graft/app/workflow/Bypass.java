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

/**
 * Takes nodes out and leads the wires around them: to each output goes on what came in at the input of the same place
 * if that is of the same kind, else at the first of the same kind, else at the first whose kind fits; inputs without a
 * wire do not count.
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

    /** The workflow, and its subgraphs, without the nodes that are {@link Mode#BYPASSED}. */
    public static Workflow apply(Workflow workflow, Sockets sockets) {
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>();
        workflow.subgraphs()
                .forEach((name, subgraph) ->
                        subgraphs.put(name, subgraph.withInside(bypassed(subgraph.inside(), workflow, sockets))));
        return bypassed(workflow, workflow, sockets).withSubgraphs(subgraphs);
    }

    private static Workflow bypassed(Workflow level, Workflow root, Sockets sockets) {
        Set<String> gone = new LinkedHashSet<>();
        level.nodes().forEach((id, node) -> {
            if (node.mode() == Mode.BYPASSED) {
                gone.add(id);
            }
        });
        return gone.isEmpty() ? level : new Bypass(level, root, sockets, gone).done();
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
        List<Socket> inputs = inputs(node, 0);
        List<Socket> outputs = outputs(node, 0);
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

    private List<Socket> inputs(WorkflowNode node, int depth) {
        return root.subgraph(node)
                .map(subgraph -> shown(subgraph, subgraph.inputs(), true, depth))
                .orElseGet(() -> sockets.inputs(node.type()));
    }

    private List<Socket> outputs(WorkflowNode node, int depth) {
        return root.subgraph(node)
                .map(subgraph -> shown(subgraph, subgraph.outputs(), false, depth))
                .orElseGet(() -> sockets.outputs(node.type()));
    }

    /** The sockets that a subgraph shows, each of the kind of the first socket inside. */
    private List<Socket> shown(Subgraph subgraph, List<Port> ports, boolean inputs, int depth) {
        Map<String, Socket> shown = new LinkedHashMap<>();
        // A subgraph that holds itself would have no end.
        if (depth > root.subgraphs().size()) {
            return List.of();
        }
        for (Port port : ports) {
            WorkflowNode node = subgraph.inside().nodes().get(port.node());
            if (node != null) {
                (inputs ? inputs(node, depth + 1) : outputs(node, depth + 1))
                        .stream()
                                .filter(socket -> socket.id().equals(port.socket()))
                                .forEach(socket -> shown.putIfAbsent(port.id(), new Socket(port.id(), socket.kind())));
            }
        }
        return List.copyOf(shown.values());
    }
}
