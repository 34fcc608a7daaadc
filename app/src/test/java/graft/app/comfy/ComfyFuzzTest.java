package graft.app.comfy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.workflow.Sockets;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.ShrinkingMode;

/** Whatever looks like a file of ComfyUI opens, is saved and opens again equal, or is refused in a sentence. */
class ComfyFuzzTest {

    private static final List<String> TYPES = List.of(
            "KSampler",
            "LoraLoader",
            "LoraLoaderModelOnly",
            "CheckpointLoaderSimple",
            "CLIPTextEncode",
            "EmptyLatentImage",
            "VAEDecode",
            "VAEEncode",
            "LoadImage",
            "SaveImage",
            "PreviewImage",
            "KSamplerAdvanced",
            "SamplerCustomAdvanced",
            "SamplerCustom",
            "KSamplerSelect",
            "BasicScheduler",
            "SDTurboScheduler",
            "RandomNoise",
            "CFGGuider",
            "BasicGuider",
            "VAELoader",
            "CLIPSetLastLayer",
            "ControlNetApplyAdvanced",
            "ConditioningCombine",
            "VAEDecodeTiled",
            "PrimitiveInt",
            "PrimitiveString",
            "ComfySwitchNode",
            "Reroute",
            "PrimitiveNode",
            "Note",
            "MarkdownNote",
            "A.Stranger",
            "",
            "one",
            "two");
    private static final List<String> SOCKETS = List.of(
            "model",
            "clip",
            "vae",
            "images",
            "samples",
            "pixels",
            "positive",
            "negative",
            "latent_image",
            "seed",
            "steps",
            "denoise",
            "text",
            "lora_name",
            "sampler",
            "sigmas",
            "noise",
            "guider",
            "vae_name",
            "ckpt_name",
            "conditioning",
            "switch",
            "on_true",
            "on_false",
            "value",
            "a.b",
            "",
            "model");

    private static final Sockets NONE = new Sockets() {
        @Override
        public List<Socket> inputs(String type) {
            return List.of();
        }

        @Override
        public List<Socket> outputs(String type) {
            return List.of();
        }

        @Override
        public boolean fits(String output, String input) {
            return false;
        }
    };

    private static final ComfyExport EXPORT =
            new ComfyExport(type -> Optional.empty(), NONE, (setting, file) -> Optional.of(file));

    private static void opensEqualOrIsRefused(String json) {
        Workflow workflow;
        try {
            workflow = ComfyFile.parse(json, "theirs.json", type -> true).workflow();
        } catch (Problem refused) {
            assertThat(refused.getMessage()).contains("theirs.json").doesNotContain("Exception", "com.google");
            return;
        }
        Workflow again = Workflow.parse(workflow.toJson(), "again.json");
        assertThat(again).isEqualTo(workflow);
        assertThat(again.toJson()).isEqualTo(workflow.toJson());
        Subgraphs.flatten(workflow);
        goesBackOrIsRefused(() -> EXPORT.prompt(again));
        goesBackOrIsRefused(() -> EXPORT.drawn(again));
    }

    private static void goesBackOrIsRefused(Supplier<String> export) {
        try {
            assertThat(JsonParser.parseString(export.get())).isInstanceOf(JsonObject.class);
        } catch (Problem refused) {
            assertThat(refused.getMessage()).contains("ComfyUI").doesNotContain("Exception", "com.google");
        }
    }

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void aDrawnFile(@ForAll("drawn") JsonObject file) {
        opensEqualOrIsRefused(file.toString());
    }

    @Property(tries = 120, shrinking = ShrinkingMode.OFF)
    void aFileOfTheApiFormat(@ForAll("prompts") JsonObject file) {
        opensEqualOrIsRefused(file.toString());
    }

    /** Some of the leaves and branches of a real file are put elsewhere, doubled, or made something else. */
    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void aFileOfWhichPartsAreOtherThanTheyShouldBe(@ForAll long seed) throws IOException {
        RandomGenerator random = new Random(seed);
        List<String> names = List.of("nested-subgraphs.json", "same-flat.json", "strangers.json");
        JsonElement root;
        try (InputStream in = ComfyFuzzTest.class.getResourceAsStream(
                "/graft/app/cases/comfy-forms/" + names.get(random.nextInt(names.size())))) {
            root = JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            change(root, random);
        }
        opensEqualOrIsRefused(root.toString());
    }

