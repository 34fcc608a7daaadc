package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.Enclosed;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    void itsTemplateRunsOnceForEachSwatchAndItsTextsAreThere() throws Exception {
        Path plugins = TestPlugin.built(folder.resolve("plugins"));
        install(new PluginStore(plugins, Versions.graft()), example());
        try (NodeLibrary library = NodeLibrary.load(plugins, Versions.graft());
                Cache cache = Cache.none()) {
            Enclosed enclosed = library.enclosedWith("example/images/palette");
            assertThat(enclosed.doc("example/images/swatches").orElseThrow()).startsWith("# Swatches");
            assertThat(enclosed.doc("example/images/vignette").orElseThrow()).startsWith("# Example");
            assertThat(enclosed.icon().orElseThrow().getHeight()).isEqualTo(32);
            Workflow template = Workflow.read(enclosed.templates().get(0))
                    .map("swatches", node -> node.withType("example/images/palette"));
            List<Path> wrote = new ArrayList<>();
            Engine engine = new Engine(library, cache);
            Plan plan = engine.check(template);
            assertThat(plan.findings()).isEmpty();
            assertThat(engine.run(plan, new RunOptions(folder.resolve("runs"), "cpu", event -> {
                                if (event instanceof RunEvent.Wrote file) {
                                    wrote.add(file.file());
                                }
                            }))
                            .outcome())
                    .isEqualTo(Outcome.DONE);
            assertThat(wrote).hasSize(2).allMatch(Files::exists).doesNotHaveDuplicates();
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
                    .anyMatch(
                            sentence -> sentence.startsWith(
                                    "vignette: There is no node type example/images/vignette: it is of the plugin example 1.0.0, which was removed"))
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
