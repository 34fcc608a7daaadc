package graft.app.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings a workflow that older plugins saved to the names, versions and meanings of the plugins at hand. */
final class Upgrade {

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
        workflow.subgraphs()
                .forEach((name, subgraph) -> subgraphs.put(name, subgraph.withInside(level(subgraph.inside()))));
        return level(workflow).withSubgraphs(subgraphs);
    }

    private Workflow level(Workflow workflow) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        workflow.nodes()
                .forEach((id, node) -> nodes.put(
                        id,
                        library.node(node.type())
                                .map(schema -> node(id, node, schema))
                                .orElse(node)));
        List<Wire> wires =
                workflow.wires().stream().map(wire -> wire(workflow, wire)).toList();
        return workflow.withNodes(nodes).withWires(wires);
    }

    private WorkflowNode node(String id, WorkflowNode node, NodeSchema schema) {
        JsonObject settings = new JsonObject();
        node.settings().forEach((name, value) -> settings.add(name, value.deepCopy()));
        int version = node.version();
        if (version < schema.version()) {
            try {
                schema.create().migrate(version, settings);
                version = schema.version();
            } catch (RuntimeException | LinkageError fault) {
                findings.add(Finding.error(
                        id,
                        "",
                        "the settings of " + id + " could not be brought to version " + schema.version() + " of "
                                + schema.title(),
                        "this is a fault of the node (" + fault + ")",
                        "report it to the plugin's author"));
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
        return node.withVersion(version).withSettings(renamed);
    }

    private Wire wire(Workflow workflow, Wire wire) {
        String output = schema(workflow, wire.fromNode())
                .flatMap(schema -> schema.output(wire.output()))
                .map(SocketSchema::id)
                .orElse(wire.output());
        String input = schema(workflow, wire.toNode())
                .flatMap(schema -> schema.input(wire.input())
                        .map(SocketSchema::id)
                        .or(() -> schema.setting(wire.input()).map(SettingSchema::id)))
                .orElse(wire.input());
        return new Wire(wire.fromNode(), output, wire.toNode(), input, wire.via());
    }

    private Optional<NodeSchema> schema(Workflow workflow, String node) {
        return Optional.ofNullable(workflow.nodes().get(node)).flatMap(known -> library.node(known.type()));
    }
}
