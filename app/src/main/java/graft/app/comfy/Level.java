package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Comment;
import graft.app.workflow.DeclaredSockets;
import graft.app.workflow.Edits;
import graft.app.workflow.Group;
import graft.app.workflow.Look;
import graft.app.workflow.Mode;
import graft.app.workflow.Place;
import graft.app.workflow.Port;
import graft.app.workflow.Size;
import graft.app.workflow.Sockets.Socket;
import graft.app.workflow.Subgraph;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Translates the whole, or what is inside one subgraph: nodes, then the wires between them. */
final class Level {

    /** Where, in the {@code extra} of nodes and workflows, lies what came from ComfyUI, as it came. */
    private static final String AS_IT_CAME = "comfyui";

    private static final Set<String> NOTES = Set.of("Note", "MarkdownNote");
    private static final String REROUTE = "Reroute";
    private static final String PRIMITIVE = "PrimitiveNode";
    private static final Set<String> UNPLANNED = Set.of("steps", "denoise");

    /** What becomes of seeds here ({@code SeedControl}); ComfyUI's decrement has no counterpart. */
    private static final Map<String, String> CONTROLS = Map.of("randomize", "random", "increment", "increment");

    /** What a node became: itself; and of a LoRA, what stands for its CLIP where that is not the same, and what reads it. */
    private record Made(String id, String clip, String loader) {}

    /** Where a wire comes from here; of no node for the subgraph's own inputs. */
    private record End(String node, String socket, List<Place> via) {}

    /** An input or setting here. */
    private record Target(String node, String socket, boolean setting) {}

    private final ComfyGraph graph;
    private final Optional<ComfySubgraph> within;
    private final Definitions definitions;
    private final List<Remark> remarks;
    private final Set<String> kept;

    private final Map<String, ComfyNode> byId = new HashMap<>();
    private final IdentityHashMap<ComfyNode, Made> made = new IdentityHashMap<>();
    private final IdentityHashMap<ComfyNode, Boolean> split = new IdentityHashMap<>();
    private final Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();
    private final Set<String> taken = new LinkedHashSet<>();
    private final Set<String> strangers = new HashSet<>();
    private final JsonArray withoutNode = new JsonArray();
    private final Workflow workflow;

    /** Translates the whole. */
    Level(ComfyGraph graph, Definitions definitions, List<Remark> remarks, Set<String> kept) {
        this(graph, Optional.empty(), definitions, remarks, kept);
    }

    /** Translates what is inside a subgraph. */
    Level(ComfySubgraph subgraph, Definitions definitions, List<Remark> remarks, Set<String> kept) {
        this(subgraph.inside(), Optional.of(subgraph), definitions, remarks, kept);
    }

    private Level(
            ComfyGraph graph,
            Optional<ComfySubgraph> within,
            Definitions definitions,
            List<Remark> remarks,
            Set<String> kept) {
        this.graph = graph;
        this.within = within;
        this.definitions = definitions;
        this.remarks = remarks;
        this.kept = kept;
        graph.nodes().forEach(node -> byId.putIfAbsent(node.id(), node));
        graph.oddities().forEach(sentence -> say("", sentence));
        graph.nodes().forEach(this::node);
        graph.nodes().stream().filter(made::containsKey).forEach(this::wires);
        within.ifPresent(this::outputs);
        graph.groups().forEach(this::group);
        workflow = done();
    }

    Workflow workflow() {
        return workflow;
    }

    Subgraph subgraph() {
        ComfySubgraph theirs = within.orElseThrow();
        return new Subgraph(theirs.title(), workflow, inputs, outputs);
    }

    private Workflow done() {
        Workflow drawn = new Workflow("", "", nodes, wires, groups, comments, Map.of(), extra());
        return giveLatentsAModel(Edits.place(drawn, id -> new Size(260, 220)));
    }

    private JsonObject extra() {
        JsonObject rest = graph.rest().json().deepCopy();
        if (!withoutNode.isEmpty()) {
            rest.add("nodes", withoutNode);
        }
        JsonObject extra = new JsonObject();
        if (!rest.isEmpty()) {
            extra.add(AS_IT_CAME, rest);
        }
        return extra;
    }

    private void say(String node, String sentence) {
        String where = within.map(subgraph ->
                        "in the subgraph " + (subgraph.title().isEmpty() ? subgraph.id() : subgraph.title()) + ", ")
                .orElse("");
        String whole = within.isEmpty() || node.isEmpty() ? sentence : node + ": " + sentence;
        remarks.add(new Remark(within.isEmpty() ? node : "", where + whole));
    }

    // --- nodes
    // ----------------------------------------------------------------------------------------------------------

