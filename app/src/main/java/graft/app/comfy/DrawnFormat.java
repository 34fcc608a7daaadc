package graft.app.comfy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.app.workflow.Place;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The format that ComfyUI's window saves, versions 0.4 and 1.0: nodes with places, links in a table of their own as lists or
 * objects, subgraphs as definitions.
 *
 * <p>What enters an input is what the node says; the table says where that comes from.
 */
final class DrawnFormat {

    /** A line of the table of links. */
    private record Line(String id, String from, int slot, String to, int toSlot, List<Place> via) {

        boolean enters(String node, int input) {
            return to.equals(node) && toSlot == input;
        }
    }

    private final Loose root;
    private final String name;
    private final String inputs;
    private final String outputs;
    private final Map<String, List<Line>> lines = new LinkedHashMap<>();
    private final Set<Line> used = new HashSet<>();
    private final Set<JsonObject> taken;
    private final List<String> oddities = new ArrayList<>();

    /** Reads one level; {@code taken} are the definitions that are read as subgraphs. */
    private DrawnFormat(Loose root, String name, Set<JsonObject> taken) {
        this.root = root;
        this.name = name;
        this.taken = taken;
        inputs = root.object("inputNode").id("id").orElse(ComfySubgraph.INPUTS);
        outputs = root.object("outputNode").id("id").orElse(ComfySubgraph.OUTPUTS);
    }

    /**
     * Reads the whole.
     *
     * @param name what messages call the file
     * @throws Problem when a node has no id or no type
     */
    static ComfyGraph read(JsonObject root, String name) {
        Map<String, ComfySubgraph> subgraphs = new LinkedHashMap<>();
        List<String> oddities = new ArrayList<>();
        Set<JsonObject> taken = Collections.newSetFromMap(new IdentityHashMap<>());
        definitions(new Loose(root), name, subgraphs, oddities, taken, new HashSet<>());
        DrawnFormat format = new DrawnFormat(new Loose(root), name, taken);
        ComfyGraph whole = format.graph();
        oddities.addAll(0, format.unused());
        oddities.addAll(0, whole.oddities());
        return new ComfyGraph(whole.nodes(), whole.groups(), subgraphs, oddities, whole.rest());
    }

    private static void definitions(
            Loose root,
            String name,
            Map<String, ComfySubgraph> into,
            List<String> oddities,
            Set<JsonObject> taken,
            Set<String> ids) {
        for (Loose definition : root.object("definitions").objects("subgraphs")) {
            Optional<String> id = definition.id("id");
            if (id.filter(ids::add).isEmpty()) {
                oddities.add("a subgraph of its definitions has "
                        + id.map(same -> "the same id as another, " + same).orElse("no id"));
                continue;
            }
            taken.add(definition.json());
            definitions(definition, name, into, oddities, taken, ids);
            into.put(id.get(), new DrawnFormat(definition, name, taken).subgraph(id.get()));
        }
    }

    private ComfySubgraph subgraph(String id) {
        ComfyGraph inside = graph();
        List<ComfySubgraph.Input> ins = root.objects("inputs").stream()
                .map(input -> new ComfySubgraph.Input(input.text("name").orElse(""), titleOf(input), kind(input)))
                .toList();
        List<ComfySubgraph.Output> outs = new ArrayList<>();
        for (Loose output : root.objects("outputs")) {
            outs.add(new ComfySubgraph.Output(
                    output.text("name").orElse(""), titleOf(output), kind(output), from(output, outs.size())));
        }
        List<String> all = new ArrayList<>(inside.oddities());
        all.addAll(unused());
        return new ComfySubgraph(
                id,
                root.text("name").orElse(""),
                ins,
                outs,
                new ComfyGraph(inside.nodes(), inside.groups(), Map.of(), all, inside.rest()));
    }

    private static String titleOf(Loose socket) {
        return socket.text("label").or(() -> socket.text("localized_name")).orElse("");
    }

    private static String kind(Loose socket) {
        JsonElement kind = socket.json().get("type");
        return kind == null || kind.isJsonNull() ? "" : Loose.id(kind).orElseGet(kind::toString);
    }

    /** ComfyUI follows the first link of those that an output names. */
    private Optional<ComfyLink> from(Loose output, int slot) {
        List<Line> entering = new ArrayList<>();
        output.list("linkIds").stream()
                .flatMap(each -> Loose.id(each).stream())
                .flatMap(each -> lines.getOrDefault(each, List.of()).stream())
                .filter(line -> line.to().equals(outputs))
                .forEach(entering::add);
        lines.values()
                .forEach(all ->
                        all.stream().filter(line -> line.enters(outputs, slot)).forEach(entering::add));
        entering.stream().limit(1).forEach(used::add);
        return entering.stream().findFirst().map(this::link);
    }

