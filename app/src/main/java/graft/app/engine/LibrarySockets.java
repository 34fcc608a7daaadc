package graft.app.engine;

import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Sockets;
import graft.node.NodeSchema;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The sockets of the node types that a library knows. */
public final class LibrarySockets implements Sockets {

    private final NodeLibrary library;
    private final Map<String, SocketKind> kinds = new HashMap<>();

    public LibrarySockets(NodeLibrary library) {
        this.library = library;
        for (NodeSchema schema : library.nodes()) {
            schema.inputs().forEach(socket -> kinds.put(socket.kind().id(), socket.kind()));
            schema.outputs().forEach(socket -> kinds.put(socket.kind().id(), socket.kind()));
        }
    }

    @Override
    public List<Socket> inputs(String type) {
        return sockets(type, NodeSchema::inputs);
    }

    @Override
    public List<Socket> outputs(String type) {
        return sockets(type, NodeSchema::outputs);
    }

    private List<Socket> sockets(String type, Function<NodeSchema, List<SocketSchema>> side) {
        return library.node(type).map(side).orElse(List.of()).stream()
                .map(socket -> new Socket(socket.id(), socket.kind().id()))
                .toList();
    }

    @Override
    public boolean fits(String output, String input) {
        return kinds.containsKey(output)
                && kinds.containsKey(input)
                && kinds.get(output).fits(kinds.get(input));
    }
}
