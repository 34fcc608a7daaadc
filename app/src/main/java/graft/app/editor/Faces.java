package graft.app.editor;

import com.google.gson.JsonElement;
import graft.app.engine.WireRules;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Port;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the nodes of a workflow show. Types that are there are read once. */
public final class Faces {

    /** What sockets of a type that is missing carry: nothing is known of it. */
    public static final SocketKind UNKNOWN = new SocketKind("graft/unknown", "anything", "#808080", Object.class);

    private final NodeLibrary library;
    private final Map<String, NodeFace> known = new HashMap<>();

    public Faces(NodeLibrary library) {
        this.library = library;
    }

    /** Asks the library anew: plugins came or went. */
    public void forget() {
        known.clear();
    }

    /**
     * The face of a node.
     *
     * @param root the whole document, which has the subgraphs
     * @param shown the workflow that the node is in
     */
    public NodeFace of(Workflow root, Workflow shown, String id) {
        WorkflowNode node = shown.nodes().get(id);
        NodeFace face = ofType(root, node.type()).orElseGet(() -> missing(shown, id, node));
        boolean asWired =
                face.outputs().stream().anyMatch(output -> !output.as().isEmpty());
        return asWired
                ? face.withOutputs(face.outputs().stream()
                        .map(output -> output.carrying(carried(root, shown, id, output, new HashSet<>())))
                        .toList())
                : face;
    }

    /** What an output carries: of one that is as an input is, what is wired to that. */
    private SocketKind carried(Workflow root, Workflow shown, String id, SocketSchema output, Set<String> seen) {
        if (output.as().isEmpty() || !seen.add(id + "." + output.id())) {
            return output.kind();
        }
        return shown.wires().stream()
                .filter(wire -> wire.toNode().equals(id) && wire.input().equals(output.as()))
                .filter(wire -> shown.nodes().containsKey(wire.fromNode()))
                .findFirst()
                .flatMap(wire -> ofType(root, shown.nodes().get(wire.fromNode()).type())
                        .flatMap(from -> from.output(wire.output()))
                        .map(from -> carried(root, shown, wire.fromNode(), from, seen)))
                .orElse(output.kind());
    }

    /** The first socket of a new node of a type that a wire of a kind fits; a setting when no input does. */
    public static Optional<String> firstFitting(NodeSchema type, SocketKind kind, boolean output) {
        if (output) {
            return type.outputs().stream()
                    .filter(socket -> socket.kind().fits(kind))
                    .map(SocketSchema::id)
                    .findFirst();
        }
        return type.inputs().stream()
                .filter(socket -> kind.fits(socket.kind()))
                .map(SocketSchema::id)
                .findFirst()
                .or(() -> type.settings().stream()
                        .filter(setting -> kind.fits(WireRules.kind(setting)))
                        .map(SettingSchema::id)
                        .findFirst());
    }

    /** The face of a type that a plugin or a subgraph of the document offers. */
    public Optional<NodeFace> ofType(Workflow root, String type) {
        if (Subgraph.isType(type)) {
            return Optional.ofNullable(root.subgraphs().get(Subgraph.name(type)))
                    .map(subgraph -> ofSubgraph(root, subgraph));
        }
        return Optional.ofNullable(known.computeIfAbsent(
                type, each -> library.node(each).map(this::ofSchema).orElse(null)));
    }

    private NodeFace ofSchema(NodeSchema schema) {
        return new NodeFace(
                schema.title(),
                schema.category(),
                schema.help(),
                schema.inputs(),
                schema.outputs(),
                schema.settings(),
                schema.deprecated(),
                library.enclosedWith(schema.id()).icon(),
                true);
    }

    private NodeFace ofSubgraph(Workflow root, Subgraph subgraph) {
        List<SocketSchema> inputs = new ArrayList<>();
        List<SettingSchema> settings = new ArrayList<>();
        for (List<Port> ports : subgraph.inputSockets().values()) {
            Port port = ports.get(0);
            inner(root, subgraph, port).ifPresent(face -> {
                face.input(port.socket()).ifPresent(socket -> inputs.add(renamed(socket, port)));
                face.setting(port.socket())
                        .ifPresent(setting -> settings.add(
                                renamed(setting, port, subgraph.inside().nodes().get(port.node()))));
            });
        }
        List<SocketSchema> outputs = new ArrayList<>();
        for (Port port : subgraph.outputs()) {
            inner(root, subgraph, port)
                    .flatMap(face -> face.output(port.socket()))
                    .ifPresent(socket -> outputs.add(renamed(socket, port)));
        }
        return new NodeFace(subgraph.title(), "subgraph", "", inputs, outputs, settings, "", Optional.empty(), true);
    }

    private Optional<NodeFace> inner(Workflow root, Subgraph subgraph, Port port) {
        return Optional.ofNullable(subgraph.inside().nodes().get(port.node()))
                .flatMap(node -> ofType(root, node.type()));
    }

    private static SocketSchema renamed(SocketSchema socket, Port port) {
        return new SocketSchema(
                port.id(),
                port.title().isEmpty() ? socket.title() : port.title(),
                socket.help(),
                socket.kind(),
                socket.list(),
                socket.optional(),
                "",
                socket.field());
    }

    /** Outside, what the node inside has is the default. */
    private static SettingSchema renamed(SettingSchema setting, Port port, WorkflowNode inside) {
        JsonElement saved = inside.settings().get(setting.id());
        return new SettingSchema(
                port.id(),
                port.title().isEmpty() ? setting.title() : port.title(),
                setting.declared(),
                saved == null ? setting.defaultValue() : valueOf(setting, saved),
                setting.field(),
                setting.group());
    }

    /** A value as it was saved; the type's default where it takes that no more, which a check complains of. */
    private static Object valueOf(SettingSchema setting, JsonElement saved) {
        try {
            return setting.fromJson(saved);
        } catch (Problem wrong) {
            return setting.defaultValue();
        }
    }

    /** A stand-in with the sockets that wires end in. */
    private static NodeFace missing(Workflow shown, String id, WorkflowNode node) {
        Map<String, SocketSchema> inputs = new LinkedHashMap<>();
        Map<String, SocketSchema> outputs = new LinkedHashMap<>();
        for (Wire wire : shown.wires()) {
            if (wire.toNode().equals(id)) {
                inputs.put(wire.input(), unknown(wire.input()));
            }
            if (wire.fromNode().equals(id)) {
                outputs.put(wire.output(), unknown(wire.output()));
            }
        }
        return new NodeFace(
                node.type(),
                "",
                "",
                List.copyOf(inputs.values()),
                List.copyOf(outputs.values()),
                List.of(),
                "",
                Optional.empty(),
                false);
    }

    private static SocketSchema unknown(String id) {
        return new SocketSchema(id, id, "", UNKNOWN, true, true, "", null);
    }
}
