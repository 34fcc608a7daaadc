package graft.app.editor.canvas;

import com.google.gson.JsonElement;
import graft.app.editor.Faces;
import graft.app.editor.Strings;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Edited;
import graft.app.workflow.Edits;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Sockets;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.node.SettingSchema;
import graft.node.SocketKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The part of an open document that a canvas shows and edits: all of it, or the inside of a subgraph of it. */
final class CanvasDocument {

    /**
     * A subgraph that was entered.
     *
     * @param node id of the node that stands for it
     * @param name of the subgraph
     */
    record Step(String node, String name) {}

    private final OpenWorkflow document;
    private final NodeLibrary library;
    private final Faces faces;
    private final List<Step> path = new ArrayList<>();

    CanvasDocument(OpenWorkflow document, NodeLibrary library) {
        this.document = document;
        this.library = library;
        this.faces = new Faces(library);
    }

    NodeLibrary library() {
        return library;
    }

    /** What nodes of it look like. */
    Faces faces() {
        return faces;
    }

    /** Whether a wire may join two sockets: what it carries fits, or a plugin converts it. */
    boolean joins(SocketKind carried, SocketKind wanted) {
        return library.joins(carried, wanted);
    }

    Sockets sockets() {
        return new TypeSockets(library, faces, root());
    }

    OpenWorkflow open() {
        return document;
    }

    Workflow root() {
        return document.workflow();
    }

    /** What is shown. An inside is given the document's subgraphs, for it may use them. */
    Workflow shown() {
        return shown(root());
    }

    private Workflow shown(Workflow root) {
        if (path.isEmpty()) {
            return root;
        }
        Workflow inside = root.subgraphs().get(path.get(path.size() - 1).name()).inside();
        return inside.withSubgraphs(root.subgraphs());
    }

    /** Changes what is shown, as one step of the undo list. */
    void edit(String label, UnaryOperator<Workflow> change) {
        document.edit(label, root -> changed(root, change));
    }

    /** The same; edits with one key, one after the other, are one step of the undo list. */
    void edit(String label, String mergeKey, UnaryOperator<Workflow> change) {
        document.edit(label, mergeKey, root -> changed(root, change));
    }

    /**
     * Changes what is shown by an edit that makes new things, and gives their ids.
     *
     * @param mergeKey as in {@link #edit(String, String, UnaryOperator)}; empty for a step of its own
     */
    Set<String> make(String label, String mergeKey, Function<Workflow, Edited> change) {
        Set<String> fresh = new HashSet<>();
        edit(label, mergeKey, workflow -> {
            Edited edited = change.apply(workflow);
            fresh.addAll(edited.ids());
            return edited.workflow();
        });
        return fresh;
    }

    /** Gives a setting a value; one key makes one step of the undo list. */
    void set(String node, SettingSchema setting, JsonElement value, String mergeKey) {
        edit(
                Strings.get("canvas.edit.setting", setting.title()),
                mergeKey,
                workflow -> Edits.setSetting(workflow, node, setting.id(), value));
    }

    /** Undoes the edits with a key, which are as if they had never been. */
    void takeBack(String mergeKey) {
        document.takeBack(mergeKey);
    }

    /** With a wire more, which takes the place of another where only one may be. */
    Workflow connected(Workflow workflow, Wire wire) {
        boolean many = TypeSockets.takesMany(faces, root(), workflow, wire.toNode(), wire.input());
        return Edits.connect(workflow, wire, many);
    }

    /** A document as a change of what is shown would leave it. */
    Workflow changed(Workflow root, UnaryOperator<Workflow> change) {
        return path.isEmpty()
                ? change.apply(root)
                : Edits.within(root, path.get(path.size() - 1).name(), change);
    }

    List<Step> path() {
        return List.copyOf(path);
    }

    /** What the ids of the nodes that are shown begin with in a run. */
    String prefix() {
        return path.stream().map(step -> step.node() + ".").collect(Collectors.joining());
    }

    void enter(String node) {
        path.add(new Step(node, Subgraph.name(shown().nodes().get(node).type())));
    }

    /** Leaves subgraphs until so many are entered. */
    void leaveTo(int depth) {
        while (path.size() > depth) {
            path.remove(path.size() - 1);
        }
    }

    /** Leaves those that an undo took away; returns whether there was any. */
    boolean leaveGone() {
        Workflow at = root();
        for (int i = 0; i < path.size(); i++) {
            Subgraph subgraph = root().subgraphs().get(path.get(i).name());
            if (subgraph == null || !at.nodes().containsKey(path.get(i).node())) {
                leaveTo(i);
                return true;
            }
            at = subgraph.inside();
        }
        return false;
    }
}
