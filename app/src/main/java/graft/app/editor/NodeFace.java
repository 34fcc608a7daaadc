package graft.app.editor;

import com.google.gson.JsonElement;
import graft.node.SettingSchema;
import graft.node.ShownBy;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import graft.train.data.Dataset;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a node shows: that of its type, of its subgraph, or a stand-in for a type that no plugin offers.
 *
 * @param title of the type
 * @param deprecated what to use in its place, as a sentence; empty while it is to be used
 * @param icon of its plugin
 * @param known whether the type is there
 */
public record NodeFace(
        String title,
        String category,
        String help,
        List<SocketSchema> inputs,
        List<SocketSchema> outputs,
        List<SettingSchema> settings,
        String deprecated,
        Optional<BufferedImage> icon,
        boolean known) {

    private static final String DATASET = SocketKind.of(Dataset.class).id();

    public NodeFace {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        settings = List.copyOf(settings);
    }

    NodeFace withOutputs(List<SocketSchema> others) {
        return new NodeFace(title, category, help, inputs, others, settings, deprecated, icon, known);
    }

    /**
     * The settings that others' values keep from being shown.
     *
     * @param value what a setting is at
     * @param wired whether a wire comes to a setting
     */
    public Set<String> hidden(Function<SettingSchema, JsonElement> value, Predicate<String> wired) {
        return settings.stream()
                .filter(setting -> !wired.test(setting.id())
                        && !ShownBy.shows(
                                setting,
                                this::setting,
                                other -> wired.test(other.id()) ? Optional.empty() : Optional.of(value.apply(other))))
                .map(SettingSchema::id)
                .collect(Collectors.toSet());
    }

    /** Whether it gives pictures with captions to train on. */
    public boolean givesPictures() {
        return outputs.stream().anyMatch(output -> output.kind().id().equals(DATASET));
    }

    public Optional<SocketSchema> input(String id) {
        return inputs.stream().filter(socket -> socket.id().equals(id)).findFirst();
    }

    public Optional<SocketSchema> output(String id) {
        return outputs.stream().filter(socket -> socket.id().equals(id)).findFirst();
    }

    public Optional<SettingSchema> setting(String id) {
        return settings.stream().filter(setting -> setting.id().equals(id)).findFirst();
    }
}
