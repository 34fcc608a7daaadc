package graft.app.editor.run;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What two workflows, as they were run, differ in.
 *
 * @param rows in the order of the nodes
 */
record RunDifference(List<Row> rows) {

    /**
     * One difference. Empty for what is not there on a side.
     *
     * @param what the setting's title, or what kind of thing is there on one side only
     */
    record Row(String node, What kind, String what, Optional<String> left, Optional<String> right) {}

    /** What differs. */
    enum What {
        NODE,
        SETTING,
        WIRE
    }

    static RunDifference of(Workflow first, Workflow second, NodeLibrary library) {
        Workflow left = Subgraphs.flatten(first);
        Workflow right = Subgraphs.flatten(second);
        List<Row> rows = new ArrayList<>();
        Set<String> ids = new LinkedHashSet<>(left.nodes().keySet());
        ids.addAll(right.nodes().keySet());
        for (String id : ids) {
            WorkflowNode a = left.nodes().get(id);
            WorkflowNode b = right.nodes().get(id);
            if (a == null || b == null || !a.type().equals(b.type())) {
                rows.add(new Row(id, What.NODE, "", type(a, library), type(b, library)));
            } else {
                settings(id, a, b, library, rows);
            }
        }
        wires(left, right, rows);
        return new RunDifference(List.copyOf(rows));
    }

    private static Optional<String> type(WorkflowNode node, NodeLibrary library) {
        return Optional.ofNullable(node)
                .map(each -> library.node(each.type()).map(NodeSchema::title).orElse(each.type()));
    }

    private static void settings(String id, WorkflowNode a, WorkflowNode b, NodeLibrary library, List<Row> rows) {
        Set<String> names = new LinkedHashSet<>(a.settings().keySet());
        names.addAll(b.settings().keySet());
        Optional<NodeSchema> schema = library.node(a.type());
        for (String name : names) {
            Optional<SettingSchema> setting = schema.flatMap(known -> known.setting(name));
            Optional<String> left = value(a, name, setting);
            Optional<String> right = value(b, name, setting);
            if (!left.equals(right)) {
                rows.add(new Row(
                        id, What.SETTING, setting.map(SettingSchema::title).orElse(name), left, right));
            }
        }
    }

    /** As people read it; the default where the file says nothing. */
    private static Optional<String> value(WorkflowNode node, String name, Optional<SettingSchema> setting) {
        JsonElement json = node.settings().get(name);
        if (json == null) {
            return setting.map(known -> words(known.toJson(known.defaultValue())));
        }
        return Optional.of(words(json));
    }

    private static String words(JsonElement json) {
        return json instanceof JsonPrimitive text && text.isString() ? text.getAsString() : json.toString();
    }

    private static void wires(Workflow left, Workflow right, List<Row> rows) {
        Map<String, String> a = into(left);
        Map<String, String> b = into(right);
        Set<String> ends = new LinkedHashSet<>(a.keySet());
        ends.addAll(b.keySet());
        for (String end : ends) {
            String from = a.get(end);
            String other = b.get(end);
            if (from == null || !from.equals(other)) {
                int dot = end.lastIndexOf('.');
                rows.add(new Row(
                        end.substring(0, dot),
                        What.WIRE,
                        end.substring(dot + 1),
                        Optional.ofNullable(from),
                        Optional.ofNullable(other)));
            }
        }
    }

    /** Where the wires into each input begin. */
    private static Map<String, String> into(Workflow workflow) {
        return workflow.wires().stream().collect(Collectors.toMap(Wire::to, Wire::from, (x, y) -> x + ", " + y));
    }
}
