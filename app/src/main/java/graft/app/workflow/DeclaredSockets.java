package graft.app.workflow;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Sockets.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sockets of a node as the program that drew it described them, for types that nobody here knows: in the node's
 * {@code extra}, as {@code "sockets": {"inputs": [["model", "MODEL"]], "outputs": []}}.
 */
public final class DeclaredSockets {

    private static final String FIELD = "sockets";
    private static final String INPUTS = "inputs";
    private static final String OUTPUTS = "outputs";

    private DeclaredSockets() {}

    /** A node's extra with such a description; unchanged when there is nothing to describe. */
    public static JsonObject in(JsonObject extra, List<Socket> inputs, List<Socket> outputs) {
        JsonObject described = extra.deepCopy();
        if (!inputs.isEmpty() || !outputs.isEmpty()) {
            JsonObject sockets = new JsonObject();
            sockets.add(INPUTS, json(inputs));
            sockets.add(OUTPUTS, json(outputs));
            described.add(FIELD, sockets);
        }
        return described;
    }

    private static JsonArray json(List<Socket> sockets) {
        JsonArray array = new JsonArray();
        for (Socket socket : sockets) {
            JsonArray pair = new JsonArray();
            pair.add(socket.id());
            pair.add(socket.kind());
            array.add(pair);
        }
        return array;
    }

    /** Its inputs; empty where they are not described. */
    static Optional<List<Socket>> inputs(WorkflowNode node) {
        return side(node, INPUTS);
    }

    /** Its outputs; empty where they are not described. */
    public static Optional<List<Socket>> outputs(WorkflowNode node) {
        return side(node, OUTPUTS);
    }

    private static Optional<List<Socket>> side(WorkflowNode node, String side) {
        if (!(node.extra().get(FIELD) instanceof JsonObject sockets) || !(sockets.get(side) instanceof JsonArray all)) {
            return Optional.empty();
        }
        List<Socket> read = new ArrayList<>();
        for (JsonElement each : all) {
            if (each instanceof JsonArray pair
                    && pair.size() == 2
                    && pair.get(0) instanceof JsonPrimitive id
                    && pair.get(1) instanceof JsonPrimitive kind) {
                read.add(new Socket(id.getAsString(), kind.getAsString()));
            }
        }
        return Optional.of(read);
    }
}
