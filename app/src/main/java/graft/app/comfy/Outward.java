package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.DeclaredSockets;
import graft.app.workflow.Mode;
import graft.app.workflow.Sockets.Socket;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the nodes of a flat workflow into ComfyUI's, and names all that there is nothing like there. */
final class Outward {

    /** What is one with another node there. */
    private static final String LORA_FILE = "graft/lora/load";

    private static final String LORA = "graft/adapters/add-lora";
    private static final String MODEL = "graft/model/load";
    private static final String CONTROL = "graft/control/apply";

    /** Kinds that are one wire here, and that nodes hand on there which change another of them. */
    private static final Set<String> OF_MODELS = Set.of("MODEL", "CLIP", "VAE");

    /** Settings that change how a picture is made and not the picture, or where it goes. */
    private static final Set<String> UNSAID =
            Set.of("batchLimit", "precision", "weights", "tiles", "tileSize", "folder", "remember");

    /** Of a LoRA, what its strengths say there, or is told at once. */
    private static final Set<String> UNSAID_OF_LORA = Set.of("on", "from", "to", "ramp", "textStrength");

    private static final Pattern UNNAMED_OUTPUT = Pattern.compile("output(\\d+)");

    private final Workflow flat;
    private final Workflow root;
    private final Function<String, Optional<NodeSchema>> types;
    private final FileNames files;
    private final boolean chooses;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, String> vaes = new LinkedHashMap<>();
    private final List<OutNode> made = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * @param flat without subgraphs and bypassed nodes
     * @param root the workflow as it is, by whose nodes ids are found
     * @param chooses whether choices in prompts are made where it goes
     */
    Outward(
            Workflow flat,
            Workflow root,
            Function<String, Optional<NodeSchema>> types,
            FileNames files,
            boolean chooses) {
        this.flat = flat;
        this.root = root;
        this.types = types;
        this.files = files;
        this.chooses = chooses;
    }

    /**
     * The nodes there.
     *
     * @throws Problem with all that cannot be said there
     */
    List<OutNode> nodes() {
        flat.nodes().keySet().forEach(this::keepId);
        flat.nodes().forEach((path, node) -> {
            if (node.mode() != Mode.MUTED && !node.type().equals(LORA_FILE) && !isWithinPrompts(path, node)) {
                add(path, node);
            }
        });
        if (!faults.isEmpty()) {
            throw new Problem(
                    "cannot save the workflow for ComfyUI",
                    String.join("; ", faults),
                    "change or remove these nodes, or mute them");
        }
        if (made.isEmpty()) {
            throw new Problem(
                    "cannot save the workflow for ComfyUI", "it has no nodes that run", "add nodes, or unmute them");
        }
        return made;
    }

    /** What makes choices is in the prompts that it enters. */
    private boolean isWithinPrompts(String path, WorkflowNode node) {
        List<Wire> out = flat.wires().stream()
                .filter(wire -> wire.fromNode().equals(path))
                .toList();
        return node.type().equals(Choosing.NODE)
                && !out.isEmpty()
                && out.stream().allMatch(wire -> wire.input().startsWith("prompt"));
    }

    /** The text with choices that enters a setting of a node. */
    private void choices(String path, Counterpart.Widget widget, OutNode out) {
        Optional<Wire> wire = into(path, widget.setting())
                .filter(each -> flat.nodes().get(each.fromNode()).type().equals(Choosing.NODE));
        if (wire.isEmpty()) {
            return;
        }
        WorkflowNode from = flat.nodes().get(wire.get().fromNode());
        boolean files = value(from, "folder")
                .filter(folder -> !folder.getAsString().isBlank())
                .isPresent();
        if (!chooses || files) {
            faults.add("ComfyUI's " + (chooses ? "window has no files of choices" : "server makes no choices") + ", as "
                    + wire.get().fromNode() + " does for " + path);
        }
        value(from, "text").ifPresent(text -> out.values().put(widget.name(), text));
    }

    // ---- ids

    private void keepId(String path) {
        if (flat.nodes().get(path).type().equals(LORA_FILE)) {
            return;
        }
        theirId(path).filter(taken::add).ifPresent(id -> ids.put(path, id));
    }

    /** The id that a node had in ComfyUI; of one in a subgraph after that of the node that stands for it. */
    private Optional<String> theirId(String path) {
        StringBuilder all = new StringBuilder();
        int end = -1;
        do {
            end = path.indexOf('.', end + 1);
            Optional<String> id =
                    root.node(end < 0 ? path : path.substring(0, end)).flatMap(Draft::theirId);
            if (id.isEmpty()) {
                return Optional.empty();
            }
            all.append(all.isEmpty() ? "" : ":").append(id.get());
        } while (end >= 0);
        return Optional.of(all.toString());
    }

