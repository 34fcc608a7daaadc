package graft.app.sweep;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.engine.Assignment;
import graft.app.engine.Axis;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.ChoiceSettings;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A setting of a workflow that a sweep can vary.
 *
 * @param id {@code node.setting}; of a choice's own {@code node.choice.setting}
 * @param node what people call the node
 * @param value that it has now
 */
public record SweepSetting(String id, String node, SettingSchema schema, JsonElement value) {

    /** Texts that are read as something else unless they are in quotes. */
    private static final String NO_WORD = "(?s)-?[0-9].*|true|false|.*[,\n\\[\\]{}\"].*|\\s.*|.*\\s|";

    /** All of a workflow, in the order of its nodes, those within subgraphs too; without those that a wire drives. */
    public static List<SweepSetting> all(Workflow workflow, NodeLibrary library) {
        Workflow flat = Subgraphs.flatten(workflow);
        Set<String> driven = new HashSet<>();
        flat.wires().forEach(wire -> driven.add(wire.toNode() + "." + wire.input()));
        List<SweepSetting> all = new ArrayList<>();
        flat.nodes().forEach((id, node) -> library.node(node.type()).ifPresent(type -> type.settings().stream()
                .filter(setting -> !driven.contains(id + "." + setting.id()))
                .forEach(setting -> add(all, id, node, type, setting))));
        return all;
    }

    private static void add(
            List<SweepSetting> all, String id, WorkflowNode node, NodeSchema type, SettingSchema setting) {
        String title = node.title().isEmpty() ? type.title() : node.title();
        JsonElement value = setting.valueIn(node.settings());
        all.add(new SweepSetting(id + "." + setting.id(), title, setting, value));
        if (ChoiceSettings.mayHave(setting)) {
            setting.settingsOf(ChoiceSettings.id(value))
                    .forEach(own -> all.add(new SweepSetting(
                            id + "." + setting.id() + "." + own.id(), title, own, ChoiceSettings.value(value, own))));
        }
    }

    /** Its value as one among those that it is to have. */
    public String text() {
        return text(value);
    }

    /** A value as {@link Axis} and {@link Assignment} read it. */
    public static String text(JsonElement value) {
        boolean word = value instanceof JsonPrimitive plain
                && (!plain.isString() || !plain.getAsString().matches(NO_WORD));
        return word ? value.getAsString() : value.isJsonNull() ? "" : value.toString();
    }

    /** Why it cannot have one of some values; empty where it can have them all. */
    public Optional<String> complaint(Axis axis) {
        for (String each : axis.values()) {
            try {
                var unused = schema.fromJson(Assignment.of(id + "=" + each).value());
            } catch (Problem wrong) {
                return Optional.of(each + ": " + wrong.why());
            }
        }
        return Optional.empty();
    }
}
