package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.Setting.Control;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a workflow with the schemas of its nodes. */
record Graph(Workflow workflow, NodeLibrary library) {

    private static final String EMBEDDING = "graft/embedding";

    Optional<NodeSchema> schema(String node) {
        return Optional.ofNullable(workflow.nodes().get(node)).flatMap(each -> library.node(each.type()));
    }

    /** What people call a node: its own title, else its type's. */
    String title(String node) {
        WorkflowNode known = workflow.nodes().get(node);
        if (known == null) {
            return node;
        }
        return known.title().isEmpty() ? schema(node).map(NodeSchema::title).orElse(known.type()) : known.title();
    }

    /** The saved value of a setting, under its present or former name; its default when none is saved. */
    JsonElement value(String node, SettingSchema setting) {
        Map<String, JsonElement> saved = workflow.nodes().get(node).settings();
        String former = setting.declared().formerly();
        return saved.containsKey(setting.id())
                ? saved.get(setting.id())
                : !former.isEmpty() && saved.containsKey(former)
                        ? saved.get(former)
                        : setting.toJson(setting.defaultValue());
    }

    List<Wire> into(String node, String input) {
        return workflow.wires().stream()
                .filter(wire -> wire.toNode().equals(node) && wire.input().equals(input))
                .toList();
    }

    List<Wire> outOf(String node, String output) {
        return workflow.wires().stream()
                .filter(wire -> wire.fromNode().equals(node) && wire.output().equals(output))
                .toList();
    }

    /** The output that a wire leaves, in words: {@code Load Model · Model}. */
    String from(Wire wire) {
        return title(wire.fromNode()) + " · "
                + schema(wire.fromNode())
                        .flatMap(schema -> schema.output(wire.output()))
                        .map(SocketSchema::title)
                        .orElse(wire.output());
    }

    /** The input or setting that a wire enters, in words. */
    String to(Wire wire) {
        return title(wire.toNode()) + " · "
                + schema(wire.toNode())
                        .flatMap(schema -> schema.input(wire.input())
                                .map(SocketSchema::title)
                                .or(() -> schema.setting(wire.input()).map(SettingSchema::title)))
                        .orElse(wire.input());
    }

    /** What the nearest node upstream says in its setting of a model. */
    Optional<String> modelOf(String node) {
        Deque<String> next = new ArrayDeque<>(List.of(node));
        Set<String> seen = new HashSet<>();
        while (!next.isEmpty()) {
            String each = next.removeFirst();
            if (!seen.add(each) || !workflow.nodes().containsKey(each)) {
                continue;
            }
            for (SettingSchema setting : schema(each).map(NodeSchema::settings).orElse(List.of())) {
                if (setting.declared().control() == Control.MODEL
                        && value(each, setting) instanceof JsonPrimitive model) {
                    return Optional.of(model.getAsString());
                }
            }
            workflow.wires().stream()
                    .filter(wire -> wire.toNode().equals(each))
                    .forEach(wire -> next.addLast(wire.fromNode()));
        }
        return Optional.empty();
    }

    /** The words of the embeddings that nodes of the workflow load or train. */
    List<String> embeddings() {
        List<String> words = new ArrayList<>();
        workflow.nodes().keySet().forEach(node -> schema(node)
                .filter(schema -> schema.outputs().stream()
                        .anyMatch(output -> output.kind().id().equals(EMBEDDING)))
                .flatMap(schema -> word(node, schema))
                .ifPresent(words::add));
        return words;
    }

    private Optional<String> word(String node, NodeSchema schema) {
        Optional<String> word = schema.setting("word").map(setting -> text(node, setting));
        return word.filter(each -> !each.isBlank()).or(() -> schema.settings().stream()
                .filter(setting -> setting.declared().control() == Control.ADAPTER)
                .findFirst()
                .map(setting -> text(node, setting)
                        .replace('\\', '/')
                        .replaceFirst("^.*/", "")
                        .replaceFirst("\\.[A-Za-z]+$", "")));
    }

    private String text(String node, SettingSchema setting) {
        return value(node, setting) instanceof JsonPrimitive text ? text.getAsString() : "";
    }
}
