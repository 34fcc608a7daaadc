package graft.app.editor.canvas;

import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.util.List;
import java.util.Optional;

/**
 * What a node shows: that of its type, of its subgraph, or a stand-in for a type that no plugin offers.
 *
 * @param title of the type
 * @param known whether the type is there
 */
record NodeFace(
        String title,
        String category,
        String help,
        List<SocketSchema> inputs,
        List<SocketSchema> outputs,
        List<SettingSchema> settings,
        boolean known) {

    NodeFace {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        settings = List.copyOf(settings);
    }

    Optional<SocketSchema> input(String id) {
        return inputs.stream().filter(socket -> socket.id().equals(id)).findFirst();
    }

    Optional<SocketSchema> output(String id) {
        return outputs.stream().filter(socket -> socket.id().equals(id)).findFirst();
    }

    Optional<SettingSchema> setting(String id) {
        return settings.stream().filter(setting -> setting.id().equals(id)).findFirst();
    }
}
