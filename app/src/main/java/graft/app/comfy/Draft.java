package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.workflow.DeclaredSockets;
import graft.app.workflow.Edits;
import graft.app.workflow.Look;
import graft.app.workflow.Mode;
import graft.app.workflow.Port;
import graft.app.workflow.Sockets.Socket;
import graft.app.workflow.Wire;
import graft.app.workflow.WorkflowNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects what the nodes of one level have become so far, under ids of its own. */
final class Draft {

    /** Where, in the {@code extra} of nodes and workflows, lies what came from ComfyUI, as it came. */
    static final String AS_IT_CAME = "comfyui";

    /** The id of what came without one inside, as the API format has it. */
    private static final String ID = "comfyuiId";

    /** What a node became: itself; and of a LoRA, what stands for its CLIP where that is not the same, and what reads it. */
    record Made(String id, String clip, String loader) {}

    private final IdentityHashMap<ComfyNode, Made> made = new IdentityHashMap<>();
    private final Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();
    private final Set<String> taken = new LinkedHashSet<>();

    Map<String, WorkflowNode> nodes() {
        return nodes;
    }

    /** Added to by whoever wires. */
    List<Wire> wires() {
        return wires;
    }

    /** Of a subgraph, added to by whoever wires. */
    List<Port> inputs() {
        return inputs;
    }

    /** Of a subgraph, added to by whoever wires. */
    List<Port> outputs() {
        return outputs;
    }

    /** An id that is not taken, and is from now on. */
    String id(String wish) {
        String id = Edits.fresh(wish, taken);
        taken.add(id);
        return id;
    }

    /** Says that a node has become another. */
    void became(ComfyNode node, String id) {
        became(node, new Made(id, id, ""));
    }

    /** Says that a node has become others. */
    void became(ComfyNode node, Made others) {
        made.put(node, others);
    }

    boolean has(ComfyNode node) {
        return made.containsKey(node);
    }

    /** What a node has become; null for one that became nothing. */
    Made made(ComfyNode node) {
        return made.get(node);
    }

    /** Adds a node with the title, place, look and mode of the one that it comes from. */
    void add(String id, ComfyNode node, String type, Map<String, JsonElement> settings, JsonObject extra) {
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
                node.raw().size("size"),
                flags.flag("collapsed"),
                node.raw().colour("color").orElse(""),
                flags.flag("pinned"));
    }

    /** Adds a node that only says what it came from and goes with: without title and look, so far below that. */
    void addBeside(
            String beside, double down, String id, ComfyNode node, String type, Map<String, JsonElement> settings) {
        add(id, node, type, settings, new JsonObject());
        nodes.computeIfPresent(id, (same, added) -> {
            WorkflowNode plain = added.withTitle("").withLook(Look.PLAIN);
            return nodes.get(beside)
                    .place()
                    .map(at -> plain.withPlace(at.plus(0, down)))
                    .orElse(plain);
        });
    }

    /** Says what becomes of a seed of a node before each run in the window. */
    void control(String id, String setting, String mode) {
        nodes.computeIfPresent(id, (same, node) -> {
            JsonObject extra = node.extra().deepCopy();
            control(extra, setting, mode);
            return node.withExtra(extra);
        });
    }

    /** Says it in what a node keeps besides, as {@code SeedControl} reads it. */
    static void control(JsonObject extra, String setting, String mode) {
        JsonObject seeds = new JsonObject();
        seeds.addProperty(setting, mode);
        extra.add("seedControl", seeds);
    }

    /** Gives a node, if there is one of that id, a value. */
    void set(String id, String setting, JsonElement value) {
        nodes.computeIfPresent(id, (same, node) -> node.with(setting, value));
    }

    /** The {@code extra} of what comes from a node. */
    static JsonObject asItCame(ComfyNode node) {
        JsonObject extra = new JsonObject();
        extra.add(AS_IT_CAME, node.raw().json());
        if (node.raw().id("id").isEmpty()) {
            extra.addProperty(ID, node.id());
        }
        return extra;
    }

    /** The id that a node had in ComfyUI. */
    static Optional<String> theirId(WorkflowNode node) {
        return Loose.of(node.extra().get(AS_IT_CAME))
                .flatMap(came -> came.id("id"))
                .or(() -> new Loose(node.extra()).id(ID));
    }

    /** The class that a node had in ComfyUI. */
    static Optional<String> theirType(WorkflowNode node) {
        return Loose.of(node.extra().get(AS_IT_CAME))
                .flatMap(came -> came.text("type").or(() -> came.text("class_type")));
    }

    /** The values that a node came with, by name, if it came as one of that class. */
    static Map<String, JsonElement> theirValues(WorkflowNode node, Counterpart counterpart) {
        Optional<Loose> came = Loose.of(node.extra().get(AS_IT_CAME))
                .filter(each -> theirType(node).equals(Optional.of(counterpart.name())));
        Map<String, JsonElement> values = new LinkedHashMap<>();
        came.ifPresent(raw -> {
            values.putAll(NodeValues.listed(counterpart, raw.list("widgets_values")));
            values.putAll(raw.fields("widgets_values_named"));
            values.putAll(raw.fields("widgets_values"));
            values.putAll(raw.fields("inputs"));
        });
        return values;
    }

    /** The same with the node's sockets, under these names, for a type that may not be there. */
    static JsonObject asItCame(ComfyNode node, List<String> inputs, List<String> outputs) {
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
}
