package graft.app.editor.inspector;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.adapter.Embedding;
import graft.app.editor.Faces;
import graft.app.editor.NodeFace;
import graft.app.workflow.Mode;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.model.Checkpoint;
import graft.node.Setting.Control;
import graft.node.SettingSchema;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a workflow with the schemas of its nodes. */
record Graph(Workflow workflow, Faces faces) {

    private static final String EMBEDDING = SocketKind.of(Embedding.class).id();
    private static final String MODEL = SocketKind.of(Checkpoint.class).id();

    /** What a node shows; empty for a type that is not there. */
    Optional<NodeFace> face(String node) {
        return Optional.ofNullable(workflow.nodes().get(node)).flatMap(each -> faces.ofType(workflow, each.type()));
    }

    /** What people call a node: its own title, else its type's. */
    String title(String node) {
        WorkflowNode known = workflow.nodes().get(node);
        if (known == null) {
            return node;
        }
        return known.title().isEmpty() ? face(node).map(NodeFace::title).orElse(known.type()) : known.title();
    }

    /** The saved value of a setting, under its present or former name; its default when none is saved. */
    JsonElement value(String node, SettingSchema setting) {
        return setting.valueIn(workflow.nodes().get(node).settings());
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
                + face(wire.fromNode())
                        .flatMap(face -> face.output(wire.output()))
                        .map(SocketSchema::title)
                        .orElse(wire.output());
    }

    /** The input or setting that a wire enters, in words. */
    String to(Wire wire) {
        return title(wire.toNode()) + " · "
                + face(wire.toNode())
                        .flatMap(face -> face.input(wire.input())
                                .map(SocketSchema::title)
                                .or(() -> face.setting(wire.input()).map(SettingSchema::title)))
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
            for (SettingSchema setting : face(each).map(NodeFace::settings).orElse(List.of())) {
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
        workflow.nodes().keySet().forEach(node -> face(node)
                .filter(face -> face.outputs().stream()
                        .anyMatch(output -> output.kind().id().equals(EMBEDDING)))
                .flatMap(face -> word(node, face))
                .ifPresent(words::add));
        return words;
    }

    /** The embeddings whose words the prompts of a node know: those laid over its model on the way to it, and its own. */
    List<Prompts.Added> addedTo(String node) {
        List<Prompts.Added> added = new ArrayList<>(embedding(node).stream().toList());
        Deque<String> next = new ArrayDeque<>(List.of(node));
        Set<String> seen = new HashSet<>();
        while (!next.isEmpty()) {
            String each = next.removeFirst();
            if (!seen.add(each) || !workflow.nodes().containsKey(each)) {
                continue;
            }
            for (Wire wire : workflow.wires()) {
                if (!wire.toNode().equals(each)) {
                    continue;
                }
                String kind = kind(wire);
                if (kind.equals(MODEL)) {
                    next.addLast(wire.fromNode());
                } else if (kind.equals(EMBEDDING) && lays(each)) {
                    embedding(wire.fromNode()).ifPresent(added::add);
                }
            }
        }
        return added;
    }

    private String kind(Wire wire) {
        return face(wire.fromNode())
                .flatMap(face -> face.output(wire.output()))
                .map(output -> output.kind().id())
                .orElse("");
    }

    /** Whether a node adds the embeddings that come into it: not where it is left out or off. */
    private boolean lays(String node) {
        return workflow.nodes().get(node).mode() == Mode.RUN
                && face(node).stream()
                        .flatMap(face -> face.settings().stream())
                        .noneMatch(setting -> (setting.id().equals("on")
                                        && text(node, setting).equals("false"))
                                || (setting.id().equals("strength") && number(node, setting) == 0));
    }

    /** The embedding that a node loads or trains. */
    private Optional<Prompts.Added> embedding(String node) {
        return face(node)
                .filter(face -> face.outputs().stream()
                        .anyMatch(output -> output.kind().id().equals(EMBEDDING)))
                .map(face -> new Prompts.Added(
                        face.setting("word").map(setting -> text(node, setting)).orElse(""),
                        face.settings().stream()
                                .filter(setting -> setting.declared().control() == Control.ADAPTER)
                                .findFirst()
                                .map(setting -> text(node, setting))
                                .orElse(""),
                        face.setting("vectors")
                                .map(setting -> number(node, setting))
                                .orElse(1.0)
                                .intValue()));
    }

    private double number(String node, SettingSchema setting) {
        return value(node, setting) instanceof JsonPrimitive number && number.isNumber() ? number.getAsDouble() : 1;
    }

    private Optional<String> word(String node, NodeFace face) {
        Optional<String> word = face.setting("word").map(setting -> text(node, setting));
        return word.filter(each -> !each.isBlank()).or(() -> face.settings().stream()
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
