package graft.app.editor.canvas;

import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Sockets;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What edits ask of node types, from their faces. */
final class TypeSockets implements Sockets {

    private final Faces faces;
    private final Workflow root;
    private final Map<String, SocketKind> kinds = new HashMap<>();

    /**
     * The sockets of a library's types.
     *
     * @param root the document, which has the subgraphs
     */
    TypeSockets(NodeLibrary library, Faces faces, Workflow root) {
        this.faces = faces;
        this.root = root;
        library.nodes().forEach(type -> {
            type.inputs().forEach(socket -> kinds.put(socket.kind().id(), socket.kind()));
            type.outputs().forEach(socket -> kinds.put(socket.kind().id(), socket.kind()));
        });
    }

    @Override
    public List<Socket> inputs(String type) {
        return sockets(faces.ofType(root, type).map(NodeFace::inputs));
    }

    @Override
    public List<Socket> outputs(String type) {
        return sockets(faces.ofType(root, type).map(NodeFace::outputs));
    }

    private static List<Socket> sockets(Optional<List<SocketSchema>> sockets) {
        return sockets.orElse(List.of()).stream()
                .map(socket -> new Socket(socket.id(), socket.kind().id()))
                .toList();
    }

    @Override
    public boolean fits(String output, String input) {
        return kinds.containsKey(output)
                && kinds.containsKey(input)
                && kinds.get(output).fits(kinds.get(input));
    }

    /** Whether an input of a node takes several wires. */
    static boolean takesMany(Faces faces, Workflow root, Workflow shown, String node, String input) {
        WorkflowNode known = shown.nodes().get(node);
        return known != null
                && faces.of(root, shown, node)
                        .input(input)
                        .filter(SocketSchema::list)
                        .isPresent();
    }
}
