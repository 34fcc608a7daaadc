package graft.app.editor.dataset;

import graft.app.editor.Faces;
import graft.app.editor.NodeFace;
import graft.app.engine.LoaderNode;
import graft.app.workflow.Edits;
import graft.app.workflow.Group;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import graft.train.data.Dataset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Where in a workflow pictures and captions come from, and where they are edited.
 *
 * @param source the node that they come out of
 * @param output of that node
 * @param edit the node Edit Captions behind it; empty while nobody has edited anything
 */
record DatasetPlace(String source, String output, Optional<String> edit) {

    private static final String DATASET = SocketKind.of(Dataset.class).id();

    /** How high a new node Edit Captions is, about. */
    private static final Size NEW_NODE = new Size(250, 300);

    private static final double GAP = 30;

    private static Optional<String> output(NodeFace face) {
        return face.outputs().stream()
                .filter(each -> each.kind().id().equals(DATASET))
                .map(SocketSchema::id)
                .findFirst();
    }

    private static long outputs(NodeFace face) {
        return face.outputs().stream()
                .filter(each -> each.kind().id().equals(DATASET))
                .count();
    }

    /**
     * That of a node: the nodes that write captions behind it are gone through as far as there is one way.
     *
     * @return nothing for a node that gives no pictures, or of which nothing is wired
     */
    static Optional<DatasetPlace> of(Workflow workflow, String node, Faces faces) {
        Function<String, Optional<NodeFace>> face = id ->
                Optional.ofNullable(workflow.nodes().get(id)).flatMap(each -> faces.ofType(workflow, each.type()));
        if (isEdit(workflow, node)) {
            return into(workflow, node)
                    .map(wire -> new DatasetPlace(wire.fromNode(), wire.output(), Optional.of(node)));
        }
        String at = node;
        Set<String> seen = new LinkedHashSet<>();
        while (seen.add(at)) {
            Optional<String> output = face.apply(at).flatMap(DatasetPlace::output);
            if (output.isEmpty()) {
                return Optional.empty();
            }
            String from = at;
            Set<String> next = new LinkedHashSet<>();
            workflow.wires().stream()
                    .filter(wire ->
                            wire.fromNode().equals(from) && wire.output().equals(output.get()))
                    .map(Wire::toNode)
                    .filter(id -> face.apply(id)
                            .filter(each -> outputs(each) == 1 && takesOneDataset(each))
                            .isPresent())
                    .forEach(next::add);
            Optional<String> edit =
                    next.stream().filter(id -> isEdit(workflow, id)).findFirst();
            if (edit.isPresent() || next.size() != 1) {
                return Optional.of(new DatasetPlace(at, output.get(), edit));
            }
            at = next.iterator().next();
        }
        return Optional.empty();
    }

    private static boolean takesOneDataset(NodeFace face) {
        List<SocketSchema> datasets = face.inputs().stream()
                .filter(each -> each.kind().id().equals(DATASET))
                .toList();
        return datasets.size() == 1 && !datasets.get(0).list();
    }

    private static boolean isEdit(Workflow workflow, String node) {
        return workflow.nodes().containsKey(node)
                && workflow.nodes().get(node).type().equals(CaptionSettings.TYPE);
    }

    private static Optional<Wire> into(Workflow workflow, String edit) {
        return workflow.wires().stream()
                .filter(wire -> wire.toNode().equals(edit) && wire.input().equals(CaptionSettings.INPUT))
                .findFirst();
    }

    /** Whether the workflow still has it. */
    boolean isIn(Workflow workflow) {
        return workflow.nodes().containsKey(source)
                && (edit.isEmpty()
                        || (isEdit(workflow, edit.get())
                                && into(workflow, edit.get())
                                        .filter(wire -> wire.fromNode().equals(source)
                                                && wire.output().equals(output))
                                        .isPresent()));
    }

    /** The node that pictures leave with the captions that they are trained with. */
    String last() {
        return edit.orElse(source);
    }

