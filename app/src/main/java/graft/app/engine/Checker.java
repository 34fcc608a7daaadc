package graft.app.engine;

import com.google.gson.JsonElement;
import graft.app.engine.Plan.Fault;
import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.app.plugin.MissingNode;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.Plugin;
import graft.app.plugin.StandIn;
import graft.app.plugin.TimeLimit;
import graft.app.workflow.Bypass;
import graft.app.workflow.Mode;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.ChoiceSettings;
import graft.node.NearName;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import graft.node.Spec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Finds everything that is wrong with a workflow, and plans what its outputs need.
 *
 * <p>One check is one instance. It goes on after a mistake, so that all of them are named at once.
 */
final class Checker {

    /** Seconds that a stranger's node may take; far more than it takes to say what is wrong before the work begins. */
    private static final long STRANGERS = 10;

    /** Seconds that one of Graft's own may take, which looks into folders on slow disks too. */
    private static final long OWN = 60;

    private final NodeLibrary library;
    private final ModelFileNames names;

    /** As the user drew it, with names and settings as the plugins at hand have them. */
    private final Workflow drawn;

    /** As it runs: flat, without bypassed nodes, but with the muted ones. */
    private final Workflow workflow;

    private final List<Finding> findings = new ArrayList<>();

    /** Steps by node, for the nodes whose type is known. */
    private final Map<String, Step> steps = new LinkedHashMap<>();

    private final Set<String> wrongSettings = new HashSet<>();

    private final Map<String, Fault> faults = new HashMap<>();

    /** What comes out of nodes; one whose check does not end goes on looking at it. */
    private final Map<Source, Spec> known = new ConcurrentHashMap<>();

    /** Inputs that get nothing, and the muted node that would give it. */
    private final Map<String, String> muted = new HashMap<>();

    Checker(NodeLibrary library, ModelFileNames names, Workflow workflow) {
        this.library = library;
        this.names = names;
        drawn = new Upgrade(library).of(workflow);
        // Again, as nodes are called when they run; what is upgraded stays so.
        Upgrade upgrade = new Upgrade(library);
        Sweep sweep = new Sweep(library);
        this.workflow = sweep.of(upgrade.of(Bypass.flatten(drawn, new LibrarySockets(library))));
        findings.addAll(upgrade.findings());
        findings.addAll(sweep.findings());
    }

    /** Checks it all; only findings that keep the given outputs from running count, or all when none are given. */
    Plan check(Collection<String> outputs) {
        List<String> order = look();
        Set<String> roots = roots(outputs);
        Set<String> needed = upstream(roots);
        Set<String> ids = Subgraphs.flatten(drawn).nodes().keySet();
        Set<List<Object>> said = new HashSet<>();
        List<Finding> relevant = findings.stream()
                .filter(finding -> outputs.isEmpty() || finding.node().isEmpty() || needed.contains(finding.node()))
                .filter(finding -> ids.contains(finding.node()) || said.add(ofEachCell(finding)))
                .sorted(Comparator.comparing(Finding::severity))
                .toList();
        boolean runnable = relevant.stream().noneMatch(Finding::keepsFromRunning);
        List<Step> planned = runnable
                ? order.stream().filter(needed::contains).map(steps::get).toList()
                : List.of();
        return new Plan(
                filledIn(),
                graph(),
                relevant,
                planned,
                order.stream().map(steps::get).toList(),
                roots,
                faulty(outputs.isEmpty() ? faults.keySet() : needed));
    }

    /** What is the same of findings about the cells of a sweep that have one cause: all but what a cell is called. */
    private List<Object> ofEachCell(Finding finding) {
        String title =
                Optional.ofNullable(steps.get(finding.node())).map(Step::title).orElse(finding.node());
        return List.of(
                Sweep.origin(finding.node()),
                finding.socket(),
                finding.severity(),
                finding.happened().replace(title, ""),
                finding.why(),
                finding.remedy());
    }

    private Map<String, Fault> faulty(Set<String> nodes) {
        Map<String, Fault> faulty = new LinkedHashMap<>(faults);
        faulty.keySet().retainAll(nodes);
        return faulty;
    }

    /** What is known of the workflow before it runs. */
    Known known() {
        look();
        Map<String, Spec> specs = new LinkedHashMap<>();
        known.forEach((source, spec) -> {
            if (source.output() != null) {
                specs.put(source.node() + "." + source.output().id(), spec);
            }
        });
        return new Known(findings, specs);
    }

