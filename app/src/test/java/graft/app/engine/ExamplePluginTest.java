package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin that ships as an example, beside the bundled ones: there, away, and there again. */
class ExamplePluginTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path folder;

    private Path example() throws IOException {
        return TestPlugin.example().build(folder.resolve("example.jar"));
    }

    private static void install(PluginStore store, Path archive) throws IOException {
        try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
    }

    @Test
    void itsWorkflowRunsOutlivesItsAbsenceByteForByteAndRunsAgain() throws Exception {
        Path plugins = TestPlugin.built(folder.resolve("plugins"));
        Path archive = example();
        PluginStore store = new PluginStore(plugins, Versions.graft());
        install(store, archive);
        Workflow shipped = Workflow.read(ROOT.resolve("plugins/example/workflow.json"))
                .with("sample", "steps", new JsonPrimitive(2))
                .with("canvas", "batch", new JsonPrimitive(1));
        Path file = folder.resolve("workflow.json");
        shipped.write(file);
        byte[] before = Files.readAllBytes(file);
        try (NodeLibrary library = NodeLibrary.load(plugins, Versions.graft());
                Cache cache = Cache.keepAll()) {
            assertThat(library.failures()).isEmpty();
            Engine engine = new Engine(library, cache);
            RunOptions options = new RunOptions(folder.resolve("runs"), "cpu", event -> {});
            Plan plan = engine.check(Workflow.read(file));
            assertThat(plan.findings()).isEmpty();
            assertThat(engine.run(plan, options).outcome()).isEqualTo(Outcome.DONE);
            plan = null;
            assertThat(cache.resources()).isPositive();

            store.remove("example");
            library.refresh();
            // What was kept may be of the plugin's classes.
            assertThat(cache.resources()).isZero();
            assertThat(library.pinned()).isEmpty();
            assertThat(engine.check(Workflow.read(file)).findings())
                    .filteredOn(Finding::isError)
                    .extracting(Finding::sentence)
                    .hasSize(3)
                    .anyMatch(sentence -> sentence.startsWith(
                            "vignette: There is no node type example/images/vignette: no plugin here offers it"))
                    .anyMatch(sentence -> sentence.contains("Setting sampler cannot be \"example/adams-bashforth\""))
                    .anyMatch(sentence -> sentence.contains("Setting spacing cannot be \"example/exponential\""));
            Workflow.read(file).write(file);
            assertThat(Files.readAllBytes(file)).isEqualTo(before);

            install(store, archive);
            library.refresh();
            Plan again = engine.check(Workflow.read(file));
            assertThat(again.findings()).isEmpty();
            assertThat(engine.run(again, options).outcome()).isEqualTo(Outcome.DONE);
            assertThat(List.copyOf(
                            library.pluginOf("example/images/vignette").stream().toList()))
                    .hasSize(1);
        }
    }
}
