package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.adapter.LoraFile;
import graft.app.engine.RunEvent.NodePreview;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that were built against an earlier API, byte for byte as then: what they offer loads, is chosen and runs. */
class EarlierPluginsTest {

    @TempDir
    private static Path folder;

    private static NodeLibrary library;
    private static final Cache CACHE = Cache.none();
    private final List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void install() throws IOException {
        Path plugins = TestPlugin.built(folder.resolve("plugins"));
        PluginStore store = new PluginStore(plugins, Versions.graft());
        for (String name : List.of("kit", "toy", "example")) {
            Path archive = folder.resolve(name + ".jar");
            try (InputStream in = TestPlugin.class.getResourceAsStream("earlier/" + name + ".jar")) {
                Files.copy(in, archive);
            }
            try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
                store.install(plan);
            }
        }
        library = NodeLibrary.load(plugins, Versions.graft());
    }

    @AfterAll
    static void close() {
        CACHE.close();
        library.close();
    }

    private RunResult run(Workflow workflow) throws InterruptedException {
        Engine engine = new Engine(library, CACHE);
        Plan plan = engine.check(workflow);
        assertThat(plan.findings()).filteredOn(Finding::isError).isEmpty();
        RunResult result = engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
        assertThat(result.outcome()).as(events.toString()).isEqualTo(Outcome.DONE);
        return result;
    }

    private List<String> said() {
        return events.stream()
                .filter(RunEvent.Log.class::isInstance)
                .map(event -> ((RunEvent.Log) event).sentence())
                .toList();
    }

    @Test
    void allOfThemLoad() {
        assertThat(library.failures()).isEmpty();
        assertThat(library.ids())
                .contains("kit/words/say", "kit/words/show", "example/images/vignette", "example/adapters/load-ia3");
        assertThat(Stream.of(
                                "kit/plain",
                                "kit/says",
                                "kit/keyed",
                                "toy/two-layers",
                                "example/adams-bashforth",
                                "example/exponential",
                                "example/nesterov-sgd")
                        .filter(id -> library.pluginOf(id).isEmpty()))
                .isEmpty();
    }

    @Test
    void nodesConvertersPreviewsAndPicturesOfThemRun() throws Exception {
        Files.write(folder.resolve("picture.kit"), new byte[] {'K', 'I', 'T', 3, 2});
        RunResult result = run(Workflow.parse(
                """
                {"format": 1, "title": "Words", "nodes": {
                 "picture": {"type": "graft/images/load", "version": 1, "settings": {"file": "%s"}},
                 "vignette": {"type": "example/images/vignette", "version": 1},
                 "first": {"type": "kit/words/say", "version": 1, "settings": {"words": "Ahoy", "loud": false}},
                 "second": {"type": "kit/words/say", "version": 2, "settings": {"text": "sea", "sampler": "example/adams-bashforth",
                  "spacing": "example/exponential", "optimizer": "example/nesterov-sgd", "rows": 3, "widths": [1, 2.5]}},
                 "show": {"type": "kit/words/show", "version": 1}},
                 "wires": [{"from": "picture.image", "to": "vignette.images"}, {"from": "vignette.darkened", "to": "show.images"},
                  {"from": "first.length", "to": "second.more"}, {"from": "first.word", "to": "second.more"}, {"from": "second.word", "to": "show.word"}]}
                """.formatted(folder.resolve("picture.kit").toString().replace("\\", "/")), "words.json"));
        assertThat(said())
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo("said SEA <4> ahoy by example/adams-bashforth over example/exponential and"
                                + " example/nesterov-sgd, 3 rows of [1.0, 2.5], 1"))
                .anySatisfy(line -> assertThat(line).startsWith("shown SEA <4> ahoy, open "));
        assertThat(events.stream()
                        .filter(NodePreview.class::isInstance)
                        .map(event -> ((NodePreview) event).images().get(0).getWidth()))
                .contains(32, 96, 3);
        assertThat(Files.readString(result.folder().resolve("second/said.txt"))).isEqualTo("SEA <4> ahoy");
    }

    @Test
    void aModelOfTheirFamilyIsTrainedByTheirOptimiserAndDrawnWithByTheirSampler() throws Exception {
        Path model = ToyModel.write(folder.resolve("two.safetensors"));
        RunResult result = run(Workflow.parse("""
                {"format": 1, "title": "Learn", "nodes": {
                 "model": {"type": "graft/model/load", "version": 1, "settings": {"file": "%s"}},
                 "pictures": {"type": "graft/images/folder", "version": 1,
                  "settings": {"folder": "builtin:samples/subject-teapot", "width": 64, "height": 64}},
                 "train": {"type": "graft/lora/train", "version": 1, "settings":
                  {"steps": 2, "batch": 1, "rank": 2, "optimizer": "example/nesterov-sgd", "targets": "all_linear"}},
                 "lora": {"type": "graft/lora/save", "version": 1, "settings": {"name": "teapot"}},
                 "stack": {"type": "graft/adapters/stack", "version": 1},
                 "prompt": {"type": "graft/prompt/encode", "version": 1, "settings": {"prompt": "(a) teapot"}},
                 "canvas": {"type": "graft/latents/empty", "version": 1, "settings": {"width": 64, "height": 64}},
                 "sample": {"type": "graft/latents/sample", "version": 1,
                  "settings": {"steps": 2, "sampler": "example/adams-bashforth", "spacing": "example/exponential"}},
                 "decode": {"type": "graft/latents/decode", "version": 1},
                 "save": {"type": "graft/images/save", "version": 1}},
                 "wires": [{"from": "model.model", "to": "train.model"}, {"from": "pictures.images", "to": "train.images"}, {"from": "train.lora", "to": "lora.lora"},
                  {"from": "model.model", "to": "stack.model"}, {"from": "train.lora", "to": "stack.loras"}, {"from": "model.model", "to": "prompt.model"},
                  {"from": "model.model", "to": "canvas.model"}, {"from": "stack.stacked", "to": "sample.model"}, {"from": "prompt.conditioning", "to": "sample.positive"},
                  {"from": "canvas.latents", "to": "sample.latents"}, {"from": "model.model", "to": "decode.model"}, {"from": "sample.samples", "to": "decode.latents"},
                  {"from": "decode.images", "to": "save.images"}]}
                """.formatted(model.toString().replace("\\", "/")), "learn.json"));
        try (Stream<Path> written = Files.walk(result.folder())) {
            assertThat(written.map(path -> path.getFileName().toString()).toList())
                    .contains("teapot.safetensors")
                    .anyMatch(name -> name.endsWith(".png"));
        }
    }

    @Test
    void theirCaptionerCaptions() throws Exception {
        run(Workflow.parse("""
                {"format": 1, "title": "Captions", "nodes": {
                 "pictures": {"type": "graft/images/folder", "version": 1, "settings": {"folder": "builtin:samples/subject-teapot"}},
                 "captions": {"type": "graft/caption/blip", "version": 1, "settings": {"captioner": "kit/says"}},
                 "save": {"type": "graft/caption/save", "version": 1}},
                 "wires": [{"from": "pictures.images", "to": "captions.images"}, {"from": "captions.captioned", "to": "save.images"}]}
                """, "captions.json"));
        assertThat(events.toString()).contains("a kit of ");
    }

    @Test
    void theirFormatOfAdaptersIsAsked() throws Exception {
        Path file = folder.resolve("keyed.safetensors");
        SafeTensors.write(file, List.of(Tensor.of("kit.one", DType.F32, new long[] {1}, new float[] {1})), Map.of());
        assertThatThrownBy(() -> LoraFile.read(file)).hasMessageContaining("it is a test");
    }
}