    /** What a run would do with each node, muted and bypassed ones included, inner ones as {@code outer.inner}. */
    Map<String, PlannedState> states(Cache cache, String device) {
        List<Step> order = look().stream().map(steps::get).toList();
        Map<String, PlannedState> known =
                States.of(order, findings, cache, new OwnFingerprints(library, (step, staysUntold) -> {}), device);
        Map<String, PlannedState> states = new LinkedHashMap<>();
        Subgraphs.flatten(drawn).nodes().forEach((id, node) -> {
            PlannedState left = new PlannedState(
                    node.mode() == Mode.MUTED ? PlannedState.Kind.MUTED : PlannedState.Kind.BYPASSED, "");
            String ran = workflow.nodes().containsKey(id) ? id : Sweep.firstCell(id);
            boolean runs = node.mode() == Mode.RUN && workflow.nodes().containsKey(ran);
            states.put(id, runs ? known.getOrDefault(ran, wrong(ran)) : left);
        });
        return states;
    }

    private PlannedState wrong(String node) {
        return new PlannedState(
                PlannedState.Kind.WRONG,
                findings.stream()
                        .filter(finding -> finding.node().equals(node))
                        .map(Finding::happened)
                        .findFirst()
                        .orElse("it is part of a circle of wires"));
    }

    private List<String> look() {
        workflow.nodes().forEach(this::node);
        workflow.wires().forEach(this::wire);
        steps.values().forEach(this::missingInputs);
        List<String> order = order();
        configure(order);
        library.passedOver().forEach(failure -> findings.add(Finding.passedOver(failure)));
        return order;
    }

    private void error(String node, String socket, String happened, String why, String remedy) {
        findings.add(Finding.error(node, socket, happened, why, remedy));
    }

    // --- nodes and settings
    // -------------------------------------------------------------------------------------------

    private void node(String id, WorkflowNode node) {
        if (node.mode() == Mode.MUTED) {
            return;
        }
        NodeSchema schema = library.node(node.type()).orElse(null);
        if (schema == null && Subgraph.isType(node.type())) {
            String name = Subgraph.name(node.type());
            error(
                    id,
                    "",
                    "the subgraph " + name + " cannot be taken apart",
                    workflowHas(name) ? "it holds itself" : "the workflow has no subgraph of that name",
                    "take the node out");
            return;
        }
        if (schema == null) {
            MissingNode missing = library.missing(node.type());
            String remedy = missing.plugin().isPresent()
                    ? missing.remedy()
                    : NearName.of(node.type(), library.ids())
                            .map(known -> "choose " + known + " if that is meant, else " + missing.remedy())
                            .orElse(missing.remedy() + ", or take the node out");
            Finding finding = Finding.missing(id, missing, remedy);
            findings.add(finding);
            if (!finding.keepsFromRunning()) {
                Problem problem = new Problem(finding.happened(), finding.why(), finding.remedy());
                faults.put(id, new Fault(problem, finding.plugin()));
            }
            return;
        }
        if (node.version() > schema.version()) {
            error(
                    id,
                    "",
                    "the node was saved by a newer " + node.type(),
                    "it is of version " + node.version() + " and the plugin here of version " + schema.version(),
                    "update the plugin");
        }
        if (!schema.deprecated().isEmpty()) {
            findings.add(
                    Finding.warning(id, schema.title() + " is there for old workflows alone: " + schema.deprecated()));
        }
        Map<SettingSchema, Object> settings = new LinkedHashMap<>();
        schema.settings().forEach(setting -> settings.put(setting, setting.defaultValue()));
        node.settings().forEach((name, json) -> setting(id, schema, name, json, settings));
        settings.replaceAll((setting, value) -> named(id, setting, value));
        String title = node.title().isEmpty() ? schema.title() : node.title();
        steps.put(
                id,
                new Step(
                        id,
                        title,
                        schema,
                        settings,
                        new LinkedHashMap<>(),
                        new LinkedHashMap<>(),
                        new ArrayList<>(),
                        new ArrayList<>()));
        schema.inputs().forEach(input -> steps.get(id).inputs().put(input, new ArrayList<>()));
    }

    private boolean workflowHas(String subgraph) {
        return drawn.subgraphs().containsKey(subgraph);
    }

