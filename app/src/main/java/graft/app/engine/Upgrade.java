package graft.app.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.TimeLimit;
import graft.app.workflow.Port;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Brings a workflow that older plugins saved to the names, versions and meanings of the plugins at hand. */
final class Upgrade {

    private static final long SECONDS = 10;

    private final NodeLibrary library;
    private final List<Finding> findings = new ArrayList<>();

    Upgrade(NodeLibrary library) {
        this.library = library;
    }

    /** Nodes whose older settings could not be brought along. */
    List<Finding> findings() {
        return findings;
    }

    Workflow of(Workflow workflow) {
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>();
        workflow.subgraphs().forEach((name, subgraph) -> subgraphs.put(name, subgraph(workflow, subgraph)));
        return level(workflow, workflow).withSubgraphs(subgraphs);
    }

    private Subgraph subgraph(Workflow root, Subgraph subgraph) {
        return new Subgraph(
                subgraph.title(),
                level(root, subgraph.inside()),
                subgraph.inputs().stream()
                        .map(port -> port(port, input(subgraph.inside(), port.node(), port.socket())))
                        .toList(),
                subgraph.outputs().stream()
                        .map(port -> port(port, output(subgraph.inside(), port.node(), port.socket())))
                        .toList());
    }

    private static Port port(Port port, String socket) {
        return new Port(port.id(), port.title(), port.node(), socket);
    }

    private Workflow level(Workflow root, Workflow workflow) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        workflow.nodes()
                .forEach((id, node) -> nodes.put(
                        id,
                        library.node(node.type())
                                .map(schema -> node(id, node, schema, findings::add))
                                .orElseGet(() -> outer(root, node))));
        List<Wire> wires =
                workflow.wires().stream().map(wire -> wire(workflow, wire)).toList();
        return workflow.withNodes(nodes).withWires(wires);
    }

    /** A node that stands for a subgraph has settings of nodes within, by their names and meanings of then. */
    private WorkflowNode outer(Workflow root, WorkflowNode node) {
        return root.subgraph(node)
                .map(subgraph -> {
                    Map<String, JsonElement> settings = new LinkedHashMap<>();
                    node.settings().forEach((name, value) -> {
                        Saved today = today(root, subgraph, new Saved(name, value), Set.of());
                        settings.put(today.name(), today.value());
                    });
                    return node.withSettings(settings);
                })
                .orElse(node);
    }

    private record Saved(String name, JsonElement value) {}

    /** @param around the subgraphs that this one lies in; one that holds itself is told of elsewhere */
    private Saved today(Workflow root, Subgraph subgraph, Saved saved, Set<Subgraph> around) {
        Set<Subgraph> deeper = new HashSet<>(around);
        if (!deeper.add(subgraph)) {
            return saved;
        }
        Optional<Port> port = subgraph.inputs().stream()
                .filter(each -> each.id().equals(saved.name()))
                .findFirst();
        if (port.isPresent()) {
            Saved behind = new Saved(port.get().socket(), saved.value());
            return new Saved(
                    saved.name(),
                    within(root, subgraph, port.get().node(), behind, deeper).value());
        }
        int dot = saved.name().indexOf('.');
        if (dot < 0) {
            return saved;
        }
        Saved inner = new Saved(saved.name().substring(dot + 1), saved.value());
        String node = saved.name().substring(0, dot);
        Saved today = within(root, subgraph, node, inner, deeper);
        return new Saved(node + "." + today.name(), today.value());
    }

    private Saved within(Workflow root, Subgraph subgraph, String id, Saved saved, Set<Subgraph> around) {
        WorkflowNode node = subgraph.inside().nodes().get(id);
        if (node == null) {
            return saved;
        }
        Optional<Subgraph> deeper = root.subgraph(node);
        if (deeper.isPresent()) {
            return today(root, deeper.get(), saved, around);
        }
        return library.node(node.type())
                .map(schema -> {
                    JsonObject alone = new JsonObject();
                    alone.add(saved.name(), saved.value().deepCopy());
                    // What cannot be brought along is told of the node within.
                    Map<String, JsonElement> migrated = node(
                                    id, node.withSettings(alone.asMap()), schema, toldElsewhere -> {})
                            .settings();
                    return migrated.size() == 1
                            ? new Saved(
                                    migrated.keySet().iterator().next(),
                                    migrated.values().iterator().next())
                            : saved;
                })
                .orElse(saved);
    }

    private WorkflowNode node(String id, WorkflowNode node, NodeSchema schema, Consumer<Finding> told) {
        JsonObject settings = new JsonObject();
        node.settings().forEach((name, value) -> settings.add(name, value.deepCopy()));
        int version = node.version();
        if (version < schema.version() && !isStandIn(schema)) {
            try {
                migrate(id, schema, version, settings);
                version = schema.version();
            } catch (Throwable thrown) {
                Problem fault = Failures.ofNode(
                        "the settings of " + id + " could not be brought to version " + schema.version() + " of "
                                + schema.title(),
                        thrown,
                        library.pluginOf(schema.id()));
                told.accept(Finding.error(id, "", fault.happened(), fault.why(), fault.remedy()));
            }
        }
        Map<String, JsonElement> renamed = new LinkedHashMap<>();
        settings.asMap().forEach((name, value) -> {
            String now = schema.setting(name).map(SettingSchema::id).orElse(name);
            // Where both names are there, today's counts.
            if (now.equals(name) || !settings.has(now)) {
                renamed.put(now, value);
            }
        });
        return node.withType(schema.id()).withVersion(version).withSettings(renamed);
    }

    /** Its own code brings its settings up, where it runs; until then they stay as they were saved. */
    private boolean isStandIn(NodeSchema schema) {
        return library.pluginOf(schema.id())
                .filter(plugin -> library.sandboxed().contains(plugin.id()))
                .isPresent();
    }

    /** A stranger's node may loop without end. */
    private void migrate(String id, NodeSchema schema, int version, JsonObject settings) throws TimeLimit.Overdue {
        Runnable work = () -> schema.create().migrate(version, settings);
        if (library.strangerOf(schema.id()).isPresent()) {
            library.timeLimit().run(List.of(schema, "migrate"), "migration of " + id, SECONDS, work);
        } else {
            work.run();
        }
    }

    private Wire wire(Workflow workflow, Wire wire) {
        return new Wire(
                wire.fromNode(),
                output(workflow, wire.fromNode(), wire.output()),
                wire.toNode(),
                input(workflow, wire.toNode(), wire.input()),
                wire.via());
    }

    private String output(Workflow workflow, String node, String socket) {
        return schema(workflow, node)
                .flatMap(schema -> schema.output(socket))
                .map(SocketSchema::id)
                .orElse(socket);
    }

    /** Of an input or of a setting. */
    private String input(Workflow workflow, String node, String socket) {
        return schema(workflow, node)
                .flatMap(schema -> schema.input(socket).map(SocketSchema::id).or(() -> schema.setting(socket)
                        .map(SettingSchema::id)))
                .orElse(socket);
    }

    private Optional<NodeSchema> schema(Workflow workflow, String node) {
        return Optional.ofNullable(workflow.nodes().get(node)).flatMap(known -> library.node(known.type()));
    }
}