    private String id(String path) {
        return ids.computeIfAbsent(path, none -> fresh());
    }

    private String fresh() {
        int id = 1;
        while (!taken.add(Integer.toString(id))) {
            id++;
        }
        return Integer.toString(id);
    }

    // ---- nodes

    private void add(String path, WorkflowNode node) {
        if (node.type().startsWith(Draft.AS_IT_CAME + "/")) {
            stranger(path, node);
            return;
        }
        Optional<Counterpart> counterpart = counterpart(path, node);
        if (counterpart.isEmpty()) {
            faults.add("ComfyUI has no node like " + title(node) + " (" + path + ")");
            return;
        }
        OutNode out = OutNode.of(id(path), counterpart.get().name(), node.title(), Optional.of(path));
        made.add(out);
        values(path, node, counterpart.get(), out);
        links(path, counterpart.get(), out);
        if (node.type().equals(MODEL)) {
            vae(path, node);
        }
        if (node.type().equals(LORA)) {
            lora(path, node, out);
        }
    }

    private String title(WorkflowNode node) {
        return types.apply(node.type()).map(NodeSchema::title).orElse(node.type());
    }

    /** A node that came from ComfyUI and goes back as it is. */
    private void stranger(String path, WorkflowNode node) {
        OutNode out = OutNode.of(
                id(path), node.type().substring(Draft.AS_IT_CAME.length() + 1), node.title(), Optional.of(path));
        made.add(out);
        out.values().putAll(node.settings());
        out.values().remove(Counterpart.CONTROL);
        for (Wire wire : into(path)) {
            link(wire, "*").ifPresent(link -> {
                out.values().remove(wire.input());
                out.links().put(wire.input(), link);
            });
        }
    }

    /** The class that a node came from, if it still is one, else the first that has all that the node says. */
    private Optional<Counterpart> counterpart(String path, WorkflowNode node) {
        List<Counterpart> choice = new ArrayList<>();
        Draft.theirType(node)
                .flatMap(Counterparts::of)
                .filter(each -> each.type().equals(node.type()))
                .ifPresent(choice::add);
        choice.addAll(Counterparts.becoming(node.type()));
        return choice.stream().filter(each -> suits(path, node, each)).findFirst();
    }

    private boolean suits(String path, WorkflowNode node, Counterpart counterpart) {
        boolean fixed = counterpart.fixed().entrySet().stream()
                .allMatch(each -> value(node, each.getKey()).equals(Optional.of(each.getValue())));
        boolean plain = !counterpart.fixed().isEmpty()
                || !value(node, "tiles").equals(Optional.of(new JsonPrimitive("always")));
        return fixed
                && plain
                && switch (counterpart.name()) {
                    case Counterpart.LORA_OF_MODEL ->
                        value(node, "textStrength").flatMap(Loose::number).equals(Optional.of(0.0));
                    case "ControlNetApply" -> into(path, "negative").isEmpty() && isWhole(node);
                    case "ControlNetApplyAdvanced" -> into(path, "negative").isPresent() || !isWhole(node);
                    default -> true;
                };
    }

    private boolean isWhole(WorkflowNode node) {
        return value(node, "start").flatMap(Loose::number).orElse(0.0) == 0
                && value(node, "end").flatMap(Loose::number).orElse(1.0) == 1;
    }

    /** A setting, or its default. */
    private Optional<JsonElement> value(WorkflowNode node, String setting) {
        return Optional.ofNullable(node.settings().get(setting))
                .or(() -> schema(node, setting).map(each -> each.toJson(each.defaultValue())));
    }

    private Optional<SettingSchema> schema(WorkflowNode node, String setting) {
        return types.apply(node.type()).flatMap(type -> type.setting(setting));
    }

    // ---- values