    private void setting(
            String node, NodeSchema schema, String name, JsonElement json, Map<SettingSchema, Object> settings) {
        SettingSchema setting = schema.setting(name).orElse(null);
        if (setting == null) {
            List<String> known =
                    schema.settings().stream().map(SettingSchema::id).toList();
            error(
                    node,
                    name,
                    "there is no setting " + name,
                    schema.title() + (known.isEmpty() ? " has no settings" : " has " + String.join(", ", known)),
                    NearName.remedy(name, known, "take it out"));
            wrongSettings.add(node);
            return;
        }
        try {
            settings.put(setting, setting.fromJson(json));
        } catch (Problem problem) {
            findings.add(missing(setting, json)
                    .map(missing -> Finding.missing(node, problem, missing))
                    .orElseGet(() -> Finding.error(node, problem)));
            wrongSettings.add(node);
        }
    }

    /** What brings the choice that a setting names, where a plugin is known that offers it and is not here. */
    private Optional<MissingNode> missing(SettingSchema setting, JsonElement json) {
        String id = ChoiceSettings.id(json);
        return ChoiceSettings.mayHave(setting)
                        && id.contains("/")
                        && !setting.choices().contains(id)
                ? Optional.of(library.missingChoice(id))
                        .filter(missing -> missing.plugin().isPresent())
                : Optional.empty();
    }

    /** The value of a setting, with what is to be said where it is a name in the user's model folders. */
    private Object named(String node, SettingSchema setting, Object value) {
        names.ambiguity(setting, value).ifPresent(sentence -> findings.add(Finding.warning(node, sentence)));
        names.unread(setting, value).forEach(problem -> findings.add(Finding.error(node, problem.at(setting.id()))));
        return names.resolved(setting, value);
    }

    // --- wires
    // ----------------------------------------------------------------------------------------------------------

    private void wire(Wire wire) {
        if (isMuted(wire.toNode())) {
            return;
        }
        if (isMuted(wire.fromNode())) {
            muted.put(wire.to(), wire.fromNode());
            end(wire, wire.toNode())
                    .flatMap(to -> to.schema().setting(wire.input()))
                    .ifPresent(setting -> findings.add(Finding.warning(
                            wire.toNode(),
                            "the setting " + setting.id() + " has its own value, because " + wire.fromNode()
                                    + ", which is wired to it, is muted")));
            return;
        }
        Optional<SocketSchema> output = end(wire, wire.fromNode()).flatMap(from -> {
            Optional<SocketSchema> found = from.schema().output(wire.output());
            if (found.isEmpty()) {
                List<String> known =
                        from.schema().outputs().stream().map(SocketSchema::id).toList();
                noSocket(wire, wire.fromNode(), wire.output(), "output", from, known);
            }
            return found;
        });
        Optional<Step> to = end(wire, wire.toNode());
        if (to.isEmpty()) {
            return;
        }
        Optional<SocketSchema> input = to.get().schema().input(wire.input());
        Optional<SettingSchema> setting = to.get().schema().setting(wire.input());
        if (input.isEmpty() && setting.isEmpty()) {
            List<String> known =
                    to.get().schema().inputs().stream().map(SocketSchema::id).toList();
            noSocket(wire, wire.toNode(), wire.input(), "input", to.get(), known);
            return;
        }
        if (output.isEmpty()) {
            // The missing end is named already; the input counts as wired.
            Source nothing = faults.containsKey(wire.fromNode()) ? new Source(wire.fromNode(), null) : null;
            input.ifPresent(socket -> to.get().inputs().get(socket).add(nothing));
            setting.filter(driven -> nothing != null)
                    .ifPresent(driven -> to.get().driven().put(driven, nothing));
            return;
        }
        Source source = new Source(wire.fromNode(), output.get());
        input.ifPresentOrElse(
                socket -> into(wire, to.get(), socket, source), () -> drive(wire, to.get(), setting.get(), source));
    }

    private boolean isMuted(String node) {
        WorkflowNode known = workflow.nodes().get(node);
        return known != null && known.mode() == Mode.MUTED;
    }

