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
import graft.node.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Workflow files: strict JSON in which every field is known, except what lies under {@code extra}. */
final class WorkflowFile {

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .setStrictness(Strictness.STRICT)
            .create();

    private static final Set<String> WORKFLOW = Set.of("format", "title", "notes", "nodes", "wires", "extra");
    private static final Set<String> NODE = Set.of("type", "version", "settings", "title", "at", "extra");
    private static final Set<String> WIRE = Set.of("from", "to");

    private final String name;
    private final FormatMigrations migrations;

    private WorkflowFile(String name, FormatMigrations migrations) {
        this.name = name;
        this.migrations = migrations;
    }

    static Workflow read(Path file) {
        try {
            return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
        } catch (NoSuchFileException e) {
            throw new Problem("cannot read " + file, "there is no such file", "check its name and folder").causedBy(e);
        } catch (CharacterCodingException e) {
            throw new Problem("cannot read " + file, "it is not text in UTF-8", "choose a workflow file").causedBy(e);
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "it is a folder" : String.valueOf(e.getMessage());
            throw new Problem("cannot read " + file, why, "choose a workflow file").causedBy(e);
        }
    }

    static Workflow parse(String json, String name) {
        return parse(json, name, FormatMigrations.ALL);
    }

    static Workflow parse(String json, String name, FormatMigrations migrations) {
        WorkflowFile file = new WorkflowFile(name, migrations);
        try {
            return file.workflow(file.tree(json));
        } catch (JsonParseException | IOException e) {
            String why = String.valueOf(e.getMessage());
            // Gson explains itself on a second line, with an address.
            throw file.wrong("it is no JSON ("
                            + why.lines().findFirst().orElse("").replaceFirst("^.*Exception: ", "") + ")")
                    .causedBy(e);
        }
    }

    static void write(Workflow workflow, Path file) {
        byte[] bytes = toJson(workflow).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    static String toJson(Workflow workflow) {
        JsonObject root = new JsonObject();
        root.addProperty("format", Workflow.FORMAT);
        addText(root, "title", workflow.title());
        addText(root, "notes", workflow.notes());
        JsonObject nodes = new JsonObject();
        workflow.nodes().forEach((id, node) -> nodes.add(id, json(node)));
        root.add("nodes", nodes);
        JsonArray wires = new JsonArray();
        for (Wire wire : workflow.wires()) {
            JsonObject object = new JsonObject();
            object.addProperty("from", wire.from());
            object.addProperty("to", wire.to());
            wires.add(object);
        }
        root.add("wires", wires);
        addExtra(root, workflow.extra());
        return GSON.toJson(root) + "\n";
    }

    private static JsonObject json(WorkflowNode node) {
        JsonObject object = new JsonObject();
        object.addProperty("type", node.type());
        object.addProperty("version", node.version());
        addText(object, "title", node.title());
        JsonObject settings = new JsonObject();
        node.settings().forEach(settings::add);
        object.add("settings", settings);
        node.place().ifPresent(place -> {
            JsonArray at = new JsonArray();
            at.add(number(place.x()));
            at.add(number(place.y()));
            object.add("at", at);
        });
        addExtra(object, node.extra());
        return object;
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

    private Workflow workflow(JsonObject read) {
        if (!read.has("format")) {
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
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        object(root.get("nodes"), "nodes").entrySet().forEach(entry -> {
            if (!entry.getKey().matches("[A-Za-z0-9_-]+")) {
                throw wrong(
                        "the node id \"" + entry.getKey() + "\" has other characters than letters, digits, - and _");
            }
            nodes.put(entry.getKey(), node(entry.getKey(), object(entry.getValue(), "nodes." + entry.getKey())));
        });
        return new Workflow(text(root, "title"), text(root, "notes"), nodes, wires(root), extra(root));
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
        return new WorkflowNode(
                text(object, "type"), version, settings, text(object, "title"), place(object, id), extra(object));
    }

    private Optional<WorkflowNode.Place> place(JsonObject node, String id) {
        if (!node.has("at")) {
            return Optional.empty();
        }
        if (node.get("at") instanceof JsonArray at
                && at.size() == 2
                && at.asList().stream()
                        .allMatch(each -> each instanceof JsonPrimitive number
                                && number.isNumber()
                                && Double.isFinite(number.getAsDouble()))) {
            return Optional.of(
                    new WorkflowNode.Place(at.get(0).getAsDouble(), at.get(1).getAsDouble()));
        }
        throw wrong("\"at\" of the node " + id + " is not a pair of numbers");
    }

    private List<Wire> wires(JsonObject root) {
        List<Wire> wires = new ArrayList<>();
        if (!root.has("wires")) {
            return wires;
        }
        if (!(root.get("wires") instanceof JsonArray array)) {
            throw wrong("\"wires\" is not a list");
        }
        for (JsonElement element : array) {
            JsonObject object = object(element, "a wire");
            refuseUnknown(object, WIRE, "a wire");
            String[] from = end(object, "from");
            String[] to = end(object, "to");
            wires.add(new Wire(from[0], from[1], to[0], to[1]));
        }
        return wires;
    }

    private String[] end(JsonObject wire, String field) {
        String[] parts = text(wire, field).split("\\.", -1);
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