    private void node(ComfyNode node) {
        if (NOTES.contains(node.type())) {
            note(node);
            withoutNode.add(node.raw().json());
        } else if (node.type().equals(REROUTE) || node.type().equals(PRIMITIVE)) {
            withoutNode.add(node.raw().json());
        } else if (definitions.of(node.type()).isPresent()) {
            instance(node, definitions.of(node.type()).get());
        } else {
            Counterpart.of(node.type()).ifPresentOrElse(counterpart -> known(node, counterpart), () -> stranger(node));
        }
    }

    private String id(String wish) {
        String id = Edits.fresh(wish, taken);
        taken.add(id);
        return id;
    }

    private void add(String id, ComfyNode node, String type, Map<String, JsonElement> settings, JsonObject extra) {
        String title = node.title().equals(node.type()) ? "" : node.title();
        Mode mode =
                switch (node.mode()) {
                    case ComfyNode.MUTED -> Mode.MUTED;
                    case ComfyNode.BYPASSED -> Mode.BYPASSED;
                    default -> Mode.RUN;
                };
        nodes.put(id, new WorkflowNode(type, 1, settings, title, node.raw().pair("pos"), look(node), mode, extra));
    }

    private static Look look(ComfyNode node) {
        Loose flags = node.raw().object("flags");
        return new Look(
                node.raw().pair("size").filter(Level::isSize).map(size -> new Size(size.x(), size.y())),
                flags.flag("collapsed"),
                node.raw().colour("color").orElse(""),
                flags.flag("pinned"));
    }

    private static boolean isSize(Place size) {
        return size.x() > 0 && size.y() > 0;
    }

    private static JsonObject asItCame(ComfyNode node) {
        JsonObject extra = new JsonObject();
        extra.add(AS_IT_CAME, node.raw().json());
        return extra;
    }

    private void note(ComfyNode node) {
        String text = node.listed().stream()
                .findFirst()
                .or(() -> node.named().values().stream().findFirst())
                .filter(each -> each instanceof JsonPrimitive)
                .map(JsonElement::getAsString)
                .orElse("");
        boolean titled = !node.title().isEmpty()
                && NOTES.stream()
                        .noneMatch(type -> type.equalsIgnoreCase(node.title().replace(" ", "")));
        comments.add(new Comment(
                id("note"),
                titled ? node.title() + "\n\n" + text : text,
                node.raw().pair("pos").orElse(new Place(0, 0)),
                node.raw()
                        .pair("size")
                        .filter(Level::isSize)
                        .map(size -> new Size(size.x(), size.y()))
                        .orElse(new Size(260, 120)),
                node.raw()
                        .colour("bgcolor")
                        .or(() -> node.raw().colour("color"))
                        .orElse("")));
    }

    private void group(Loose group) {
        List<JsonElement> box = group.list("bounding");
        Optional<Place> at = box.size() < 4 ? Optional.empty() : Loose.pair(box.get(0), box.get(1));
        Optional<Place> size = box.size() < 4 ? Optional.empty() : Loose.pair(box.get(2), box.get(3));
        String title = group.text("title").orElse("");
        if (at.isEmpty() || size.filter(Level::isSize).isEmpty()) {
            say("", "the group " + title + " has no place and size");
            return;
        }
        groups.add(new Group(
                id("group"),
                title,
                group.colour("color").orElse(""),
                at.get(),
                new Size(size.get().x(), size.get().y())));
    }

    /** A class that Graft has no node for stays, with its values and sockets as they are called there. */
    private void stranger(ComfyNode node) {
        String type = AS_IT_CAME + "/" + node.type();
        String id = id(type);
        made.put(node, new Made(id, id, ""));
        kept.add(node.type());
        if (strangers.add(node.type())) {
            long many = graph.nodes().stream()
                    .filter(other -> other.type().equals(node.type()))
                    .count();
            say(
                    id,
                    "Graft has no node for ComfyUI's " + node.type()
                            + (many > 1 ? ", of which there are " + many : "") + ": it is kept as it came, and does not"
                            + " run");
        }
        add(id, node, type, values(node), withSockets(node, inputNames(node), outputNames(node)));
    }