    private static void change(JsonElement root, RandomGenerator random) {
        List<JsonElement> branches = new ArrayList<>();
        collect(root, branches);
        JsonElement branch = branches.get(random.nextInt(branches.size()));
        JsonElement other = random.nextBoolean()
                ? branches.get(random.nextInt(branches.size())).deepCopy()
                : leaf(random.nextInt(9));
        if (branch instanceof JsonArray array && !array.isEmpty()) {
            int at = random.nextInt(array.size());
            switch (random.nextInt(3)) {
                case 0 -> array.remove(at);
                case 1 -> array.add(array.get(at).deepCopy());
                default -> array.set(at, other);
            }
        } else if (branch instanceof JsonObject object && !object.isEmpty()) {
            List<String> fields = List.copyOf(object.keySet());
            String field = fields.get(random.nextInt(fields.size()));
            if (random.nextInt(3) == 0) {
                object.remove(field);
            } else {
                object.add(field, other);
            }
        }
    }

    private static void collect(JsonElement element, List<JsonElement> into) {
        if (element instanceof JsonArray array) {
            into.add(array);
            array.forEach(each -> collect(each, into));
        } else if (element instanceof JsonObject object) {
            into.add(object);
            object.asMap().values().forEach(each -> collect(each, into));
        }
    }

    private static JsonElement leaf(int kind) {
        return switch (kind) {
            case 0 -> JsonNull.INSTANCE;
            case 1 -> new JsonPrimitive(-1);
            case 2 -> new JsonPrimitive(1e300);
            case 3 -> new JsonPrimitive(0.5);
            case 4 -> new JsonPrimitive("x.y");
            case 5 -> new JsonPrimitive("\uD83D half");
            case 6 -> new JsonPrimitive(true);
            case 7 -> new JsonArray();
            default -> new JsonObject();
        };
    }

    @Provide
    Arbitrary<JsonObject> drawn() {
        return Combinators.combine(
                        graph(),
                        graph().list().ofMaxSize(3),
                        Arbitraries.integers().between(0, 1))
                .as((whole, inner, version) -> {
                    JsonArray definitions = new JsonArray();
                    for (int i = 0; i < inner.size(); i++) {
                        JsonObject definition = inner.get(i);
                        definition.addProperty("id", i == 0 ? "one" : "two");
                        definition.addProperty("name", "Sub graph " + i);
                        definition.add("inputNode", JsonParser.parseString("{\"id\": -10}"));
                        definition.add("outputNode", JsonParser.parseString("{\"id\": -20}"));
                        definition.add("inputs", ports());
                        definition.add("outputs", ports());
                        definitions.add(definition);
                    }
                    JsonObject subgraphs = new JsonObject();
                    subgraphs.add("subgraphs", definitions);
                    whole.add("definitions", subgraphs);
                    whole.addProperty("version", version == 0 ? 0.4 : 1);
                    return whole;
                });
    }

    private static JsonArray ports() {
        JsonArray ports = new JsonArray();
        for (String name : List.of("model", "clip", "a.b", "a b")) {
            JsonObject port = new JsonObject();
            port.addProperty("name", name);
            port.addProperty("type", name.toUpperCase(Locale.ROOT));
            ports.add(port);
        }
        return ports;
    }

    private Arbitrary<JsonObject> graph() {
        return Combinators.combine(
                        node().list().ofMinSize(1).ofMaxSize(8), link().list().ofMaxSize(14))
                .as((nodes, links) -> {
                    JsonObject graph = new JsonObject();
                    JsonArray all = new JsonArray();
                    nodes.forEach(all::add);
                    graph.add("nodes", all);
                    JsonArray table = new JsonArray();
                    links.forEach(table::add);
                    graph.add("links", table);
                    return graph;
                });
    }