    private void values(String path, WorkflowNode node, Counterpart counterpart, OutNode out) {
        Map<String, JsonElement> came = Draft.theirValues(node, counterpart);
        Map<String, JsonElement> plan = new LinkedHashMap<>(came);
        plan.putAll(Samplers.planned(counterpart, came));
        boolean walksAsBefore =
                Samplers.PLAN.stream().allMatch(name -> value(node, name).equals(Optional.ofNullable(plan.get(name))));
        Map<String, JsonElement> theirPlan = counterpart.name().equals(Counterpart.SAMPLER) && !walksAsBefore
                ? SamplerSteps.there(value(node, "steps"), value(node, "denoise"))
                : Map.of();
        Set<String> said = new HashSet<>(counterpart.fixed().keySet());
        for (Counterpart.Widget widget : counterpart.widgets()) {
            if (Counterpart.OF_THE_WINDOW.contains(widget.name())
                    || widget.name().equals("vae_name")) {
                said.add(widget.setting());
                continue;
            }
            if (widget.setting().isEmpty()) {
                Optional.ofNullable(came.get(widget.name())).or(widget::usual).ifPresent(value -> out.values()
                        .put(widget.name(), value));
                continue;
            }
            said.add(widget.setting());
            Optional<JsonElement> here = value(node, widget.setting());
            if (here.isEmpty()) {
                continue;
            }
            JsonElement before = came.get(widget.name());
            JsonElement asBefore = before == null ? null : widget.words().here(plan.get(widget.name()));
            if (here.get().equals(asBefore) && !theirPlan.containsKey(widget.name())) {
                out.values().put(widget.name(), before);
                continue;
            }
            Optional<JsonElement> there =
                    Optional.ofNullable(theirPlan.get(widget.name())).or(() -> there(node, widget, here.get()));
            if (there.isPresent()) {
                out.values().put(widget.name(), there.get());
            } else {
                faults.add("ComfyUI has nothing like " + here.get().getAsString() + ", the " + widget.setting() + " of "
                        + path);
            }
        }
        types.apply(node.type()).stream()
                .flatMap(type -> type.settings().stream())
                .filter(setting ->
                        !said.contains(setting.id()) && node.settings().containsKey(setting.id()))
                .filter(setting -> !node.settings().get(setting.id()).equals(setting.toJson(setting.defaultValue())))
                .filter(setting -> !isUnsaid(node, setting.id()))
                .forEach(setting -> faults.add(
                        "ComfyUI's " + counterpart.name() + " has nothing like the " + setting.id() + " of " + path));
    }

    private static boolean isUnsaid(WorkflowNode node, String setting) {
        return UNSAID.contains(setting) || (node.type().equals(LORA) && UNSAID_OF_LORA.contains(setting));
    }

    private Optional<JsonElement> there(WorkflowNode node, Counterpart.Widget widget, JsonElement here) {
        Optional<SettingSchema> setting = schema(node, widget.setting());
        boolean file = setting.filter(each -> isFile(each)).isPresent();
        if (file && here instanceof JsonPrimitive name && name.isString()) {
            return files.there(setting.get(), name.getAsString()).map(JsonPrimitive::new);
        }
        return widget.words().there(here);
    }

    private static boolean isFile(SettingSchema setting) {
        return switch (setting.declared().control()) {
            case MODEL, FILE, ADAPTER, IMAGE_FILE -> true;
            default -> false;
        };
    }

    // ---- wires

    private List<Wire> into(String path) {
        return flat.wires().stream()
                .filter(wire -> wire.toNode().equals(path))
                .filter(wire -> Optional.ofNullable(flat.nodes().get(wire.fromNode()))
                        .filter(from -> from.mode() != Mode.MUTED)
                        .isPresent())
                .toList();
    }

    private Optional<Wire> into(String path, String socket) {
        return into(path).stream().filter(wire -> wire.input().equals(socket)).findFirst();
    }

    private void links(String path, Counterpart counterpart, OutNode out) {
        for (Counterpart.In input : counterpart.inputs()) {
            Optional<Wire> wire = into(path, input.socket());
            Optional<OutNode.Link> link =
                    wire.isPresent() ? link(wire.get(), input.kind()) : unwired(path, counterpart, input, out);
            if (link.isPresent()) {
                out.links().put(input.name(), link.get());
            } else if (wire.isEmpty() && !input.optional()) {
                faults.add("nothing enters " + input.name() + " of " + path);
            }
        }
        for (Counterpart.Widget widget : counterpart.widgets()) {
            choices(path, widget, out);
            into(path, widget.setting()).flatMap(wire -> link(wire, "*")).ifPresent(link -> {
                out.values().remove(widget.name());
                out.links().put(widget.name(), link);
            });
        }
    }

    /** What enters an input that must be wired there and need not be here. */
    private Optional<OutNode.Link> unwired(String path, Counterpart counterpart, Counterpart.In input, OutNode out) {
        if (!input.socket().equals("negative")) {
            return Optional.empty();
        }
        if (counterpart.type().equals(CONTROL)) {
            return Optional.ofNullable(out.links().get("positive"));
        }
        // Graft takes an empty prompt.
        return into(path, "model").flatMap(wire -> link(wire, "CLIP")).map(clip -> {
            OutNode empty = OutNode.of(fresh(), "CLIPTextEncode", "", Optional.empty());
            empty.values().put("text", new JsonPrimitive(""));
            empty.links().put("clip", clip);
            made.add(empty);
            return new OutNode.Link(empty.id(), 0);
        });
    }

