package graft.app.workflow;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.PictureText;
import graft.file.TextFile;
import graft.node.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Workflow files: strict JSON in which every field is known, except what lies under {@code extra}. */
final class WorkflowFile {

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .setStrictness(Strictness.STRICT)
            .create();

    private static final Set<String> WORKFLOW =
            Set.of("format", "title", "notes", "nodes", "wires", "groups", "comments", "subgraphs", "extra");
    private static final Set<String> SUBGRAPH =
            Set.of("title", "notes", "nodes", "wires", "groups", "comments", "inputs", "outputs", "extra");
    private static final Set<String> NODE = Set.of(
            "type", "version", "settings", "title", "at", "size", "collapsed", "colour", "pinned", "mode", "extra");
    private static final Set<String> WIRE = Set.of("from", "to", "via");
    private static final Set<String> GROUP = Set.of("id", "title", "colour", "at", "size");
    private static final Set<String> COMMENT = Set.of("id", "text", "at", "size", "colour");
    private static final Set<String> PORT = Set.of("id", "title", "node", "socket");
    private static final String ID = "[A-Za-z0-9_-]+";
    private static final Pattern LONE_SURROGATE =
            Pattern.compile("[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]");

    private final String name;
    private final FormatMigrations migrations;

    private WorkflowFile(String name, FormatMigrations migrations) {
        this.name = name;
        this.migrations = migrations;
    }

    static Workflow read(Path file) {
        if (PictureText.isPicture(file)) {
            return picture(file);
        }
        return parse(TextFile.read(file, file.toString()), file.toString());
    }

    private static Workflow picture(Path file) {
        Map<String, String> texts = PictureText.of(file);
        if (texts.containsKey("workflow")) {
            return parse(texts.get("workflow"), "in " + file);
        }
        if (texts.containsKey("prompt")) {
            return parse(texts.get("prompt"), "in " + file);
        }
        throw new Problem(
                "cannot read a workflow from " + file,
                texts.containsKey("parameters")
                        ? "it holds only the parameters of the AUTOMATIC1111 web UI"
                        : "the picture has none inside",
                "choose a picture that Graft saved");
    }

    static Workflow parse(String json, String name) {
        return parse(json, name, FormatMigrations.ALL);
    }

    static Workflow parse(String json, String name, FormatMigrations migrations) {
        WorkflowFile file = new WorkflowFile(name, migrations);
        try {
            return file.workflow(file.tree(json));
        } catch (JsonParseException | IOException e) {
            throw file.wrong(FileFault.why(e)).causedBy(e);
        }
    }

    /** What was copied to the clipboard, marked by a field with the format; or a workflow; or nothing of the kind. */
    static Optional<Fragment> fragment(String json, String mark) {
        WorkflowFile clipboard = new WorkflowFile("on the clipboard", FormatMigrations.ALL);
        JsonObject root;
        try {
            root = clipboard.tree(json);
        } catch (JsonParseException | IOException e) {
            return Optional.empty();
        }
        if (!root.has(mark)) {
            clipboard.refuseComfyUi(root);
            return root.has("format") && root.has("nodes")
                    ? Optional.of(new Fragment(clipboard.workflow(root), List.of()))
                    : Optional.empty();
        }
        root.add("format", root.remove(mark));
        JsonObject incoming = new JsonObject();
        if (root.has("incoming")) {
            incoming.add("incoming", root.remove("incoming"));
        }
        Workflow piece = clipboard.workflow(root);
        return Optional.of(new Fragment(piece, clipboard.list(incoming, "incoming", clipboard::wire)));
    }