    private ComfyGraph graph() {
        root.list("links").forEach(this::line);
        List<ComfyNode> nodes = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonElement element : root.list("nodes")) {
            ComfyNode node = node(element, nodes.size() + 1);
            if (!ids.add(node.id())) {
                oddities.add("two of its nodes have the id " + node.id() + ": wires from it are those of the first");
            }
            nodes.add(node);
        }
        JsonObject rest = new JsonObject();
        root.json().asMap().forEach((field, value) -> {
            if (!field.equals("nodes")) {
                rest.add(field, field.equals("definitions") ? withoutSubgraphs(value) : value);
            }
        });
        return new ComfyGraph(nodes, root.objects("groups"), Map.of(), oddities, new Loose(rest));
    }

    /** Subgraphs become Graft's. */
    private JsonElement withoutSubgraphs(JsonElement definitions) {
        if (!(definitions instanceof JsonObject object)) {
            return definitions;
        }
        JsonObject rest = new JsonObject();
        object.asMap().forEach(rest::add);
        if (rest.get("subgraphs") instanceof JsonArray subgraphs) {
            JsonArray strange = new JsonArray();
            subgraphs.asList().stream()
                    .filter(each -> !(each instanceof JsonObject known && taken.contains(known)))
                    .forEach(strange::add);
            rest.add("subgraphs", strange);
        }
        return rest;
    }

    private List<String> unused() {
        Set<String> sentences = new LinkedHashSet<>();
        lines.values().forEach(all -> all.stream()
                .filter(line -> !used.contains(line))
                .forEach(line -> sentences.add("the wire " + line.id() + ", from node " + line.from() + " to node "
                        + line.to() + ", does not enter that node by its own account")));
        return List.copyOf(sentences);
    }

    private void line(JsonElement element) {
        Optional<Line> line = Optional.empty();
        if (element instanceof JsonArray parts && parts.size() >= 5) {
            line = line(parts.get(0), parts.get(1), parts.get(2), parts.get(3), parts.get(4), Optional.empty());
        } else if (element instanceof JsonObject parts) {
            line = line(
                    parts.get("id"),
                    parts.get("origin_id"),
                    parts.get("origin_slot"),
                    parts.get("target_id"),
                    parts.get("target_slot"),
                    Loose.id(parts.get("parentId")));
        }
        line.ifPresentOrElse(
                read -> lines.computeIfAbsent(read.id(), id -> new ArrayList<>())
                        .add(read),
                () -> {
                    if (!element.isJsonNull()) {
                        oddities.add("a wire of its table is none: " + shortened(element));
                    }
                });
    }

    private static String shortened(JsonElement element) {
        String text = element.toString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    private Optional<Line> line(
            JsonElement id,
            JsonElement from,
            JsonElement slot,
            JsonElement to,
            JsonElement toSlot,
            Optional<String> parent) {
        Optional<String> link = Loose.id(id);
        Optional<String> origin = Loose.id(from);
        Optional<String> target = Loose.id(to);
        Optional<Integer> output = Loose.index(slot);
        if (link.isEmpty() || origin.isEmpty() || target.isEmpty() || output.isEmpty()) {
            return Optional.empty();
        }
        List<Place> via = via(parent.or(() -> extension(link.get())));
        return Optional.of(new Line(
                link.get(),
                origin.get(),
                output.get(),
                target.get(),
                Loose.index(toSlot).orElse(-1),
                via));
    }

    /** In version 0.4 what a link is led through lies beside it. */
    private Optional<String> extension(String link) {
        return root.object("extra").objects("linkExtensions").stream()
                .filter(each -> each.id("id").equals(Optional.of(link)))
                .findFirst()
                .flatMap(each -> each.id("parentId"));
    }

    /** The points that a link is led through, from the last to the first by their own account. */
    private List<Place> via(Optional<String> last) {
        if (last.isEmpty()) {
            return List.of();
        }
        Map<String, Loose> points = new HashMap<>();
        root.object("extra").objects("reroutes").forEach(each -> each.id("id").ifPresent(id -> points.put(id, each)));
        root.objects("reroutes").forEach(each -> each.id("id").ifPresent(id -> points.put(id, each)));
        List<Place> via = new ArrayList<>();
        Optional<String> at = last;
        while (at.isPresent() && points.containsKey(at.get())) {
            Loose point = points.remove(at.get());
            point.pair("pos").ifPresent(via::add);
            at = point.id("parentId");
        }
        Collections.reverse(via);
        return via;
    }

    private ComfyLink link(Line line) {
        return new ComfyLink(line.from().equals(inputs) ? ComfySubgraph.INPUTS : line.from(), line.slot(), line.via());
    }

    private ComfyNode node(JsonElement element, int place) {
        Loose node = Loose.of(element).orElseThrow(() -> wrong("node " + place + " of its list is none"));
        String id = node.id("id").orElseThrow(() -> wrong("node " + place + " of its list has no id"));
        String type = node.text("type").orElseThrow(() -> wrong("its node " + id + " has no type"));
        List<ComfyNode.Input> ins = new ArrayList<>();
        for (Loose input : node.objects("inputs")) {
            boolean widget = input.json().has("widget");
            String of = input.text("name").orElse("");
            ins.add(new ComfyNode.Input(of, kind(input), widget, link(input, id, ins.size())));
        }
        List<ComfyNode.Output> outs = node.objects("outputs").stream()
                .map(output -> new ComfyNode.Output(output.text("name").orElse(""), kind(output)))
                .toList();
        Map<String, JsonElement> named = new LinkedHashMap<>(node.fields("widgets_values_named"));
        named.putAll(node.fields("widgets_values"));
        String title = node.text("title").orElse("");
        return new ComfyNode(id, type, title, ins, outs, node.list("widgets_values"), named, node, Optional.empty());
    }

    private Optional<ComfyLink> link(Loose input, String node, int slot) {
        Optional<String> named = input.id("link");
        if (named.isEmpty()) {
            return Optional.empty();
        }
        List<Line> all = lines.getOrDefault(named.get(), List.of());
        Optional<Line> line = all.stream()
                .filter(each -> each.enters(node, slot))
                .findFirst()
                .or(() -> all.stream().filter(each -> each.to().equals(node)).findFirst())
                .or(() -> all.stream().findFirst());
        line.ifPresent(used::add);
        return Optional.of(line.map(this::link).orElse(ComfyLink.NOWHERE));
    }

    private Problem wrong(String why) {
        return new Problem(
                "cannot read " + name + " as a workflow of ComfyUI",
                why,
                "save it anew with ComfyUI, best by Export (API)");
    }
}
