package graft.app.editor.inspector;

import graft.app.editor.Faces;
import graft.app.editor.NodeFace;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.model.Checkpoint;
import graft.node.Setting.Control;
import graft.node.SocketKind;
import graft.train.data.Dataset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Counts the tokens of captions as the training reads them that they go to; its answers come on Swing's thread. */
public final class CaptionTokens {

    private static final String DATASET = SocketKind.of(Dataset.class).id();
    private static final String MODEL = SocketKind.of(Checkpoint.class).id();

    /** Whose tokenizer counts where no model is wired. */
    private static final String BUILT_IN = "builtin:emoji-sd";

    private final Faces faces;
    private final Prompts prompts;

    public CaptionTokens(NodeLibrary library, Prompts prompts) {
        faces = new Faces(library);
        this.prompts = prompts;
    }

    /**
     * Counts.
     *
     * @param node that the captions come out of
     * @param then given a count for each caption, in their order; nothing when the model cannot be read
     */
    public void count(Workflow workflow, String node, List<String> captions, Consumer<List<CaptionCount>> then) {
        Graph graph = new Graph(workflow, faces);
        Optional<String> training = training(graph, node);
        String model = training.flatMap(graph::modelOf).orElse(BUILT_IN);
        prompts.each(model, training.map(graph::addedTo).orElse(List.of()), captions, then);
    }

    /** The nearest node behind it that takes pictures and a model. */
    private static Optional<String> training(Graph graph, String node) {
        Deque<String> open = new ArrayDeque<>(List.of(node));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String each = open.removeFirst();
            if (!seen.add(each)) {
                continue;
            }
            if (takes(graph, each, DATASET) && takes(graph, each, MODEL)) {
                return Optional.of(each);
            }
            for (Wire wire : graph.workflow().wires()) {
                if (wire.fromNode().equals(each)
                        && graph.face(each)
                                .flatMap(face -> face.output(wire.output()))
                                .filter(output -> output.kind().id().equals(DATASET))
                                .isPresent()) {
                    open.addLast(wire.toNode());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean takes(Graph graph, String node, String kind) {
        Optional<NodeFace> face = graph.face(node);
        boolean input = face.stream()
                .flatMap(each -> each.inputs().stream())
                .anyMatch(socket -> socket.kind().id().equals(kind));
        return input
                || (kind.equals(MODEL)
                        && face.stream()
                                .flatMap(each -> each.settings().stream())
                                .anyMatch(setting -> setting.declared().control() == Control.MODEL));
    }
}
