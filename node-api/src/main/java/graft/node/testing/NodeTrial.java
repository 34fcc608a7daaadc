package graft.node.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import graft.node.Sound;
import graft.node.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * One node under test, as the engine sees it: settings and inputs by name, then one call.
 *
 * <p>{@code NodeTrial.of(Tint.class).input("images", images).set("strength", 0.5).run(folder).output("tinted", Images.class)}.
 * Throws IllegalArgumentException for names that the node has not, and whatever the node throws.
 */
public final class NodeTrial {

    private final NodeSchema schema;
    private final Map<SettingSchema, Object> settings = new LinkedHashMap<>();
    private final Map<SocketSchema, List<Object>> inputs = new LinkedHashMap<>();
    private final KnownSpecs specs = new KnownSpecs();

    private NodeTrial(NodeSchema schema) {
        this.schema = schema;
    }

    public static NodeTrial of(Class<? extends Node> node) {
        return new NodeTrial(NodeSchema.of(node));
    }

    /** What the node made and said. */
    public record Result(Map<String, Object> outputs, RecordedRun said) {

        public <T> T output(String name, Class<T> type) {
            Object value = outputs.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no output " + name + ", only " + outputs.keySet());
            }
            return type.cast(value);
        }
    }

    /**
     * A setting as a workflow would save it: a number, a text, a truth value; a choice by its name in small letters, a colour as
     * {@code #RRGGBB}, a list as a List, a row of a table as a Map.
     */
    public NodeTrial set(String name, Object value) {
        SettingSchema setting = schema.setting(name)
                .orElseThrow(() -> new IllegalArgumentException(schema.title() + " has no setting " + name));
        settings.put(setting, setting.fromJson(json(value)));
        return this;
    }

    private static JsonElement json(Object value) {
        if (value instanceof JsonElement json) {
            return json;
        }
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(each -> array.add(json(each)));
            return array;
        }
        if (value instanceof Map<?, ?> row) {
            JsonObject object = new JsonObject();
            row.forEach((name, each) -> object.add(name.toString(), json(each)));
            return object;
        }
        return value instanceof Number number
                ? new JsonPrimitive(number)
                : value instanceof Boolean truth ? new JsonPrimitive(truth) : new JsonPrimitive(value.toString());
    }

    /** What wires bring into an input; several for a list. */
    public NodeTrial input(String name, Object... values) {
        SocketSchema input = schema.input(name)
                .orElseThrow(() -> new IllegalArgumentException(schema.title() + " has no input " + name));
        inputs.put(input, Arrays.stream(values).map(input::received).toList());
        return this;
    }

    /** What is known of an input before it runs. */
    public NodeTrial spec(String input, Spec spec) {
        specs.with(input, spec);
        return this;
    }

    /** What there is to choose from: see {@link graft.node.Setting#choicesBy}. */
    public List<String> choices(String name) throws Exception {
        return schema.setting(name)
                .filter(SettingSchema::findsChoices)
                .orElseThrow(
                        () -> new IllegalArgumentException(schema.title() + " finds no choices for a setting " + name))
                .find(node());
    }

    /** Calls {@link Node#fingerprint}. */
    public String fingerprint() throws Exception {
        return node().fingerprint();
    }

    /** Calls {@link Node#needs} with those of the inputs that are there. */
    public List<String> needs() throws Exception {
        return filled().needs();
    }

    /** Calls {@link Node#configure}. */
    public KnownSpecs configure() {
        node().configure(specs);
        return specs;
    }

    /**
     * Calls {@link Node#configure} and {@link Node#run}, as the engine does, and looks as it does at what the node gives and whether it
     * left what it was given as it was.
     *
     * @param folder for what the node writes
     */
    public Result run(Path folder) throws Exception {
        return run(new RecordedRun(folder));
    }

    /** As {@link #run(Path)}, with a run that stops early, for one. */
    public Result run(RecordedRun run) throws Exception {
        configure();
        Node node = filled();
        Map<SocketSchema, List<BooleanSupplier>> seals = new LinkedHashMap<>();
        inputs.forEach((input, values) -> seals.put(
                input,
                values.stream()
                        .flatMap(value -> value instanceof Sound sound ? Stream.of(sound.seal()) : Stream.empty())
                        .toList()));
        node.run(run);
        seals.forEach((input, values) -> {
            if (!values.stream().allMatch(BooleanSupplier::getAsBoolean)) {
                throw new AssertionError(schema.title() + " wrote to, or closed, what came in at " + input.id()
                        + ", which others use too");
            }
        });
        Map<String, Object> outputs = new LinkedHashMap<>();
        for (SocketSchema output : schema.outputs()) {
            Object value = output.field().get(node);
            if (value == null) {
                throw new AssertionError(schema.title() + " left its output " + output.id() + " empty");
            }
            for (Object each : output.list() ? (List<?>) value : List.of(value)) {
                Sound.damageOf(each).ifPresent(fault -> {
                    throw new AssertionError(schema.title() + ": its output " + output.id() + " " + fault);
                });
            }
            outputs.put(output.id(), value);
        }
        return new Result(outputs, run);
    }

    private Node filled() throws IllegalAccessException {
        Node node = node();
        for (Map.Entry<SocketSchema, List<Object>> input : inputs.entrySet()) {
            boolean list = input.getKey().list();
            input.getKey()
                    .field()
                    .set(node, list ? input.getValue() : input.getValue().get(0));
        }
        return node;
    }

    private Node node() {
        Node node = schema.create();
        settings.forEach((setting, value) -> setting.set(node, value));
        return node;
    }

    /**
     * Checks of every setting that its default, what was set here and all of its {@link OddValues} come back from a saved
     * workflow as they were.
     */
    public void checkSettings() {
        Node fresh = schema.create();
        for (SettingSchema setting : schema.settings()) {
            List<Object> values = new ArrayList<>(OddValues.of(setting));
            if (settings.containsKey(setting)) {
                values.add(settings.get(setting));
            }
            if (setting.defaultValue() == null) {
                values.add(null);
            }
            values.forEach(value -> checkComesBack(setting, value));
            setting.set(fresh, setting.fromJson(setting.toJson(setting.defaultValue())));
        }
    }

    private static void checkComesBack(SettingSchema setting, Object value) {
        String saved = setting.toJson(value).toString();
        Object back = setting.fromJson(JsonParser.parseString(saved));
        if (!Objects.equals(back, value)) {
            throw new AssertionError(
                    setting.id() + " is " + value + ", is saved as " + saved + " and comes back as " + back);
        }
    }
}