    /** Where there comes what a wire brings. */
    private Optional<OutNode.Link> link(Wire wire, String kind) {
        Optional<OutNode.Link> link = link(wire.fromNode(), wire.output(), kind, new HashSet<>());
        WorkflowNode from = flat.nodes().get(wire.fromNode());
        if (link.isEmpty() && hasCounterpart(from)) {
            faults.add("ComfyUI has nothing like the wire from " + wire.from() + " to " + wire.to());
        }
        return link;
    }

    private static boolean hasCounterpart(WorkflowNode node) {
        return !Counterparts.becoming(node.type()).isEmpty() || node.type().startsWith(Draft.AS_IT_CAME + "/");
    }

    private Optional<OutNode.Link> link(String path, String output, String kind, Set<String> seen) {
        WorkflowNode node = flat.nodes().get(path);
        if (node == null || !seen.add(path)) {
            return Optional.empty();
        }
        if (node.type().startsWith(Draft.AS_IT_CAME + "/")) {
            return slot(node, output).map(slot -> new OutNode.Link(id(path), slot));
        }
        Optional<Counterpart> counterpart = counterpart(path, node);
        if (counterpart.isEmpty()) {
            return Optional.empty();
        }
        if (node.type().equals(MODEL) && kind.equals("VAE") && otherVae(node).isPresent()) {
            return Optional.of(new OutNode.Link(vaes.computeIfAbsent(path, none -> fresh()), 0));
        }
        List<Counterpart.Out> outputs = counterpart.get().outputs();
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).socket().equals(output) && (outputs.get(i).kind().equals(kind) || kind.equals("*"))) {
                return Optional.of(new OutNode.Link(id(path), i));
            }
        }
        // A node that changes one part of a model leaves the others where they come from.
        return OF_MODELS.contains(kind)
                ? into(path, "model").flatMap(wire -> link(wire.fromNode(), wire.output(), kind, seen))
                : Optional.empty();
    }

    private static Optional<Integer> slot(WorkflowNode node, String output) {
        List<Socket> outputs = DeclaredSockets.outputs(node).orElse(List.of());
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i).id().equals(output)) {
                return Optional.of(i);
            }
        }
        Matcher unnamed = UNNAMED_OUTPUT.matcher(output);
        return unnamed.matches() && unnamed.group(1).length() < 6
                ? Optional.of(Integer.valueOf(unnamed.group(1)))
                : Optional.empty();
    }

    // ---- models

    private Optional<JsonElement> otherVae(WorkflowNode node) {
        return value(node, "vae")
                .filter(vae -> vae instanceof JsonPrimitive name
                        && name.isString()
                        && !name.getAsString().isBlank());
    }

    private void vae(String path, WorkflowNode node) {
        otherVae(node).ifPresent(vae -> {
            OutNode loader = OutNode.of(
                    vaes.computeIfAbsent(path, none -> fresh()), Counterpart.VAE_LOADER, "", Optional.empty());
            Optional<SettingSchema> setting = schema(node, "vae");
            Optional<String> name = setting.flatMap(each -> files.there(each, vae.getAsString()));
            name.ifPresentOrElse(
                    each -> loader.values().put("vae_name", new JsonPrimitive(each)),
                    () -> faults.add("ComfyUI cannot have the VAE " + vae.getAsString() + " of " + path));
            made.add(loader);
        });
    }

    private void lora(String path, WorkflowNode node, OutNode out) {
        boolean staged = value(node, "from").flatMap(Loose::number).orElse(0.0) != 0
                || value(node, "to").flatMap(Loose::number).orElse(1.0) != 1;
        if (staged) {
            faults.add("ComfyUI's " + out.type() + " has nothing like the part of the steps that " + path + " acts in");
        }
        if (value(node, "on").equals(Optional.of(new JsonPrimitive(false)))) {
            out.values().replaceAll((name, value) -> name.startsWith("strength") ? new JsonPrimitive(0) : value);
        }
        Optional<WorkflowNode> file = into(path, "lora")
                .map(wire -> flat.nodes().get(wire.fromNode()))
                .filter(from -> from.type().equals(LORA_FILE));
        Optional<JsonElement> name = file.flatMap(from -> value(from, "file"));
        if (name.isEmpty()) {
            faults.add("the LoRA of " + path + " comes from no file");
            return;
        }
        Optional<String> there = schema(file.get(), "file")
                .flatMap(setting -> files.there(setting, name.get().getAsString()));
        there.ifPresent(each -> out.values().put("lora_name", new JsonPrimitive(each)));
    }
}
