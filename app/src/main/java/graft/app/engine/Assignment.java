package graft.app.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.ChoiceSettings;
import graft.node.Problem;
import graft.node.SettingSchema;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code node.setting=value}, or {@code outer.inner.setting=value}, of the command line; a value that is JSON is taken as such, any other as
 * text. {@code node.setting.own=value} is a setting of the choice's own that is chosen in the setting.
 */
public record Assignment(String node, String setting, JsonElement value) {

    /**
     * Reads an assignment.
     *
     * @throws Problem when it is not of that form
     */
    public static Assignment of(String text) {
        int equals = text.indexOf('=');
        // A node inside a subgraph is called outer.inner.
        int dot = text.lastIndexOf('.', equals);
        if (dot < 1 || equals < dot + 2) {
            throw new Problem(
                    "cannot understand --set " + text,
                    "it is not of the form node.setting=value",
                    "write for example --set sample.steps=30");
        }
        return new Assignment(
                text.substring(0, dot), text.substring(dot + 1, equals), json(text.substring(equals + 1)));
    }

    /** A workflow with this value, in place of one under today's or an older name of the setting. */
    public Workflow applyTo(Workflow workflow, NodeLibrary library) {
        int dot = node.lastIndexOf('.');
        if (dot > 0 && workflow.node(node).isEmpty()) {
            String holder = node.substring(0, dot);
            Optional<SettingSchema> choice =
                    schema(workflow, library, holder, node.substring(dot + 1)).filter(ChoiceSettings::mayHave);
            if (choice.isPresent()) {
                JsonElement chosen = saved(workflow, holder, choice.get());
                JsonElement changed = ChoiceSettings.with(chosen, setting, value);
                return new Assignment(holder, choice.get().id(), changed).applyTo(workflow, library);
            }
        }
        List<String> names =
                schema(workflow, library, node, setting).map(Assignment::names).orElse(List.of());
        return workflow.without(node, names).with(node, setting, value);
    }

    /** A workflow with values as texts, by {@code node.setting}. */
    public static Workflow applied(Map<String, String> values, Workflow workflow, NodeLibrary library) {
        Workflow changed = workflow;
        for (Map.Entry<String, String> each : values.entrySet()) {
            changed = of(each.getKey() + "=" + each.getValue()).applyTo(changed, library);
        }
        return changed;
    }

    private static Optional<SettingSchema> schema(Workflow workflow, NodeLibrary library, String node, String setting) {
        return workflow.node(node)
                .flatMap(found -> library.node(found.type()))
                .flatMap(schema -> schema.setting(setting));
    }

    private static List<String> names(SettingSchema setting) {
        return List.of(setting.id(), setting.declared().formerly());
    }

    /** What a node has for a setting: within a subgraph as the node that stands for it says. */
    private static JsonElement saved(Workflow workflow, String node, SettingSchema setting) {
        int dot = workflow.nodes().containsKey(node) ? -1 : node.indexOf('.');
        String outer = dot < 0 ? node : node.substring(0, dot);
        String within = dot < 0 ? "" : node.substring(dot + 1) + ".";
        Map<String, JsonElement> here = new HashMap<>();
        workflow.nodes().get(outer).settings().forEach((name, saved) -> {
            if (name.startsWith(within)) {
                here.put(name.substring(within.length()), saved);
            }
        });
        return setting.savedIn(here)
                .orElseGet(
                        () -> setting.valueIn(workflow.node(node).orElseThrow().settings()));
    }

    private static JsonElement json(String text) {
        // Words need no quotes: only what cannot be a word is JSON, such as a choice with settings of its own.
        if (!text.matches("(?s)-?[0-9].*|true|false|\\[.*|\".*|\\{\\s*\"id\".*")) {
            return new JsonPrimitive(text);
        }
        try {
            JsonElement json = JsonParser.parseString(text);
            boolean number = json instanceof JsonPrimitive plain && plain.isNumber();
            boolean word = json instanceof JsonPrimitive plain && plain.isString() && !text.startsWith("\"");
            if (number) {
                return new JsonPrimitive(new BigDecimal(text));
            }
            return word ? new JsonPrimitive(text) : json;
        } catch (JsonParseException | NumberFormatException e) {
            return new JsonPrimitive(text);
        }
    }
}