    private Optional<Step> end(Wire wire, String node) {
        if (!workflow.nodes().containsKey(node)) {
            error(
                    wire.toNode().equals(node) ? wire.fromNode() : wire.toNode(),
                    wire.toNode().equals(node) ? wire.output() : wire.input(),
                    "the wire from " + wire.from() + " to " + wire.to() + " ends in nothing",
                    "the workflow has no node " + node,
                    NearName.remedy(node, workflow.nodes().keySet(), "take the wire out"));
        }
        return Optional.ofNullable(steps.get(node));
    }

    private void noSocket(Wire wire, String node, String socket, String kind, Step step, List<String> known) {
        error(
                node,
                socket,
                "the wire from " + wire.from() + " to " + wire.to() + " ends in nothing",
                step.schema().title() + " has no " + kind + " " + socket
                        + (known.isEmpty() ? "" : ", only " + String.join(", ", known)),
                NearName.remedy(socket, known, "take the wire out"));
    }

    private void into(Wire wire, Step to, SocketSchema input, Source source) {
        List<Source> sources = to.inputs().get(input);
        Source fitted = fitted(source, input.kind());
        if (fitted == null) {
            misfit(wire, input.kind(), source);
        } else if (!input.list() && !sources.isEmpty()) {
            error(to.node(), input.id(), "two wires enter " + wire.to(), "it takes one", "take one of them out");
            return;
        }
        sources.add(fitted == null ? source : fitted);
    }

    /** What an output carries: of one that is as an input is, what is wired to that. */
    private SocketKind carried(Source source) {
        return carried(source.node(), source.output(), new HashSet<>());
    }

    private SocketKind carried(String node, SocketSchema output, Set<String> seen) {
        if (output.as().isEmpty() || !seen.add(node + "." + output.id())) {
            return output.kind();
        }
        for (Wire wire : workflow.wires()) {
            if (wire.toNode().equals(node) && wire.input().equals(output.as()) && steps.containsKey(wire.fromNode())) {
                return steps.get(wire.fromNode())
                        .schema()
                        .output(wire.output())
                        .map(from -> carried(wire.fromNode(), from, seen))
                        .orElse(output.kind());
            }
        }
        return output.kind();
    }

    /** The source with what converts its values, where they do not fit as they are; null where nothing does. */
    private Source fitted(Source source, SocketKind wanted) {
        SocketKind carried = carried(source);
        if (carried.fits(wanted)) {
            return source;
        }
        return library.converter(carried, wanted)
                .map(converter -> new Source(source.node(), source.output(), Optional.of(converter)))
                .orElse(null);
    }

    private void drive(Wire wire, Step to, SettingSchema setting, Source source) {
        SocketKind kind = WireRules.kind(setting);
        Source fitted = fitted(source, kind);
        if (fitted == null) {
            misfit(wire, kind, source);
        } else if (to.driven().put(setting, fitted) != null) {
            error(to.node(), setting.id(), "two wires enter " + wire.to(), "it takes one", "take one of them out");
        }
    }

    private void misfit(Wire wire, SocketKind wanted, Source source) {
        error(
                wire.toNode(),
                wire.input(),
                "the wire from " + wire.from() + " does not fit " + wire.to(),
                WireRules.misfit(carried(source), wanted),
                "wire an output of the kind " + wanted.title() + " to it");
    }

    private void missingInputs(Step step) {
        step.inputs().forEach((input, sources) -> {
            if (sources.isEmpty() && !input.optional()) {
                String kind = input.kind().title();
                String socket = step.node() + "." + input.id();
                Optional<String> silent = Optional.ofNullable(muted.get(socket));
                Optional<String> bypassed = bypassed(step.node(), input.id());
                error(
                        step.node(),
                        input.id(),
                        step.title() + " has nothing at its input " + input.id(),
                        silent.map(node -> "it needs " + kind + ", and " + node + ", which would give it, is muted")
                                .or(() -> bypassed.map(node -> "it needs " + kind + ", and " + node
                                        + ", which is bypassed, has nothing of that kind to hand on"))
                                .orElse("it needs " + kind),
                        silent.or(() -> bypassed)
                                .map(node -> "let " + node + " run, or mute " + step.node() + " too")
                                .orElse("wire an output of the kind " + kind + " to it"));
            }
        });
    }

