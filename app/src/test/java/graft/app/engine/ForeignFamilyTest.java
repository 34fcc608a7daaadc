package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonPrimitive;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.app.editor.inspector.FileFacts;
import graft.app.editor.inspector.FileLibrary;
import graft.app.editor.inspector.FileLibrary.Entry;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.FileKind;
import graft.model.Parts;
import graft.node.Problem;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A family of models that a stranger's plugin brings: its file is loaded, drawn with and trained on, as one of Graft's own. */
class ForeignFamilyTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path folder;

    private Path archive() throws IOException {
        try (InputStream source = TestPlugin.class.getResourceAsStream("Toy.java.txt")) {
            return TestPlugin.of("toy", "1.0.0")
                    .with("Plugin-Permissions", "files")
                    .source(new String(source.readAllBytes(), StandardCharsets.UTF_8))
                    .build(folder.resolve("toy.jar"));
        }
    }

    /** What the shelf of models, of which a dropped file and the picker know the same, calls what lies beside a file. */
    private List<String> onTheShelf(Path file) throws Exception {
        ModelFolders folders =
                new ModelFolders(List.of(new ModelFolders.Folder(Collection.CHECKPOINTS, file.getParent())), List.of());
        CompletableFuture<List<Entry>> found = new CompletableFuture<>();
        try (FileLibrary shelf = new FileLibrary(() -> folders, folder.resolve("no runs"))) {
            shelf.find(Control.MODEL, found::complete);
            return found.get(5, TimeUnit.MINUTES).stream()
                    .filter(entry -> entry.name().equals(file.getFileName().toString()))
                    .flatMap(entry -> entry.facts().stream())
                    .filter(facts -> facts.role() == FileKind.Role.MODEL)
                    .map(FileFacts::name)
                    .toList();
        }
    }

    @Test
    void itsModelIsLoadedDrawnWithAndTrainedOn() throws Exception {
        Path plugins = TestPlugin.built(folder.resolve("plugins"));
        Path file = ToyModel.write(folder.resolve("two.safetensors"));
        PluginStore store = new PluginStore(plugins, Versions.graft());
        try (var plan = store.planFile(archive(), Optional.of(Sha512.of(folder.resolve("toy.jar"))), store.known())) {
            store.install(plan);
        }
        Workflow workflow = Workflow.read(ROOT.resolve("workflows/train-lora.json"))
                .with("model", "file", new JsonPrimitive(file.toString()))
                .with("train", "steps", new JsonPrimitive(4))
                .with("train", "learningRate", new JsonPrimitive(0.01))
                .with("train", "targets", new JsonPrimitive("all_linear"))
                .with("before", "steps", new JsonPrimitive(2))
                .with("after", "steps", new JsonPrimitive(2));
        List<RunEvent> events = new ArrayList<>();
        try (NodeLibrary library = NodeLibrary.load(plugins, Versions.graft());
                Cache cache = Cache.keepAll()) {
            assertThat(library.failures()).isEmpty();
            assertThat(FileKind.of(file))
                    .isEqualTo(new FileKind(FileKind.Role.MODEL, "a Two layers model", "toy/two-layers"));
            assertThat(onTheShelf(file)).containsExactly("Two layers model");
            assertThatThrownBy(() -> Checkpoint.inspect(BuiltIn.path("builtin:emoji-sd"), Optional.of(file)))
                    .hasMessageContaining("it is a Two layers model");
            CheckpointSpec spec = Checkpoint.inspect(file);
            assertThat(spec.family()).isEqualTo("toy/two-layers");
            Engine engine = new Engine(library, cache);
            Plan plan = engine.check(workflow);
            assertThat(plan.findings()).filteredOn(Finding::isError).isEmpty();
            assertThat(plan.findings())
                    .extracting(Finding::toString)
                    .anyMatch(told -> told.contains("the model was made for 256×256"));
            assertThat(engine.check(workflow.with("train", "targets", new JsonPrimitive("attention")))
                            .findings())
                    .filteredOn(Finding::isError)
                    .extracting(Finding::toString)
                    .anyMatch(told -> told.contains("models of the family Two layers have no layers of that kind"));
            RunResult run = engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", events::add));
            assertThat(run.outcome()).as(events.toString()).isEqualTo(Outcome.DONE);
            try (Stream<Path> written = Files.walk(run.folder())) {
                List<Path> all = written.toList();
                assertThat(all).anyMatch(path -> path.toString().endsWith(".png"));
                Path lora = all.stream()
                        .filter(path -> path.toString().endsWith("teapot.safetensors"))
                        .findFirst()
                        .orElseThrow();
                Lora learnt = LoraFile.read(lora);
                assertThat(learnt.layers(Parts.DENOISER).keySet())
                        .containsExactlyInAnyOrder("layers_first", "layers_second");
                assertThat(learnt.metadata())
                        .containsEntry("modelspec.architecture", "two-layers-v1/lora")
                        .containsEntry("ss_base_model_version", "toy_v1");
            }
        }
        assertThat(FileKind.of(file).isModel()).isFalse();
        assertThatThrownBy(() -> Checkpoint.inspect(file))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("two.safetensors");
    }
}
