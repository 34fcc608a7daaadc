package graft.app.engine;

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
     * One combination.
     *
     * @param workflow with its values
     * @param words what is special about it
     */
    private record Cell(Workflow workflow, String words) {}

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
        List<Axis> axes = text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> Axis.of(line, workflow, library))
                .toList();
        axes.forEach(axis -> check(workflow, axis));
        long cells = 1;
        for (Axis axis : axes) {
            cells *= Math.max(1, axis.values().size());
            if (cells > MOST) {
                throw new Problem(
                        "cannot run so many combinations",
                        "there are more than " + MOST,
                        "vary fewer settings, or each over fewer values");
            }
        }
        return axes;
    }

    private void check(Workflow workflow, Axis axis) {
        String node = node(workflow, axis.setting());
        if (!workflow.nodes().containsKey(node)) {
            throw new Problem(
                    "cannot vary " + axis.setting(),
                    "the workflow has no node " + node,
                    "its nodes are " + String.join(", ", workflow.nodes().keySet()));
        }
        String setting = ofNode(workflow, axis.setting());
        // That of a choice's own is looked at where the choice is read.
        if (!setting.contains(".")
                && schema(workflow, node)
                        .filter(schema -> schema.setting(setting).isEmpty())
                        .isPresent()) {
            throw new Problem(
                    "cannot vary " + axis.setting(),
                    "that node has no such setting",
                    "name one of its settings as files have it, such as learningRate");
        }
    }

    /** The node whose setting is varied: {@code train} of {@code train.rank}, and of {@code train.loss.weight}. */
    private String node(Workflow workflow, String varied) {
        String node = varied.substring(0, varied.lastIndexOf('.'));
        int dot = node.lastIndexOf('.');
        return dot > 0
                        && !workflow.nodes().containsKey(node)
                        && schema(workflow, node.substring(0, dot))
                                .flatMap(schema -> schema.setting(node.substring(dot + 1)))
                                .filter(ChoiceSettings::mayHave)
                                .isPresent()
                ? node.substring(0, dot)
                : node;
    }

    private Optional<NodeSchema> schema(Workflow workflow, String node) {
        return Optional.ofNullable(workflow.nodes().get(node)).flatMap(known -> library.node(known.type()));
    }

    // --- writing it out
    // -----------------------------------------------------------------------------------------------

    private Workflow written(Workflow workflow, String gathers, SettingSchema varies, String text) {
        List<Axis> axes = axes(workflow, text);
        Set<String> varied = axes.stream()
                .map(axis -> node(workflow, axis.setting()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
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

        List<Cell> cells = Combinations.grid(axes).stream()
                .map(values -> cell(workflow, values))
                .toList();
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
                    nodes.put(id + CELL + (cell + 1), node(id, cells.get(cell)));
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

    private Cell cell(Workflow workflow, Map<String, String> values) {
        List<String> settings =
                values.keySet().stream().map(each -> ofNode(workflow, each)).toList();
        List<String> words = new ArrayList<>();
        values.forEach((setting, value) -> {
            String own = ofNode(workflow, setting);
            boolean twice = settings.indexOf(own) != settings.lastIndexOf(own);
            words.add((twice ? setting : own) + "=" + value);
        });
        return new Cell(Assignment.applied(values, workflow, library), String.join(", ", words));
    }

    /** A node as it is in a cell. */
    private WorkflowNode node(String id, Cell cell) {
        WorkflowNode made = cell.workflow().nodes().get(id);
        Optional<SettingSchema> told = setting(made, Setting.Sweep.VARIANT);
        if (told.isPresent()) {
            made = made.with(told.get().id(), new JsonPrimitive(cell.words()));
        }
        String title = made.title().isEmpty()
                ? library.node(made.type()).map(NodeSchema::title).orElse(id)
                : made.title();
        return made.withTitle(title + " (" + cell.words() + ")");
    }

    /** What is varied, without its node: {@code rank} of {@code train.rank}. */
    private String ofNode(Workflow workflow, String varied) {
        return varied.substring(node(workflow, varied).length() + 1);
    }
}