    private Arbitrary<Integer> id() {
        return Arbitraries.integers().between(0, 9).withDistribution(RandomDistribution.uniform());
    }

    private Arbitrary<JsonElement> link() {
        Arbitrary<Integer> end = Arbitraries.oneOf(id(), Arbitraries.of(-10, -20));
        Arbitrary<Integer> slot = Arbitraries.integers().between(0, 4);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 14), end, slot, end, slot, Arbitraries.of(true, false))
                .as((id, from, out, to, in, asList) -> {
                    if (asList) {
                        JsonArray list = new JsonArray();
                        List.of(id, from, out, to, in).forEach(list::add);
                        list.add("*");
                        return list;
                    }
                    JsonObject object = new JsonObject();
                    Map.of("id", id, "origin_id", from, "origin_slot", out, "target_id", to, "target_slot", in)
                            .forEach(object::addProperty);
                    return object;
                });
    }

    private Arbitrary<JsonObject> node() {
        Arbitrary<JsonObject> input = Combinators.combine(
                        Arbitraries.of(SOCKETS), Arbitraries.integers().between(0, 14), Arbitraries.of(true, false))
                .as((name, link, widget) -> {
                    JsonObject socket = new JsonObject();
                    socket.addProperty("name", name);
                    socket.addProperty("type", "*");
                    socket.add("link", link == 0 ? JsonNull.INSTANCE : new JsonPrimitive(link));
                    if (widget) {
                        socket.add("widget", new JsonObject());
                    }
                    return socket;
                });
        return Combinators.combine(
                        id(),
                        Arbitraries.of(TYPES),
                        Arbitraries.of(0, 0, 2, 4),
                        input.list().ofMaxSize(5),
                        value().list().ofMaxSize(7),
                        Arbitraries.strings().all().ofMaxLength(6),
                        Arbitraries.doubles().between(-1e6, 1e6))
                .as((id, type, mode, inputs, values, title, at) -> {
                    JsonObject node = new JsonObject();
                    node.addProperty("id", id);
                    node.addProperty("type", type);
                    node.addProperty("mode", mode);
                    node.addProperty("title", title);
                    JsonArray place = new JsonArray();
                    place.add(at);
                    place.add(-at);
                    node.add("pos", place);
                    node.add("size", place);
                    JsonArray sockets = new JsonArray();
                    inputs.forEach(sockets::add);
                    node.add("inputs", sockets);
                    JsonArray widgets = new JsonArray();
                    values.forEach(widgets::add);
                    node.add("widgets_values", widgets);
                    return node;
                });
    }

    private Arbitrary<JsonElement> value() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 8).map(ComfyFuzzTest::leaf),
                Arbitraries.integers().map(JsonPrimitive::new),
                Arbitraries.doubles().map(JsonPrimitive::new),
                Arbitraries.strings().all().ofMaxLength(12).map(JsonPrimitive::new));
    }

    @Provide
    Arbitrary<JsonObject> prompts() {
        Arbitrary<JsonElement> link = Combinators.combine(
                        id(), Arbitraries.integers().between(0, 3))
                .as((node, slot) -> {
                    JsonArray pair = new JsonArray();
                    pair.add(node.toString());
                    pair.add(slot);
                    return pair;
                });
        Arbitrary<JsonObject> node = Combinators.combine(
                        Arbitraries.of(TYPES),
                        Arbitraries.maps(Arbitraries.of(SOCKETS), Arbitraries.oneOf(value(), link))
                                .ofMaxSize(6))
                .as((type, values) -> {
                    JsonObject inputs = new JsonObject();
                    values.forEach(inputs::add);
                    JsonObject made = new JsonObject();
                    made.addProperty("class_type", type);
                    made.add("inputs", inputs);
                    return made;
                });
        return Arbitraries.maps(id(), Arbitraries.oneOf(node, node, node, value()))
                .ofMaxSize(8)
                .map(entries -> {
                    JsonObject root = new JsonObject();
                    entries.forEach((id, entry) -> root.add(id.toString(), entry));
                    return root;
                });
    }
}