    /** The bypassed node from which a wire enters an input, on the same level of the drawing. */
    private Optional<String> bypassed(String node, String input) {
        Workflow level = drawn;
        String id = node;
        for (int dot = id.indexOf('.'); dot >= 0; dot = id.indexOf('.')) {
            Optional<Subgraph> inside =
                    Optional.ofNullable(level.nodes().get(id.substring(0, dot))).flatMap(drawn::subgraph);
            if (inside.isEmpty()) {
                return Optional.empty();
            }
            level = inside.get().inside();
            id = id.substring(dot + 1);
        }
        Map<String, WorkflowNode> nodes = level.nodes();
        String to = id + "." + input;
        return level.wires().stream()
                .filter(wire -> wire.to().equals(to))
                .map(Wire::fromNode)
                .filter(from -> nodes.containsKey(from) && nodes.get(from).mode() == Mode.BYPASSED)
                .findFirst();
    }

    // --- order
    // ------------------------------------------------------------------------------------------------------------

    /** Known nodes so that each comes after those that it needs; nodes in a cycle are left out and named. */
    private List<String> order() {
        List<String> order = new ArrayList<>();
        Set<String> done = new HashSet<>();
        Set<String> inCycle = new HashSet<>();
        for (String node : workflow.nodes().keySet()) {
            visit(node, new LinkedHashSet<>(), done, inCycle, order);
        }
        order.removeAll(inCycle);
        order.retainAll(steps.keySet());
        return order;
    }

    private void visit(String node, Set<String> path, Set<String> done, Set<String> inCycle, List<String> order) {
        if (done.contains(node)) {
            return;
        }
        if (!path.add(node)) {
            List<String> cycle = new ArrayList<>(path).subList(new ArrayList<>(path).indexOf(node), path.size());
            if (inCycle.addAll(cycle)) {
                error(
                        node,
                        "",
                        "the wires run in a circle",
                        String.join(" → ", cycle) + " → " + node + " needs itself",
                        "take out one of these wires");
            }
            return;
        }
        before(node).forEach(each -> visit(each, path, done, inCycle, order));
        path.remove(node);
        done.add(node);
        order.add(node);
    }

    private List<String> before(String node) {
        return workflow.wires().stream()
                .filter(wire -> wire.toNode().equals(node))
                .map(Wire::fromNode)
                .filter(from -> workflow.nodes().containsKey(from) && !isMuted(from))
                .distinct()
                .toList();
    }

    private Set<String> roots(Collection<String> outputs) {
        if (outputs.isEmpty()) {
            Set<String> all = steps.values().stream()
                    .filter(step -> step.schema().output())
                    .map(Step::node)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            if (all.isEmpty() && findings.stream().noneMatch(Finding::isError)) {
                error(
                        "",
                        "",
                        "there is nothing to run",
                        drawn.nodes().isEmpty()
                                ? "the workflow is empty"
                                : "no node of the workflow, among those that are not left out, writes anything",
                        "add a node such as Save Image");
            }
            return all;
        }
        Set<String> roots = new LinkedHashSet<>();
        for (String output : outputs) {
            List<String> meant = workflow.nodes().keySet().stream()
                    .filter(node -> node.equals(output) || node.startsWith(output + "."))
                    .toList();
            if (meant.isEmpty()) {
                boolean bypassed = drawn.nodes().containsKey(output);
                error(
                        "",
                        "",
                        "cannot run up to " + output,
                        bypassed ? "it is bypassed" : "the workflow has no such node",
                        bypassed
                                ? "let it run"
                                : "its nodes are "
                                        + String.join(", ", workflow.nodes().keySet()));
            }
            meant.stream().filter(node -> !isMuted(node)).forEach(roots::add);
            if (!meant.isEmpty() && meant.stream().allMatch(this::isMuted)) {
                error("", "", "cannot run up to " + output, "it is muted", "let it run");
            }
        }
        return roots;
    }

    private Set<String> upstream(Set<String> roots) {
        Set<String> needed = new HashSet<>();
        List<String> open = new ArrayList<>(roots);
        while (!open.isEmpty()) {
            String node = open.remove(open.size() - 1);
            if (needed.add(node)) {
                open.addAll(before(node));
            }
        }
        return needed;
    }

    // --- configure
    // ------------------------------------------------------------------------------------------------------