    private static JsonObject withSockets(ComfyNode node, List<String> inputs, List<String> outputs) {
        List<Socket> in = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            in.add(new Socket(inputs.get(i), node.inputs().get(i).kind()));
        }
        List<Socket> out = new ArrayList<>();
        for (int i = 0; i < outputs.size() && i < node.outputs().size(); i++) {
            out.add(new Socket(outputs.get(i), node.outputs().get(i).kind()));
        }
        return DeclaredSockets.in(asItCame(node), in, out);
    }

    private void instance(ComfyNode node, ComfySubgraph subgraph) {
        Definitions.Sockets sockets = definitions.sockets(subgraph.id());
        String id = id(subgraph.title().isEmpty() ? "subgraph" : subgraph.title());
        made.put(node, new Made(id, id, ""));
        Map<String, JsonElement> settings = new LinkedHashMap<>();
        Map<Integer, JsonElement> values = instanceValues(node, subgraph);
        Optional<Level> inside = definitions.level(subgraph.id());
        values.forEach((input, value) -> settings.put(
                sockets.inputs().get(input),
                inside.map(level -> level.entering(input, value, new HashSet<>()))
                        .orElse(value)));
        // A circle of subgraphs is told by the check.
        inside.ifPresent(level -> settings.putAll(level.plans(values, new HashSet<>())));
        String title = node.title().equals(subgraph.title()) ? "" : node.title();
        List<String> in = node.inputs().stream()
                .map(input -> portOf(node, input, subgraph))
                .toList();
        add(
                id,
                new ComfyNode(
                        node.id(),
                        node.type(),
                        title,
                        node.inputs(),
                        node.outputs(),
                        node.listed(),
                        node.named(),
                        node.raw()),
                Subgraph.type(sockets.name()),
                settings,
                withSockets(node, in, sockets.outputs()));
    }

    private String portOf(ComfyNode node, ComfyNode.Input input, ComfySubgraph subgraph) {
        List<String> ports = definitions.sockets(subgraph.id()).inputs();
        for (int i = 0; i < ports.size(); i++) {
            if (subgraph.inputs().get(i).name().equals(input.name())) {
                return ports.get(i);
            }
        }
        return inputNames(node).get(node.inputs().indexOf(input));
    }

    /** The values that an instance gives, by the input of the subgraph. */
    private static Map<Integer, JsonElement> instanceValues(ComfyNode node, ComfySubgraph subgraph) {
        Map<Integer, JsonElement> values = new LinkedHashMap<>();
        int at = 0;
        for (int i = 0; i < subgraph.inputs().size(); i++) {
            String name = subgraph.inputs().get(i).name();
            JsonElement value = null;
            if (isWidget(subgraph, i)) {
                value = at < node.listed().size() ? node.listed().get(at) : null;
                at++;
            }
            value = node.named().getOrDefault(name, value);
            if (value != null && !value.isJsonNull()) {
                values.put(i, value);
            }
        }
        return values;
    }

    private static boolean isWidget(ComfySubgraph subgraph, int input) {
        return subgraph.inside().nodes().stream()
                .flatMap(node -> node.inputs().stream())
                .anyMatch(each -> each.widget()
                        && each.link()
                                .filter(link -> link.node().equals(ComfySubgraph.INPUTS) && link.slot() == input)
                                .isPresent());
    }

    /** A value that comes in from outside, as the setting that it enters takes it. */
    private JsonElement entering(int input, JsonElement value, Set<Level> seen) {
        if (!seen.add(this)) {
            return value;
        }
        for (ComfyNode node : graph.nodes()) {
            for (ComfyNode.Input each : node.inputs()) {
                if (enters(each, input)) {
                    Optional<String> setting = Counterpart.of(node.type())
                            .flatMap(counterpart ->
                                    Optional.ofNullable(counterpart.settings().get(each.name())));
                    if (setting.isPresent()) {
                        return Choices.translated(setting.get(), value);
                    }
                    Optional<ComfySubgraph> deeper = definitions.of(node.type());
                    for (int i = 0;
                            deeper.isPresent() && i < deeper.get().inputs().size();
                            i++) {
                        if (deeper.get().inputs().get(i).name().equals(each.name())) {
                            int socket = i;
                            return definitions
                                    .level(node.type())
                                    .map(level -> level.entering(socket, value, seen))
                                    .orElse(value);
                        }
                    }
                }
            }
        }
        return value;
    }

    private static boolean enters(ComfyNode.Input input, int slot) {
        return input.link()
                .filter(link -> link.node().equals(ComfySubgraph.INPUTS) && link.slot() == slot)
                .isPresent();
    }

    /** Steps and denoise of the samplers in here, where values that come in from outside change them. */
    private Map<String, JsonElement> plans(Map<Integer, JsonElement> values, Set<Level> seen) {
        Map<String, JsonElement> plans = new LinkedHashMap<>();
        if (!seen.add(this)) {
            return plans;
        }
        for (ComfyNode node : graph.nodes()) {
            Map<String, JsonElement> given = new LinkedHashMap<>();
            for (ComfyNode.Input input : node.inputs()) {
                input.link()
                        .filter(link -> link.node().equals(ComfySubgraph.INPUTS))
                        .map(link -> values.get(link.slot()))
                        .ifPresent(value -> given.put(input.name(), value));
            }
            Optional<ComfySubgraph> deeper = definitions.of(node.type());
            if (deeper.isPresent()) {
                Map<Integer, JsonElement> within = instanceValues(node, deeper.get());
                for (int i = 0; i < deeper.get().inputs().size(); i++) {
                    Optional.ofNullable(given.get(deeper.get().inputs().get(i).name()))
                            .ifPresent(putAt(within, i));
                }
                String prefix = made.get(node).id() + ".";
                definitions.level(node.type()).ifPresent(level -> level.plans(within, seen)
                        .forEach((name, value) -> plans.put(prefix + name, value)));
            } else if (node.type().equals(Counterpart.SAMPLER)
                    && UNPLANNED.stream().anyMatch(given::containsKey)) {
                Map<String, JsonElement> theirs = values(node);
                theirs.putAll(given);
                Map<String, JsonElement> plan =
                        SamplerSteps.of(theirs).map(SamplerSteps::settings).orElse(theirs);
                UNPLANNED.stream()
                        .sorted()
                        .filter(plan::containsKey)
                        .forEach(each -> plans.put(made.get(node).id() + "." + each, plan.get(each)));
            }
        }
        seen.remove(this);
        return plans;
    }

    private static Consumer<JsonElement> putAt(Map<Integer, JsonElement> values, int index) {
        return value -> values.put(index, value);
    }

    private void known(ComfyNode node, Counterpart counterpart) {
        String id = id(counterpart.type());
        Map<String, JsonElement> theirs = values(node);
        Map<String, JsonElement> settings = new LinkedHashMap<>();
        theirs.forEach((name, value) -> {
            String ours = counterpart.settings().get(name);
            if (ours != null) {
                settings.put(ours, Choices.translated(ours, value));
            } else if (counterpart.widgets().contains(name)
                    || name.equals(Counterpart.CONTROL)
                    || name.equals("upload")
                    || value.isJsonNull()) {
                return;
            } else if (counterpart.socket(name).isPresent()) {
                say(id, "the input " + name + " of ComfyUI's " + node.called() + " has a value in place of a wire");
            } else {
                say(id, "the value " + name + " of ComfyUI's " + node.called() + " has no counterpart here");
            }
        });
        JsonObject extra = asItCame(node);
        if (node.type().equals(Counterpart.SAMPLER)) {
            sampler(id, node, theirs, settings, extra);
        }
        if (node.type().equals(Counterpart.PROMPT)
                && theirs.get("text") instanceof JsonPrimitive text
                && text.isString()) {
            Differences.ofPrompt(text.getAsString()).forEach(clause -> say(id, clause));
        }
        if (node.type().equals(Counterpart.PREVIEW)) {
            say(id, "ComfyUI's " + node.called() + " only shows its pictures, and Graft saves them");
        }
        if (node.type().equals(Counterpart.LORA) || node.type().equals(Counterpart.LORA_OF_MODEL)) {
            lora(id, node, counterpart, theirs, settings, extra);
        } else {
            made.put(node, new Made(id, id, ""));
            add(id, node, counterpart.type(), settings, extra);
        }
    }

    private void sampler(
            String id,
            ComfyNode node,
            Map<String, JsonElement> theirs,
            Map<String, JsonElement> settings,
            JsonObject extra) {
        SamplerSteps.of(theirs).ifPresent(plan -> settings.putAll(plan.settings()));
        Differences.ofSampler(theirs).forEach(clause -> say(id, clause));
        wiredSteps(id, node, theirs);
        Optional<ComfyNode> negative = node.link("negative")
                .flatMap(link -> origin(link, new HashSet<>(), List.of()))
                .flatMap(Origin::node);
        boolean silent = negative.filter(from -> from.mode() == ComfyNode.MUTED || from.mode() == ComfyNode.BYPASSED)
                .isPresent();
        if (node.link("negative").isEmpty() || silent) {
            say(
                    id,
                    "nothing enters negative"
                            + (silent ? ", since " + negative.get().called() + " is left out" : "")
                            + ": ComfyUI refuses that, and Graft takes an empty prompt");
        }
        if (theirs.get(Counterpart.CONTROL) instanceof JsonPrimitive control && control.isString()) {
            String word = control.getAsString();
            if (CONTROLS.containsKey(word) && within.isEmpty()) {
                JsonObject seeds = new JsonObject();
                seeds.addProperty("seed", CONTROLS.get(word));
                extra.add("seedControl", seeds);
                say(
                        id,
                        "the seed is changed (" + word
                                + ") before each run in the window, where ComfyUI changes it after" + " each");
            } else if (!word.equals("fixed")) {
                say(id, "the seed stays as it is, where ComfyUI changes it after each run (" + word + ")");
            }
        }
    }

    /** What comes by a wire is known when it runs, and values from outside a subgraph when that is used ({@link #plans}). */
    private void wiredSteps(String id, ComfyNode node, Map<String, JsonElement> theirs) {
        List<String> wired = UNPLANNED.stream()
                .sorted()
                .filter(name -> node.link(name)
                        .flatMap(link -> origin(link, new HashSet<>(), List.of()))
                        .flatMap(Origin::node)
                        .filter(from -> !from.type().equals(PRIMITIVE))
                        .isPresent())
                .toList();
        boolean partly = Loose.number(theirs.get("denoise")).orElse(1.0) < 1;
        if (wired.contains("denoise") || (partly && !wired.isEmpty())) {
            say(
                    id,
                    String.join(" and ", wired) + " of ComfyUI's " + node.called()
                            + " come by wire: below a denoise of 1 it walks all of its steps, and Graft that share of"
                            + " them");
        }
    }

    /** Their loader reads the file too; where its CLIP is not of its model, it becomes one for each. */
    private void lora(
            String id,
            ComfyNode node,
            Counterpart counterpart,
            Map<String, JsonElement> theirs,
            Map<String, JsonElement> settings,
            JsonObject extra) {
        boolean two = isSplit(node);
        Map<String, JsonElement> ofModel = new LinkedHashMap<>(settings);
        if (two || node.type().equals(Counterpart.LORA_OF_MODEL)) {
            ofModel.put("textStrength", new JsonPrimitive(0));
        }
        add(id, node, counterpart.type(), ofModel, extra);
        String clip = id;
        if (two) {
            clip = id(counterpart.type());
            Map<String, JsonElement> ofClip = new LinkedHashMap<>(settings);
            ofClip.put("unetStrength", new JsonPrimitive(0));
            add(clip, node, counterpart.type(), ofClip, new JsonObject());
            place(clip, nodes.get(id), 160);
            say(id, "the CLIP of ComfyUI's " + node.called() + " comes from elsewhere than its model: it is " + clip);
        }
        String loader = id("lora");
        Map<String, JsonElement> file = new LinkedHashMap<>();
        Optional.ofNullable(theirs.get("lora_name")).ifPresent(name -> file.put("file", name));
        add(loader, node, "graft/lora/load", file, new JsonObject());
        place(loader, nodes.get(id), -160);
        made.put(node, new Made(id, clip, loader));
        wires.add(new Wire(loader, "lora", id, "lora"));
        if (two) {
            wires.add(new Wire(loader, "lora", clip, "lora"));
        }
    }

    private void place(String id, WorkflowNode beside, double down) {
        nodes.computeIfPresent(id, (same, node) -> {
            WorkflowNode plain = node.withTitle("").withLook(Look.PLAIN);
            return beside.place().map(at -> plain.withPlace(at.plus(0, down))).orElse(plain);
        });
    }

    /** Whether the CLIP that enters a LoRA is not the one that belongs to its model. */
    private boolean isSplit(ComfyNode node) {
        if (!node.type().equals(Counterpart.LORA)) {
            return false;
        }
        if (!split.containsKey(node)) {
            // While it is looked for, in a circle, which a check tells of.
            split.put(node, true);
            Optional<String> clip = node.link("clip").map(this::identity);
            boolean same = clip.isEmpty() || clip.equals(node.link("model").map(this::identity));
            split.put(node, !same);
        }
        return split.get(node);
    }

    /** The same for outputs there that are one here. */
    private String identity(ComfyLink link) {
        Optional<Origin> origin = origin(link, new HashSet<>(), link.via());
        if (origin.isEmpty() || origin.get().node().isEmpty()) {
            return link.node() + ":" + link.slot();
        }
        ComfyNode node = origin.get().node().get();
        int slot = origin.get().slot();
        boolean one = node.type().equals(Counterpart.LORA)
                ? !isSplit(node)
                : Counterpart.of(node.type())
                        .flatMap(counterpart -> counterpart.output(slot))
                        .isPresent();
        return node.id() + ":" + (one ? "" : slot);
    }

    // --- values
    // ---------------------------------------------------------------------------------------------------------

    /** The values of a node by name, those of primitives among them. */
    private Map<String, JsonElement> values(ComfyNode node) {
        Map<String, JsonElement> values = new LinkedHashMap<>();
        List<String> names = names(node);
        for (int i = 0; i < Math.min(names.size(), node.listed().size()); i++) {
            if (!names.get(i).isEmpty()) {
                values.put(names.get(i), node.listed().get(i));
            }
        }
        if (names.isEmpty() && node.named().isEmpty() && !node.listed().isEmpty()) {
            JsonArray list = new JsonArray();
            node.listed().forEach(list::add);
            values.put("widgets_values", list);
        }
        values.putAll(node.named());
        for (ComfyNode.Input input : node.inputs()) {
            primitive(input).flatMap(each -> each.listed().stream().findFirst()).ifPresent(value -> {
                values.put(input.name(), value);
            });
            if (input.name().equals("seed")) {
                primitive(input)
                        .filter(each -> each.listed().size() > 1)
                        .ifPresent(each ->
                                values.put(Counterpart.CONTROL, each.listed().get(1)));
            }
        }
        return values;
    }

    /** The names of the listed values: of a known class by heart, else those of its inputs for settings, if as many. */
    private static List<String> names(ComfyNode node) {
        Optional<Counterpart> known = Counterpart.of(node.type());
        if (known.isPresent()) {
            List<String> names = known.get().widgets();
            int control = names.indexOf(Counterpart.CONTROL);
            // Older files have no word on what becomes of the seed.
            boolean without = control >= 0
                    && node.listed().size() == names.size() - 1
                    && Loose.number(node.listed().get(control)).isPresent();
            return without
                    ? names.stream()
                            .filter(name -> !name.equals(Counterpart.CONTROL))
                            .toList()
                    : names;
        }
        List<String> names = node.inputs().stream()
                .filter(ComfyNode.Input::widget)
                .map(ComfyNode.Input::name)
                .toList();
        return names.size() == node.listed().size() && names.stream().distinct().count() == names.size()
                ? names
                : List.of();
    }

    /** The primitive, a node that only holds a value, that is wired to an input. */
    private Optional<ComfyNode> primitive(ComfyNode.Input input) {
        return input.link()
                .flatMap(link -> origin(link, new HashSet<>(), List.of()))
                .flatMap(Origin::node)
                .filter(node -> node.type().equals(PRIMITIVE));
    }

    // --- wires
    // ----------------------------------------------------------------------------------------------------------

    /** A node there, past reroutes and nodes that hand on what comes in; none for the subgraph's own inputs. */
    private record Origin(Optional<ComfyNode> node, int slot, List<Place> via) {}

    private Optional<Origin> origin(ComfyLink link, Set<String> seen, List<Place> via) {
        if (link.node().equals(ComfySubgraph.INPUTS) && within.isPresent()) {
            return link.slot() < within.get().inputs().size()
                    ? Optional.of(new Origin(Optional.empty(), link.slot(), via))
                    : Optional.empty();
        }
        ComfyNode node = byId.get(link.node());
        if (node == null || link.slot() < 0 || !seen.add(link.node() + ":" + link.slot())) {
            return Optional.empty();
        }
        if (node.type().equals(REROUTE)) {
            return node.inputs().stream()
                    .flatMap(input -> input.link().stream())
                    .findFirst()
                    .flatMap(before -> origin(before, seen, joined(before.via(), middle(node), via)));
        }
        Optional<String> passed = Counterpart.of(node.type())
                .filter(counterpart -> definitions.of(node.type()).isEmpty())
                .flatMap(counterpart -> counterpart.passed(link.slot()));
        if (passed.isPresent()) {
            return node.mode() == ComfyNode.MUTED
                    ? Optional.empty()
                    : node.link(passed.get()).flatMap(before -> origin(before, seen, joined(before.via(), via)));
        }
        return Optional.of(new Origin(Optional.of(node), link.slot(), via));
    }

    private static List<Place> middle(ComfyNode reroute) {
        Place size = reroute.raw().pair("size").orElse(new Place(0, 0));
        return reroute.raw().pair("pos").map(at -> at.plus(size.x() / 2, size.y() / 2)).stream()
                .toList();
    }

    @SafeVarargs
    private static List<Place> joined(List<Place>... parts) {
        List<Place> all = new ArrayList<>();
        for (List<Place> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private Optional<End> source(ComfyLink link) {
        return origin(link, new HashSet<>(), link.via()).flatMap(this::end);
    }

    private Optional<End> end(Origin origin) {
        if (origin.node().isEmpty()) {
            String port =
                    definitions.sockets(within.orElseThrow().id()).inputs().get(origin.slot());
            return Optional.of(new End("", port, origin.via()));
        }
        ComfyNode node = origin.node().get();
        Made here = made.get(node);
        if (here == null) {
            return Optional.empty();
        }
        String id = node.type().equals(Counterpart.LORA) && origin.slot() == 1 ? here.clip() : here.id();
        return Optional.of(new End(id, outputName(node, origin.slot()), origin.via()));
    }

    private String outputName(ComfyNode node, int slot) {
        Optional<ComfySubgraph> subgraph = definitions.of(node.type());
        if (subgraph.isPresent()) {
            List<String> ports = definitions.sockets(node.type()).outputs();
            return slot < ports.size() ? ports.get(slot) : "output" + slot;
        }
        Optional<Counterpart> counterpart = Counterpart.of(node.type());
        if (counterpart.isPresent()) {
            return counterpart.get().output(slot).orElseGet(() -> theirOutputName(node, slot));
        }
        List<String> names = outputNames(node);
        return slot < names.size() ? names.get(slot) : "output" + slot;
    }

    private static String theirOutputName(ComfyNode node, int slot) {
        String name = slot < node.outputs().size() ? node.outputs().get(slot).name() : "";
        return name.isEmpty() ? "output" + slot : name;
    }

    private static List<String> outputNames(ComfyNode node) {
        return unused(node.outputs().stream().map(ComfyNode.Output::name).toList(), "output");
    }

    private static List<String> inputNames(ComfyNode node) {
        return unused(node.inputs().stream().map(ComfyNode.Input::name).toList(), "input");
    }

    private static List<String> unused(List<String> wishes, String otherwise) {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < wishes.size(); i++) {
            String name = wishes.get(i).isEmpty() ? otherwise + i : wishes.get(i);
            for (int again = 2; !names.add(name); again++) {
                name = wishes.get(i) + "_" + again;
            }
        }
        return List.copyOf(names);
    }

    private void wires(ComfyNode node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            ComfyNode.Input input = node.inputs().get(i);
            if (input.link().isPresent()) {
                wire(node, i, input, input.link().get());
            }
        }
    }

    private void wire(ComfyNode node, int index, ComfyNode.Input input, ComfyLink link) {
        String id = made.get(node).id();
        Optional<ComfyNode> primitive = primitive(input);
        if (primitive.isPresent()) {
            JsonElement value = primitive.get().listed().stream().findFirst().orElse(null);
            for (Target target : targets(node, index, input)) {
                say(
                        target.node(),
                        "the value of ComfyUI's " + primitive.get().called() + " is now that of the setting "
                                + target.socket());
                // Those of other nodes have it already.
                if (value != null && definitions.of(node.type()).isPresent()) {
                    nodes.computeIfPresent(target.node(), (same, old) -> old.with(target.socket(), value));
                }
            }
            return;
        }
        Optional<End> from = source(link);
        if (from.isEmpty()) {
            say(
                    id,
                    "the wire that enters " + input.name() + " of ComfyUI's " + node.called() + " is not taken over: "
                            + why(link));
            if (Counterpart.of(node.type()).isPresent()) {
                // Without the wire a setting would have its own value in silence: a check names wires from nowhere.
                String nowhere = id("missing");
                targets(node, index, input)
                        .forEach(target -> wires.add(new Wire(
                                nowhere, "output" + Math.max(0, link.slot()), target.node(), target.socket())));
            }
            return;
        }
        for (Target target : targets(node, index, input)) {
            if (from.get().node().isEmpty()) {
                inputs.add(new Port(from.get().socket(), title(from.get().socket()), target.node(), target.socket()));
            } else {
                wires.add(new Wire(
                        from.get().node(),
                        from.get().socket(),
                        target.node(),
                        target.socket(),
                        from.get().via()));
            }
        }
        unknownEnds(node, input, link, id);
    }

    private String title(String port) {
        ComfySubgraph subgraph = within.orElseThrow();
        int index = definitions.sockets(subgraph.id()).inputs().indexOf(port);
        ComfySubgraph.Input input = subgraph.inputs().get(index);
        return input.title().isEmpty() && !input.name().equals(port) ? input.name() : input.title();
    }

    /** Wires that end in what there is not here stay under the names that they have there, and a check refuses them. */
    private void unknownEnds(ComfyNode node, ComfyNode.Input input, ComfyLink link, String id) {
        Optional<Counterpart> to = Counterpart.of(node.type());
        if (to.isPresent() && to.get().socket(input.name()).isEmpty() && !isOfLora(node, input)) {
            say(id, "Graft's node has no input like " + input.name() + " of ComfyUI's " + node.called());
        }
        Optional<Origin> origin = origin(link, new HashSet<>(), List.of());
        origin.flatMap(Origin::node).ifPresent(from -> {
            int slot = origin.get().slot();
            Counterpart.of(from.type())
                    .filter(counterpart -> counterpart.output(slot).isEmpty())
                    .ifPresent(none -> say(
                            made.get(from).id(),
                            "Graft's node has no output like " + theirOutputName(from, slot) + " of ComfyUI's "
                                    + from.called() + ", which is wired to " + input.name() + " of " + id));
        });
    }

    private static boolean isOfLora(ComfyNode node, ComfyNode.Input input) {
        return (node.type().equals(Counterpart.LORA) || node.type().equals(Counterpart.LORA_OF_MODEL))
                && input.name().equals("lora_name");
    }

    private String why(ComfyLink link) {
        if (link.equals(ComfyLink.NOWHERE)) {
            return "the file's table of wires does not have it";
        }
        if (link.node().equals(ComfySubgraph.INPUTS) && within.isPresent()) {
            return "the subgraph has no input " + link.slot();
        }
        return byId.containsKey(link.node())
                ? "nothing comes out of node " + link.node() + " there"
                : "there is no node " + link.node() + " in the file";
    }

    private List<Target> targets(ComfyNode node, int index, ComfyNode.Input input) {
        Made here = made.get(node);
        Optional<ComfySubgraph> subgraph = definitions.of(node.type());
        if (subgraph.isPresent()) {
            return List.of(new Target(here.id(), portOf(node, input, subgraph.get()), false));
        }
        Optional<Counterpart> counterpart = Counterpart.of(node.type());
        if (counterpart.isEmpty()) {
            return List.of(new Target(here.id(), inputNames(node).get(index), input.widget()));
        }
        if (isOfLora(node, input)) {
            return List.of(new Target(here.loader(), "file", true));
        }
        String socket = counterpart.get().socket(input.name()).orElseGet(() -> inputNames(node)
                .get(index));
        boolean setting = counterpart.get().settings().containsKey(input.name());
        if (input.name().equals("clip") && node.type().equals(Counterpart.LORA)) {
            return here.clip().equals(here.id()) ? List.of() : List.of(new Target(here.clip(), socket, false));
        }
        boolean ofClip = input.name().equals("strength_clip");
        return List.of(new Target(ofClip ? here.clip() : here.id(), socket, setting));
    }

    private void outputs(ComfySubgraph subgraph) {
        List<String> ports = definitions.sockets(subgraph.id()).outputs();
        for (int i = 0; i < ports.size(); i++) {
            ComfySubgraph.Output output = subgraph.outputs().get(i);
            String name = output.name().isEmpty() ? ports.get(i) : output.name();
            Optional<End> from = output.from().flatMap(this::source);
            if (from.isEmpty() || from.get().node().isEmpty()) {
                say(
                        "",
                        "its output " + name
                                + (from.isEmpty() ? " has nothing wired to it" : " is wired straight to an input")
                                + ": it is not taken over");
                continue;
            }
            String title =
                    output.title().isEmpty() && !output.name().equals(ports.get(i)) ? output.name() : output.title();
            outputs.add(
                    new Port(ports.get(i), title, from.get().node(), from.get().socket()));
        }
    }

    /** Graft's empty latents ask a model how large a latent is: that of the sampler that they enter, else any one here. */
    private Workflow giveLatentsAModel(Workflow drawn) {
        List<Wire> all = new ArrayList<>(drawn.wires());
        drawn.nodes().forEach((id, node) -> {
            if (!node.type().equals("graft/latents/empty")) {
                return;
            }
            List<String> samplers = drawn.wires().stream()
                    .filter(wire -> wire.fromNode().equals(id))
                    .map(Wire::toNode)
                    .toList();
            Optional<Wire> wired = drawn.wires().stream()
                    .filter(wire ->
                            samplers.contains(wire.toNode()) && wire.input().equals("model"))
                    .findFirst();
            Optional<Port> fromOutside = inputs.stream()
                    .filter(port ->
                            samplers.contains(port.node()) && port.socket().equals("model"))
                    .findFirst();
            if (wired.isEmpty() && fromOutside.isPresent()) {
                Port port = fromOutside.get();
                inputs.add(new Port(port.id(), port.title(), id, "model"));
                return;
            }
            wired.map(model -> new Wire(model.fromNode(), model.output(), id, "model"))
                    .or(() -> drawn.nodes().entrySet().stream()
                            .filter(each -> each.getValue().type().equals("graft/model/load"))
                            .map(each -> new Wire(each.getKey(), "model", id, "model"))
                            .findFirst())
                    .ifPresent(all::add);
        });
        return drawn.withWires(all);
    }
}
