package graft.app.workflow;

import com.google.gson.JsonElement;
import graft.app.workflow.Sockets.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Takes subgraphs apart: the flat workflow that a run sees, in which inner nodes are called {@code outer.inner}. */
public final class Subgraphs {

    /** One end of a wire. */
    private record End(String node, String socket) {}

    private final Workflow root;
    private final boolean bypassedToo;
    private final Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
    private final List<Wire> wires = new ArrayList<>();

    private Subgraphs(Workflow root, boolean bypassedToo) {
        this.root = root;
        this.bypassedToo = bypassedToo;
    }

    /**
     * The workflow with every node that stands for a subgraph replaced by what is inside.
     *
     * <p>A mode of the outer node is that of all that is inside. A node whose subgraph is missing, or would hold itself, is left as
     * it is. Groups, comments and the points of wires are left out.
     */
    public static Workflow flatten(Workflow workflow) {
        return flatten(workflow, true);
    }

    /** As {@link #flatten(Workflow)}, or with the subgraphs whole that are bypassed as such. */
    static Workflow flatten(Workflow workflow, boolean bypassedToo) {
        if (workflow.nodes().values().stream().noneMatch(node -> Subgraph.isType(node.type()))) {
            return workflow;
        }
        Subgraphs flat = new Subgraphs(workflow, bypassedToo);
        flat.level(workflow, "", Mode.RUN, Set.of());
        return new Workflow(workflow.title(), workflow.notes(), flat.nodes, flat.wires, workflow.extra());
    }

    /**
     * A node inside a subgraph, and one socket of it.
     *
     * @param path its id seen from the outer node, {@code inner} or {@code inner.innermost}
     * @param socket an input, setting or output
     */
    public record Inner(String path, WorkflowNode node, String socket) {}

    /**
     * What stands behind a socket of a subgraph's node, however deep; the first where a wire would enter several.
     *
     * @param root the workflow that holds the subgraphs
     * @param input whether the socket is an input
     * @return empty when there is nothing, or when the subgraph holds itself
     */
    public static Optional<Inner> behind(Workflow root, WorkflowNode outer, String socket, boolean input) {
        String path = "";
        WorkflowNode node = outer;
        String name = socket;
        for (int depth = 0; depth <= root.subgraphs().size(); depth++) {
            Optional<Subgraph> subgraph = root.subgraph(node);
            if (subgraph.isEmpty()) {
                return depth == 0 ? Optional.empty() : Optional.of(new Inner(path.substring(1), node, name));
            }
            List<Port> ports = input ? subgraph.get().inputs() : subgraph.get().outputs();
            String wanted = name;
            Optional<Port> port =
                    ports.stream().filter(each -> each.id().equals(wanted)).findFirst();
            WorkflowNode next = port.map(each -> subgraph.get().inside().nodes().get(each.node()))
                    .orElse(null);
            if (next == null) {
                return Optional.empty();
            }
            path += "." + port.get().node();
            node = next;
            name = port.get().socket();
        }
        return Optional.empty();
    }

    /** The inputs of a node, also of one that stands for a subgraph; of an empty kind where a setting is behind. */
    public static List<Socket> inputs(Workflow root, WorkflowNode node, Sockets sockets) {
        return root.subgraph(node)
                .map(subgraph -> shown(root, node, subgraph.inputs(), true, sockets))
                .orElseGet(() -> sockets.inputs(node.type()));
    }

    /** The outputs of a node, also of one that stands for a subgraph. */
    public static List<Socket> outputs(Workflow root, WorkflowNode node, Sockets sockets) {
        return root.subgraph(node)
                .map(subgraph -> shown(root, node, subgraph.outputs(), false, sockets))
                .orElseGet(() -> sockets.outputs(node.type()));
    }

    private static List<Socket> shown(
            Workflow root, WorkflowNode outer, List<Port> ports, boolean input, Sockets sockets) {
        return ports.stream()
                .map(Port::id)
                .distinct()
                .map(id -> new Socket(
                        id,
                        behind(root, outer, id, input)
                                .flatMap(inner -> (input
                                                ? sockets.inputs(inner.node().type())
                                                : sockets.outputs(inner.node().type()))
                                        .stream()
                                                .filter(socket -> socket.id().equals(inner.socket()))
                                                .findFirst())
                                .map(Socket::kind)
                                .orElse("")))
                .toList();
    }

