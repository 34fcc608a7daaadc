package graft.app.engine;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.ChoiceSettings;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingSchema;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes sweeps out: where a node says what to vary ({@link Setting.Sweep#VARIES}), the part of the workflow between the varied
 * nodes and that node is there once for each combination.
 *
 * <p>So each cell is an ordinary part that is checked, forecast, run and cached as any other. Its nodes are called
 * {@code train--1}, {@code train--2} and draw the same random numbers. What was varied stays as it was only where something else
 * needs it.
 */
public final class Sweep {

    /** More combinations than these are a mistake. */
    private static final int MOST = 200;

    private static final String CELL = "--";

    /**
     * A setting and what it is to be.
     *
     * @param own the setting of the choice's own that is meant, where a choice is made in the setting; else empty
     */
    private record Axis(String node, String setting, String own, List<JsonElement> values) {

        String name() {
            return own.isEmpty() ? setting : setting + "." + own;
        }
    }

    private final NodeLibrary library;
    private final List<Finding> findings = new ArrayList<>();

    Sweep(NodeLibrary library) {
        this.library = library;
    }

    /** What is wrong with what is to be varied. */
    List<Finding> findings() {
        return findings;
    }

    /** The node that a cell's node was made from, {@code train} for {@code train--2}; any other node's own id. */
    public static String origin(String node) {
        return node.replaceFirst(CELL + "[0-9]+$", "");
    }

    /** What a node is called in the first cell, where it is part of a sweep. */
    static String firstCell(String node) {
        return node + CELL + 1;
    }

    Workflow of(Workflow workflow) {
        Workflow written = workflow;
        for (String id : workflow.nodes().keySet()) {
            Optional<SettingSchema> varies = setting(workflow.nodes().get(id), Setting.Sweep.VARIES);
            if (varies.isPresent()
                    && workflow.nodes().get(id).settings().get(varies.get().id()) instanceof JsonPrimitive text
                    && text.isString()
                    && !text.getAsString().isBlank()) {
                try {
                    written = written(written, id, varies.get(), text.getAsString());
                } catch (Problem problem) {
                    findings.add(Finding.error(id, problem.at(varies.get().id())));
                }
            }
        }
        return written;
    }

    private Optional<SettingSchema> setting(WorkflowNode node, Setting.Sweep kind) {
        return library.node(node.type()).stream()
                .map(NodeSchema::settings)
                .flatMap(List::stream)
                .filter(setting -> setting.declared().sweep() == kind)
                .findFirst();
    }

    // --- what to vary
    // -------------------------------------------------------------------------------------------------

    private List<Axis> axes(Workflow workflow, String text) {
        List<Axis> axes = new ArrayList<>();
        long cells = 1;
        for (String line :
                text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList()) {
            Axis axis = axis(workflow, line);
            axes.add(axis);
            cells *= axis.values().size();
            if (cells > MOST) {
                throw new Problem(
                        "cannot run so many combinations",
                        "there are more than " + MOST,
                        "vary fewer settings, or each over fewer values");
            }
        }
        return axes;
    }

    private Axis axis(Workflow workflow, String line) {
        int equals = line.indexOf('=');
        // Nodes within subgraphs have dots in their names.
        int dot = line.lastIndexOf('.', Math.max(0, equals));
        if (dot < 1 || equals < dot + 2) {
            throw new Problem(
                    "cannot understand what to vary",
                    "\"" + line + "\" is not of the form node.setting = value, value",
                    "write for example train.rank = 4, 8, 16");
        }
        String node = line.substring(0, dot).strip();
        String setting = line.substring(dot + 1, equals).strip();
        List<JsonElement> values = values(node + "." + setting, line.substring(equals + 1));
        int inner = node.lastIndexOf('.');
        if (inner > 0 && !workflow.nodes().containsKey(node)) {
            String holder = node.substring(0, inner);
            String choice = node.substring(inner + 1);
            if (schema(workflow, holder)
                    .flatMap(schema -> schema.setting(choice))
                    .filter(ChoiceSettings::mayHave)
                    .isPresent()) {
                return new Axis(holder, choice, setting, values);
            }
        }
        if (!workflow.nodes().containsKey(node)) {
            throw new Problem(
                    "cannot vary " + node + "." + setting,
                    "the workflow has no node " + node,
                    "its nodes are " + String.join(", ", workflow.nodes().keySet()));
        }
        if (schema(workflow, node)
                .filter(schema -> schema.setting(setting).isEmpty())
                .isPresent()) {
            throw new Problem(
                    "cannot vary " + node + "." + setting,
                    "that node has no such setting",
                    "name one of its settings as files have it, such as learningRate");
        }
        return new Axis(node, setting, "", values);
    }

    private Optional<NodeSchema> schema(Workflow workflow, String node) {
        return Optional.ofNullable(workflow.nodes().get(node)).flatMap(known -> library.node(known.type()));
    }

    private static List<JsonElement> values(String setting, String text) {
        List<JsonElement> values = new ArrayList<>();
        for (String value : text.split(",", -1)) {
            if (value.isBlank()) {
                throw new Problem(
                        "cannot vary " + setting,
                        "a value is missing",
                        "write values with commas between them, such as 4, 8, 16");
            }
            values.add(json(value.strip()));
        }
        return values;
    }

    private static JsonElement json(String value) {
        if (value.equals("true") || value.equals("false")) {
            return new JsonPrimitive(Boolean.parseBoolean(value));
        }
        try {
            return new JsonPrimitive(new BigDecimal(value));
        } catch (NumberFormatException word) {
            return new JsonPrimitive(value);
        }
    }

    // --- writing it out
    // -----------------------------------------------------------------------------------------------

    private Workflow written(Workflow workflow, String gathers, SettingSchema varies, String text) {
        List<Axis> axes = axes(workflow, text);
        Set<String> varied = axes.stream().map(Axis::node).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> above = reached(Set.of(gathers), workflow.wires(), Wire::toNode, Wire::fromNode);
        for (String node : varied) {
            if (node.equals(gathers) || !above.contains(node)) {
                throw new Problem(
                        "cannot vary " + node,
                        "nothing leads from it to " + gathers,
                        "wire its result to " + gathers + ", or vary a node above it");
            }
        }
        Set<String> part = reached(varied, workflow.wires(), Wire::fromNode, Wire::toNode);
        part.retainAll(above);
        part.remove(gathers);

        List<List<JsonElement>> cells = cells(axes);
        Set<String> kept = neededElsewhere(workflow, part, gathers);
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        workflow.nodes().forEach((id, node) -> {
            if (id.equals(gathers)) {
                nodes.put(id, node.with(varies.id(), new JsonPrimitive("")));
            } else if (!part.contains(id) || kept.contains(id)) {
                nodes.put(id, node);
            }
            if (part.contains(id)) {
                for (int cell = 0; cell < cells.size(); cell++) {
                    nodes.put(id + CELL + (cell + 1), cell(id, node, axes, cells.get(cell)));
                }
            }
        });
        List<Wire> wires = new ArrayList<>();
        for (Wire wire : workflow.wires()) {
            boolean from = part.contains(wire.fromNode());
            boolean to = part.contains(wire.toNode()) || (from && wire.toNode().equals(gathers));
            if (nodes.containsKey(wire.fromNode())
                    && nodes.containsKey(wire.toNode())
                    && !(from && to && !kept(wire, kept))) {
                wires.add(wire);
            }
            for (int cell = 1; to && cell <= cells.size(); cell++) {
                wires.add(new Wire(
                        from ? wire.fromNode() + CELL + cell : wire.fromNode(),
                        wire.output(),
                        part.contains(wire.toNode()) ? wire.toNode() + CELL + cell : wire.toNode(),
                        wire.input()));
            }
        }
        return workflow.withNodes(nodes).withWires(wires);
    }

    /** Whether a wire within the part, or into what gathers, stays for what else needs its beginning. */
    private static boolean kept(Wire wire, Set<String> kept) {
        return kept.contains(wire.fromNode()) && kept.contains(wire.toNode());
    }

    /** What lies on the way from or to some nodes, themselves included. */
    private static Set<String> reached(
            Set<String> from, List<Wire> wires, Function<Wire, String> begin, Function<Wire, String> end) {
        Set<String> reached = new LinkedHashSet<>(from);
        Deque<String> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            String node = open.pop();
            for (Wire wire : wires) {
                if (begin.apply(wire).equals(node) && reached.add(end.apply(wire))) {
                    open.push(end.apply(wire));
                }
            }
        }
        return reached;
    }

    /** The nodes of the part from which a wire leads out of it, other than to what gathers, and those that they need. */
    private static Set<String> neededElsewhere(Workflow workflow, Set<String> part, String gathers) {
        Set<String> exits = workflow.wires().stream()
                .filter(wire -> part.contains(wire.fromNode())
                        && !part.contains(wire.toNode())
                        && !wire.toNode().equals(gathers))
                .map(Wire::fromNode)
                .collect(Collectors.toSet());
        Set<String> needed = reached(exits, workflow.wires(), Wire::toNode, Wire::fromNode);
        needed.retainAll(part);
        return needed;
    }

    /** Every combination, the last axis changing fastest. */
    private static List<List<JsonElement>> cells(List<Axis> axes) {
        List<List<JsonElement>> cells = List.of(List.of());
        for (Axis axis : axes) {
            List<List<JsonElement>> longer = new ArrayList<>();
            for (List<JsonElement> cell : cells) {
                for (JsonElement value : axis.values()) {
                    List<JsonElement> values = new ArrayList<>(cell);
                    values.add(value);
                    longer.add(values);
                }
            }
            cells = longer;
        }
        return cells;
    }

    private WorkflowNode cell(String id, WorkflowNode node, List<Axis> axes, List<JsonElement> values) {
        List<String> settings = axes.stream().map(Axis::name).toList();
        List<String> words = new ArrayList<>();
        WorkflowNode made = node;
        for (int i = 0; i < axes.size(); i++) {
            Axis axis = axes.get(i);
            boolean twice = settings.indexOf(axis.name()) != settings.lastIndexOf(axis.name());
            words.add((twice ? axis.node() + "." : "") + axis.name() + "="
                    + values.get(i).getAsString());
            if (axis.node().equals(id)) {
                made = made.with(axis.setting(), varied(made, axis, values.get(i)));
            }
        }
        String variant = String.join(", ", words);
        Optional<SettingSchema> told = setting(node, Setting.Sweep.VARIANT);
        if (told.isPresent()) {
            made = made.with(told.get().id(), new JsonPrimitive(variant));
        }
        String title = node.title().isEmpty()
                ? library.node(node.type()).map(NodeSchema::title).orElse(id)
                : node.title();
        return made.withTitle(title + " (" + variant + ")");
    }

    /** What a setting is to be: one value, or a choice with one of its own settings changed. */
    private JsonElement varied(WorkflowNode node, Axis axis, JsonElement value) {
        if (axis.own().isEmpty()) {
            return value;
        }
        SettingSchema choice =
                library.node(node.type()).orElseThrow().setting(axis.setting()).orElseThrow();
        return ChoiceSettings.with(choice.valueIn(node.settings()), axis.own(), value);
    }
}