    /** The id that the node Edit Captions has, or will have. */
    String editIn(Workflow workflow) {
        return edit.orElseGet(() -> Edits.freshId(workflow, "edit-captions"));
    }

    /**
     * Changes what is done with the pictures; where there is no node Edit Captions yet, one is put into the wires behind the
     * source.
     *
     * @param sizes of nodes by id, as drawn
     */
    Workflow edited(Workflow workflow, Function<String, Size> sizes, int version, UnaryOperator<WorkflowNode> change) {
        String id = editIn(workflow);
        Workflow with = edit.isPresent() ? workflow : inserted(workflow, id, version, sizes);
        return with.map(id, change);
    }

    private Workflow inserted(Workflow workflow, String id, int version, Function<String, Size> sizes) {
        Place at = free(workflow, sizes);
        List<Wire> wires = new ArrayList<>();
        for (Wire wire : workflow.wires()) {
            boolean leaves = wire.fromNode().equals(source) && wire.output().equals(output);
            wires.add(leaves ? new Wire(id, CaptionSettings.OUTPUT, wire.toNode(), wire.input(), wire.via()) : wire);
        }
        wires.add(new Wire(source, output, id, CaptionSettings.INPUT));
        Workflow with = Edits.add(workflow, id, WorkflowNode.of(CaptionSettings.TYPE, version, at))
                .withWires(wires);
        return with.withGroups(with.groups().stream()
                .map(group -> holds(group, workflow, sizes) ? around(group, at) : group)
                .toList());
    }

    /** Beneath the source, as far down as nothing is. */
    private Place free(Workflow workflow, Function<String, Size> sizes) {
        Place from = workflow.nodes().get(source).place().orElse(new Place(0, 0));
        double top = from.y() + sizes.apply(source).height() + GAP;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Map.Entry<String, WorkflowNode> other : workflow.nodes().entrySet()) {
                Place at = other.getValue().place().orElse(new Place(0, 0));
                Size size = sizes.apply(other.getKey());
                boolean over = at.x() < from.x() + NEW_NODE.width()
                        && from.x() < at.x() + size.width()
                        && at.y() < top + NEW_NODE.height()
                        && top < at.y() + size.height();
                if (over) {
                    top = at.y() + size.height() + GAP;
                    moved = true;
                }
            }
        }
        return new Place(from.x(), top);
    }

    private boolean holds(Group group, Workflow workflow, Function<String, Size> sizes) {
        Place at = workflow.nodes().get(source).place().orElse(new Place(0, 0));
        Size size = sizes.apply(source);
        return group.at().x() <= at.x()
                && group.at().y() <= at.y()
                && at.x() + size.width() <= group.at().x() + group.size().width()
                && at.y() + size.height() <= group.at().y() + group.size().height();
    }

    private static Group around(Group group, Place at) {
        double bottom = at.y() + NEW_NODE.height() + GAP;
        return group.withSize(new Size(
                Math.max(
                        group.size().width(),
                        at.x() + NEW_NODE.width() + GAP / 2 - group.at().x()),
                Math.max(group.size().height(), bottom - group.at().y())));
    }

    /** What the pictures depend on, without the rest of the workflow. */
    Workflow upstream(Workflow workflow) {
        Set<String> needed = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(last()));
        while (!open.isEmpty()) {
            String node = open.pop();
            if (needed.add(node)) {
                workflow.wires().stream()
                        .filter(wire -> wire.toNode().equals(node))
                        .forEach(wire -> open.push(wire.fromNode()));
            }
        }
        Set<String> others = new LinkedHashSet<>(workflow.nodes().keySet());
        others.removeAll(needed);
        return Edits.remove(workflow, others);
    }

    /** The nodes Image Folder among what the pictures depend on. */
    List<String> folders(Workflow workflow) {
        return upstream(workflow).nodes().entrySet().stream()
                .filter(each -> LoaderNode.PICTURES.is(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