    static void write(Workflow workflow, Path file) {
        byte[] bytes = toJson(workflow).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    static String toJson(Workflow workflow) {
        return text(json(workflow));
    }

    static String text(JsonObject json) {
        // Half a character is no text in UTF-8, and stays what it is as an escape.
        return LONE_SURROGATE
                        .matcher(GSON.toJson(json))
                        .replaceAll(half ->
                                String.format("\\\\u%04x", (int) half.group().charAt(0)))
                + "\n";
    }

    static JsonObject json(Workflow workflow) {
        JsonObject root = new JsonObject();
        root.addProperty("format", Workflow.FORMAT);
        addText(root, "title", workflow.title());
        addGraph(root, workflow);
        JsonObject subgraphs = new JsonObject();
        workflow.subgraphs().forEach((name, subgraph) -> subgraphs.add(name, json(subgraph)));
        if (!subgraphs.isEmpty()) {
            root.add("subgraphs", subgraphs);
        }
        addExtra(root, workflow.extra());
        return root;
    }

    private static void addGraph(JsonObject to, Workflow workflow) {
        addText(to, "notes", workflow.notes());
        JsonObject nodes = new JsonObject();
        workflow.nodes().forEach((id, node) -> nodes.add(id, json(node)));
        to.add("nodes", nodes);
        JsonArray wires = new JsonArray();
        workflow.wires().forEach(wire -> wires.add(json(wire)));
        to.add("wires", wires);
        addList(to, "groups", workflow.groups(), WorkflowFile::json);
        addList(to, "comments", workflow.comments(), WorkflowFile::json);
    }

    private static <T> void addList(JsonObject to, String field, List<T> list, Function<T, JsonObject> json) {
        if (!list.isEmpty()) {
            JsonArray array = new JsonArray();
            list.forEach(each -> array.add(json.apply(each)));
            to.add(field, array);
        }
    }

    static JsonObject json(Wire wire) {
        JsonObject object = new JsonObject();
        object.addProperty("from", wire.from());
        object.addProperty("to", wire.to());
        if (!wire.via().isEmpty()) {
            JsonArray via = new JsonArray();
            wire.via().forEach(place -> via.add(pair(place.x(), place.y())));
            object.add("via", via);
        }
        return object;
    }

    private static JsonObject json(Group group) {
        JsonObject object = new JsonObject();
        object.addProperty("id", group.id());
        addText(object, "title", group.title());
        addText(object, "colour", group.colour());
        object.add("at", pair(group.at().x(), group.at().y()));
        object.add("size", pair(group.size().width(), group.size().height()));
        return object;
    }

    private static JsonObject json(Comment comment) {
        JsonObject object = new JsonObject();
        object.addProperty("id", comment.id());
        addText(object, "text", comment.text());
        object.add("at", pair(comment.at().x(), comment.at().y()));
        object.add("size", pair(comment.size().width(), comment.size().height()));
        addText(object, "colour", comment.colour());
        return object;
    }

    private static JsonObject json(Subgraph subgraph) {
        JsonObject object = new JsonObject();
        addText(object, "title", subgraph.title());
        addGraph(object, subgraph.inside());
        addList(object, "inputs", subgraph.inputs(), WorkflowFile::json);
        addList(object, "outputs", subgraph.outputs(), WorkflowFile::json);
        addExtra(object, subgraph.inside().extra());
        return object;
    }

    private static JsonObject json(Port port) {
        JsonObject object = new JsonObject();
        object.addProperty("id", port.id());
        addText(object, "title", port.title());
        object.addProperty("node", port.node());
        object.addProperty("socket", port.socket());
        return object;
    }

    private static JsonObject json(WorkflowNode node) {
        JsonObject object = new JsonObject();
        object.addProperty("type", node.type());
        object.addProperty("version", node.version());
        addText(object, "title", node.title());
        JsonObject settings = new JsonObject();
        node.settings().forEach(settings::add);
        object.add("settings", settings);
        node.place().ifPresent(place -> object.add("at", pair(place.x(), place.y())));
        node.look().size().ifPresent(size -> object.add("size", pair(size.width(), size.height())));
        addFlag(object, "collapsed", node.look().collapsed());
        addText(object, "colour", node.look().colour());
        addFlag(object, "pinned", node.look().pinned());
        if (node.mode() != Mode.RUN) {
            object.addProperty("mode", word(node.mode()));
        }
        addExtra(object, node.extra());
        return object;
    }

    private static String word(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static JsonArray pair(double a, double b) {
        JsonArray pair = new JsonArray();
        pair.add(number(a));
        pair.add(number(b));
        return pair;
    }

    private static void addFlag(JsonObject to, String field, boolean flag) {
        if (flag) {
            to.addProperty(field, true);
        }
    }

    private static JsonPrimitive number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? new JsonPrimitive((long) value)
                : new JsonPrimitive(value);
    }

    private static void addText(JsonObject to, String field, String text) {
        if (!text.isEmpty()) {
            to.addProperty(field, text);
        }
    }

    private static void addExtra(JsonObject to, JsonObject extra) {
        if (!extra.isEmpty()) {
            to.add("extra", extra);
        }
    }

    /** Gson keeps the last of two fields of one name and says nothing, so names are read one by one. */
    private JsonObject tree(String json) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(json));
        reader.setStrictness(Strictness.STRICT);
        JsonElement root = element(reader, "");
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw wrong("there is something after its end");
        }
        return object(root, "the file");
    }

    private JsonElement element(JsonReader reader, String path) throws IOException {
        if (reader.peek() == JsonToken.BEGIN_OBJECT) {
            JsonObject object = new JsonObject();
            reader.beginObject();
            while (reader.hasNext()) {
                String field = reader.nextName();
                if (object.has(field)) {
                    throw wrong("it has two fields \"" + path + field + "\"");
                }
                object.add(field, element(reader, path + field + "."));
            }
            reader.endObject();
            return object;
        }
        if (reader.peek() == JsonToken.BEGIN_ARRAY) {
            JsonArray array = new JsonArray();
            reader.beginArray();
            while (reader.hasNext()) {
                array.add(element(reader, path));
            }
            reader.endArray();
            return array;
        }
        return GSON.getAdapter(JsonElement.class).read(reader);
    }

    private void refuseComfyUi(JsonObject read) {
        if (ComfyUi.isWorkflow(read)) {
            throw new Problem(
                    "cannot read the workflow " + name,
                    "it is a workflow of ComfyUI, whose nodes are others than Graft's",
                    "open its file in the editor, which takes over the nodes that it knows, and save it there");
        }
    }

    private Workflow workflow(JsonObject read) {
        if (!read.has("format")) {
            refuseComfyUi(read);
            throw wrong("a workflow has the fields \"format\" and \"nodes\"");
        }
        int format = whole(read.get("format"), "format");
        if (format > migrations.latest()) {
            throw new Problem(
                    "cannot read " + name,
                    "it is of format " + format + ", and this Graft knows formats up to " + migrations.latest(),
                    "update Graft");
        }
        JsonObject root = migrations.toLatest(read, format);
        if (!root.has("nodes")) {
            throw wrong("a workflow has the fields \"format\" and \"nodes\"");
        }
        refuseUnknown(root, WORKFLOW, "the workflow");
        Map<String, Subgraph> subgraphs = new LinkedHashMap<>();
        if (root.has("subgraphs")) {
            object(root.get("subgraphs"), "subgraphs").entrySet().forEach(entry -> {
                id(entry.getKey(), "the subgraph name");
                subgraphs.put(
                        entry.getKey(),
                        subgraph(object(entry.getValue(), "subgraphs." + entry.getKey()), entry.getKey()));
            });
        }
        return graph(root).withTitle(text(root, "title")).withSubgraphs(subgraphs);
    }

    /** What workflows and subgraphs have in common. */
    private Workflow graph(JsonObject object) {
        Set<String> taken = new HashSet<>();
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        object(object.get("nodes"), "nodes").entrySet().forEach(entry -> {
            id(entry.getKey(), "the node id");
            taken.add(entry.getKey());
            nodes.put(entry.getKey(), node(entry.getKey(), object(entry.getValue(), "nodes." + entry.getKey())));
        });
        return new Workflow(
                "",
                text(object, "notes"),
                nodes,
                list(object, "wires", this::wire),
                list(object, "groups", each -> group(each, taken)),
                list(object, "comments", each -> comment(each, taken)),
                Map.of(),
                extra(object));
    }

    private String id(String id, String what) {
        if (!id.matches(ID)) {
            throw wrong(what + " \"" + id + "\" has other characters than letters, digits, - and _");
        }
        return id;
    }

    private WorkflowNode node(String id, JsonObject object) {
        refuseUnknown(object, NODE, "the node " + id);
        if (!object.has("type")) {
            throw wrong("the node " + id + " has no \"type\"");
        }
        Map<String, JsonElement> settings = new LinkedHashMap<>();
        if (object.has("settings")) {
            object(object.get("settings"), "settings of " + id)
                    .entrySet()
                    .forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
        }
        int version = object.has("version") ? whole(object.get("version"), "version of " + id) : 1;
        Look look = new Look(
                object.has("size") ? Optional.of(size(object, "the node " + id)) : Optional.empty(),
                flag(object, "collapsed"),
                colour(object, "the node " + id),
                flag(object, "pinned"));
        return new WorkflowNode(
                text(object, "type"),
                version,
                settings,
                text(object, "title"),
                object.has("at") ? Optional.of(place(object, "the node " + id)) : Optional.empty(),
                look,
                mode(object, id),
                extra(object));
    }

    private Mode mode(JsonObject node, String id) {
        String word = text(node, "mode");
        return word.isEmpty()
                ? Mode.RUN
                : Stream.of(Mode.values())
                        .filter(mode -> word(mode).equals(word))
                        .findFirst()
                        .orElseThrow(() -> wrong(
                                "\"mode\" of the node " + id + " is \"" + word + "\", not muted, bypassed or run"));
    }

    private Group group(JsonElement element, Set<String> taken) {
        JsonObject object = object(element, "a group");
        String id = ownId(object, "group", taken);
        refuseUnknown(object, GROUP, "the group " + id);
        return new Group(
                id,
                text(object, "title"),
                colour(object, "the group " + id),
                place(object, "the group " + id),
                size(object, "the group " + id));
    }

    private Comment comment(JsonElement element, Set<String> taken) {
        JsonObject object = object(element, "a comment");
        String id = ownId(object, "comment", taken);
        refuseUnknown(object, COMMENT, "the comment " + id);
        return new Comment(
                id,
                text(object, "text"),
                place(object, "the comment " + id),
                size(object, "the comment " + id),
                colour(object, "the comment " + id));
    }

    private String ownId(JsonObject object, String kind, Set<String> taken) {
        String id = id(text(object, "id"), "the id of a " + kind);
        if (!taken.add(id)) {
            throw wrong("two of its nodes, groups and comments have the id " + id);
        }
        return id;
    }

    private Subgraph subgraph(JsonObject object, String name) {
        refuseUnknown(object, SUBGRAPH, "the subgraph " + name);
        if (!object.has("nodes")) {
            throw wrong("the subgraph " + name + " has no \"nodes\"");
        }
        return new Subgraph(
                text(object, "title"),
                graph(object),
                list(object, "inputs", each -> port(each, name)),
                list(object, "outputs", each -> port(each, name)));
    }

    private Port port(JsonElement element, String subgraph) {
        JsonObject object = object(element, "a socket of the subgraph " + subgraph);
        refuseUnknown(object, PORT, "a socket of the subgraph " + subgraph);
        for (String field : List.of("id", "node", "socket")) {
            if (text(object, field).isEmpty()) {
                throw wrong("a socket of the subgraph " + subgraph + " has no \"" + field + "\"");
            }
        }
        return new Port(
                id(text(object, "id"), "the socket id"),
                text(object, "title"),
                text(object, "node"),
                text(object, "socket"));
    }

    private Place place(JsonObject in, String where) {
        double[] at = pair(in.get("at"), "\"at\" of " + where);
        return new Place(at[0], at[1]);
    }

    private Size size(JsonObject in, String where) {
        double[] size = pair(in.get("size"), "\"size\" of " + where);
        return new Size(size[0], size[1]);
    }

    private double[] pair(JsonElement element, String where) {
        if (element instanceof JsonArray pair
                && pair.size() == 2
                && pair.asList().stream()
                        .allMatch(each -> each instanceof JsonPrimitive number
                                && number.isNumber()
                                && Double.isFinite(number.getAsDouble()))) {
            return new double[] {pair.get(0).getAsDouble(), pair.get(1).getAsDouble()};
        }
        throw wrong(where + " is not a pair of numbers");
    }

    private String colour(JsonObject in, String where) {
        String colour = text(in, "colour");
        if (!colour.isEmpty() && !colour.matches("#[0-9A-Fa-f]{6}")) {
            throw wrong("\"colour\" of " + where + " is not of the form #rrggbb");
        }
        return colour;
    }

    private boolean flag(JsonObject in, String field) {
        if (!in.has(field)) {
            return false;
        }
        if (in.get(field) instanceof JsonPrimitive flag && flag.isBoolean()) {
            return flag.getAsBoolean();
        }
        throw wrong("\"" + field + "\" is not true or false");
    }

    private <T> List<T> list(JsonObject in, String field, Function<JsonElement, T> each) {
        if (!in.has(field)) {
            return List.of();
        }
        if (in.get(field) instanceof JsonArray array) {
            return array.asList().stream().map(each).toList();
        }
        throw wrong("\"" + field + "\" is not a list");
    }

    private Wire wire(JsonElement element) {
        JsonObject object = object(element, "a wire");
        refuseUnknown(object, WIRE, "a wire");
        String[] from = end(object, "from");
        String[] to = end(object, "to");
        List<Place> via = list(object, "via", point -> {
            double[] pair = pair(point, "a point of the wire from " + from[0] + " to " + to[0]);
            return new Place(pair[0], pair[1]);
        });
        return new Wire(from[0], from[1], to[0], to[1], via);
    }

    private String[] end(JsonObject wire, String field) {
        // Ids of nodes have no dots, and names of sockets that other programs gave may.
        String[] parts = text(wire, field).split("\\.", 2);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw wrong("\"" + field + "\" of the wire " + wire + " is not of the form node.socket");
        }
        return parts;
    }

    private void refuseUnknown(JsonObject object, Set<String> known, String where) {
        for (String field : object.keySet()) {
            if (!known.contains(field)) {
                throw wrong(where + " has an unknown field \"" + field + "\"");
            }
        }
    }

    private JsonObject object(JsonElement element, String where) {
        if (element instanceof JsonObject object) {
            return object;
        }
        throw wrong(where + " is not an object in braces");
    }

    private JsonObject extra(JsonObject in) {
        return in.has("extra") ? object(in.get("extra"), "extra") : new JsonObject();
    }

    private String text(JsonObject in, String field) {
        if (!in.has(field)) {
            return "";
        }
        if (in.get(field) instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw wrong("\"" + field + "\" is not text in quotes");
    }

    private int whole(JsonElement element, String where) {
        if (element instanceof JsonPrimitive number && number.isNumber()) {
            double value = number.getAsDouble();
            if (value == Math.rint(value) && value >= 1 && value <= Integer.MAX_VALUE) {
                return (int) value;
            }
        }
        throw wrong("\"" + where + "\" is not a whole number from 1");
    }

    private Problem wrong(String why) {
        return new Problem("cannot read the workflow " + name, why, "mend the file, or make the workflow anew");
    }
}