    /** The ids of the flat workflow. */
    static List<String> ids(Workflow workflow) {
        return List.copyOf(flatten(workflow).nodes().keySet());
    }

    /** The names of the subgraphs that a workflow uses, directly or within others, among those of {@code root}. */
    static Set<String> used(Workflow workflow, Workflow root) {
        Set<String> used = new LinkedHashSet<>();
        List<Workflow> open = new ArrayList<>(List.of(workflow));
        while (!open.isEmpty()) {
            for (WorkflowNode node : open.remove(open.size() - 1).nodes().values()) {
                root.subgraph(node)
                        .filter(subgraph -> used.add(Subgraph.name(node.type())))
                        .ifPresent(subgraph -> open.add(subgraph.inside()));
            }
        }
        return used;
    }

    private void level(Workflow level, String prefix, Mode mode, Set<String> within) {
        level.nodes().forEach((id, node) -> {
            Optional<Subgraph> subgraph = expandable(node, within);
            Mode here = mode == Mode.RUN ? node.mode() : mode;
            if (subgraph.isEmpty()) {
                nodes.put(prefix + id, node.withMode(here));
            } else {
                Set<String> deeper = new HashSet<>(within);
                deeper.add(node.type());
                level(overridden(subgraph.get(), node), prefix + id + ".", here, deeper);
            }
        });
        for (Wire wire : level.wires()) {
            Stream<End> from = outputs(level, prefix, new End(wire.fromNode(), wire.output()), within);
            List<End> to = inputs(level, prefix, new End(wire.toNode(), wire.input()), within);
            from.forEach(begin ->
                    to.forEach(end -> wires.add(new Wire(begin.node(), begin.socket(), end.node(), end.socket()))));
        }
    }

    private Optional<Subgraph> expandable(WorkflowNode node, Set<String> within) {
        boolean whole = node.mode() == Mode.BYPASSED && !bypassedToo;
        return whole || within.contains(node.type()) ? Optional.empty() : root.subgraph(node);
    }

    /** The inside with the settings that the outer node gives. */
    static Workflow overridden(Subgraph subgraph, WorkflowNode outer) {
        Workflow inside = subgraph.inside();
        for (Map.Entry<String, JsonElement> setting : outer.settings().entrySet()) {
            String name = setting.getKey();
            int dot = name.indexOf('.');
            if (dot >= 0) {
                inside = inside.map(
                        name.substring(0, dot), node -> node.with(name.substring(dot + 1), setting.getValue()));
            }
            for (Port port : subgraph.inputSockets().getOrDefault(name, List.of())) {
                inside = inside.map(port.node(), node -> node.with(port.socket(), setting.getValue()));
            }
        }
        return inside;
    }

    private Stream<End> outputs(Workflow level, String prefix, End end, Set<String> within) {
        WorkflowNode node = level.nodes().get(end.node());
        Optional<Subgraph> subgraph = node == null ? Optional.empty() : expandable(node, within);
        if (subgraph.isEmpty()) {
            return Stream.of(new End(prefix + end.node(), end.socket()));
        }
        Set<String> deeper = new HashSet<>(within);
        deeper.add(node.type());
        return subgraph.get().outputs().stream()
                .filter(port -> port.id().equals(end.socket()))
                .limit(1)
                .flatMap(port -> outputs(
                        subgraph.get().inside(),
                        prefix + end.node() + ".",
                        new End(port.node(), port.socket()),
                        deeper));
    }

    private List<End> inputs(Workflow level, String prefix, End end, Set<String> within) {
        WorkflowNode node = level.nodes().get(end.node());
        Optional<Subgraph> subgraph = node == null ? Optional.empty() : expandable(node, within);
        if (subgraph.isEmpty()) {
            return List.of(new End(prefix + end.node(), end.socket()));
        }
        Set<String> deeper = new HashSet<>(within);
        deeper.add(node.type());
        return subgraph.get().inputSockets().getOrDefault(end.socket(), List.of()).stream()
                .flatMap(port -> inputs(
                        subgraph.get().inside(), prefix + end.node() + ".", new End(port.node(), port.socket()), deeper)
                        .stream())
                .toList();
    }
}