    private void configure(List<String> order) {
        for (String id : order) {
            Step step = steps.get(id);
            if (wrongSettings.contains(id)) {
                continue;
            }
            CheckedSpecs specs = new CheckedSpecs(step, names.folders(), known);
            try {
                configure(step, specs);
                specs.keep();
            } catch (Problem problem) {
                specs.keep();
                // A run in the sandbox checks it again, with the plugin's own code.
                if (!StandIn.isRefusal(problem)) {
                    findings.add(Finding.error(id, explained(step, problem)));
                }
            } catch (Throwable fault) {
                fault(step, fault);
                continue;
            }
            specs.warnings().forEach(sentence -> findings.add(Finding.warning(id, sentence)));
            step.schema().settings().stream()
                    .filter(setting -> setting.findsChoices() && !step.driven().containsKey(setting))
                    .forEach(setting -> chosen(step, setting));
        }
    }

    /** What was chosen may be gone since; the node itself knows whether it can do without. */
    private void chosen(Step step, SettingSchema setting) {
        FoundChoices found = FoundChoices.of(library, step, setting);
        Object value = step.settings().get(setting);
        found.failure()
                .or(() -> value.equals("") || found.all().contains(value)
                        ? Optional.empty()
                        : Optional.of("the setting " + setting.id() + " is \"" + value
                                + "\", which is not among what there is to choose from"))
                .ifPresent(sentence ->
                        findings.add(Finding.warning(step.node(), sentence).at(step.node(), setting.id())));
    }

    private Problem explained(Step step, Problem problem) {
        return problem.socket()
                .flatMap(step.schema()::setting)
                .filter(setting -> !step.driven().containsKey(setting))
                .map(setting ->
                        names.explained(problem, setting, step.settings().get(setting)))
                .orElse(problem);
    }

    /**
     * A stranger's node may loop without end, and so may what a stranger adds to Graft's own: that is looked for in each setting
     * anew, since the same node with another choice is sound.
     */
    private void configure(Step step, CheckedSpecs specs) throws TimeLimit.Overdue {
        Runnable work = () -> {
            Node node = step.schema().create();
            NodeFields.settings(node, step.settings());
            node.configure(specs);
        };
        String name = "check of " + step.node();
        if (library.strangerOf(step.schema().id()).isPresent()) {
            library.timeLimit().run(step.schema(), name, STRANGERS, work);
        } else if (library.plugins().stream().allMatch(Plugin::bundled)) {
            work.run();
        } else {
            library.timeLimit().run(List.of(step.schema(), step.settings()), name, OWN, work);
        }
    }

    private void fault(Step step, Throwable fault) {
        Optional<Plugin> atFault = library.atFault(step.schema().id(), fault);
        Problem problem = Failures.ofNode(step.title() + " failed while it was checked", fault, atFault);
        Fault known = Fault.of(problem, atFault);
        findings.add(Finding.fault(step.node(), known));
        faults.put(step.node(), known);
    }

    private Workflow filledIn() {
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>();
        drawn.subgraphs()
                .forEach((name, subgraph) -> subgraphs.put(name, subgraph.withInside(filledIn(subgraph.inside()))));
        return filledIn(drawn).withSubgraphs(subgraphs);
    }

    private Workflow filledIn(Workflow level) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(level.nodes());
        nodes.replaceAll((id, node) ->
                library.node(node.type()).map(schema -> filledIn(node, schema)).orElse(node));
        return level.withNodes(nodes);
    }

    /** Every setting as it is saved today; what is wrong with one is told elsewhere. */
    private static WorkflowNode filledIn(WorkflowNode node, NodeSchema schema) {
        Map<String, JsonElement> settings = new LinkedHashMap<>();
        for (SettingSchema setting : schema.settings()) {
            JsonElement saved = node.settings().get(setting.id());
            try {
                Object value = saved == null ? setting.defaultValue() : setting.fromJson(saved);
                settings.put(setting.id(), setting.toJson(value));
            } catch (Problem toldElsewhere) {
                settings.put(setting.id(), saved);
            }
        }
        return node.withSettings(settings);
    }

    private Workflow graph() {
        Workflow filled = filledIn(workflow);
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>(filled.nodes());
        nodes.keySet().removeIf(this::isMuted);
        return filled.withNodes(nodes)
                .withWires(filled.wires().stream()
                        .filter(wire -> nodes.containsKey(wire.fromNode()) && nodes.containsKey(wire.toNode()))
                        .toList())
                .withGroups(List.of())
                .withComments(List.of())
                .withSubgraphs(Map.of());
    }
}
