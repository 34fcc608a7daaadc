package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import graft.node.Node;
import graft.node.NodeSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins as strangers build them: compiled with PF4J's annotation processor, packed as one jar, good and bad. */
class NodeLibraryTest {

    @TempDir
    private Path plugins;

    private void plugin(String name, Map<String, String> manifest, String... sources) throws IOException {
        TestPlugin plugin = new TestPlugin();
        manifest.forEach(plugin::with);
        Stream.of(sources).forEach(plugin::source);
        plugin.build(plugins.resolve(name + ".jar"));
    }

    private void good(String name, String node) throws IOException {
        plugin(name, manifest(name), TestPlugin.GOOD.formatted(node));
    }

    private static Map<String, String> manifest(String id) {
        return Map.of("Plugin-Id", id, "Plugin-Version", "1.0.0", "Plugin-Provider", "Somebody");
    }

    private NodeLibrary load() throws IOException {
        TestPlugin.bundle(plugins);
        return NodeLibrary.load(plugins, "0.1.0");
    }

    @Test
    void aNodeTypeInAJarIsFoundWithoutMoreAdo() throws Exception {
        good("good", "stranger/text/good");
        NodeLibrary library = load();
        assertThat(library.failures()).isEmpty();
        assertThat(library.ids()).containsExactly("stranger/text/good");
        assertThat(library.plugins()).singleElement().satisfies(plugin -> {
            assertThat(plugin.id()).isEqualTo("good");
            assertThat(plugin.version()).isEqualTo("1.0.0");
            assertThat(plugin.provider()).isEqualTo("Somebody");
        });
        NodeSchema schema = library.node("stranger/text/good").orElseThrow();
        Node node = schema.create();
        node.run(null);
        assertThat(schema.outputs().get(0).field().get(node)).isEqualTo("good 3");
    }

    @Test
    void anArchiveThatListsNoNodeOffersNoneThoughTheHostsClassPathHasAList() throws IOException {
        assertThat(NodeLibrary.class.getClassLoader().getResource("META-INF/extensions.idx"))
                .isNotNull();
        plugin("empty", manifest("empty"));
        NodeLibrary library = load();
        assertThat(library.failures()).isEmpty();
        assertThat(library.plugins()).hasSize(1);
        assertThat(library.ids()).isEmpty();
    }

    @Test
    void aMissingFolderIsAnEmptyOneAndNothingIsLeftInTheFolder() throws IOException {
        assertThat(NodeLibrary.load(plugins.resolve("none"), "0.1.0").plugins()).isEmpty();
        good("good", "stranger/text/good");
        load();
        load();
        try (Stream<Path> files = Files.list(plugins)) {
            assertThat(files).containsExactlyInAnyOrder(plugins.resolve("good.jar"), plugins.resolve("bundled"));
        }
    }

    @Test
    void pluginsDoNotSeeEachOthersClasses() throws IOException {
        good("one", "stranger/text/one");
        good("two", "stranger/text/two");
        NodeLibrary library = load();
        assertThat(library.failures()).isEmpty();
        assertThat(library.node("stranger/text/one").orElseThrow().create().getClass())
                .isNotEqualTo(
                        library.node("stranger/text/two").orElseThrow().create().getClass());
    }

    @Test
    void thePluginsOwnCopyOfTheApiIsNotUsed() throws IOException {
        plugin(
                "shaded",
                manifest("shaded"),
                TestPlugin.GOOD.formatted("stranger/text/good"),
                "package graft.node; public final class Problem {}");
        assertThat(load().ids()).containsExactly("stranger/text/good");
    }

    @Test
    void everyBadPluginIsNamedWithItsReasonAndTheGoodOnesWork() throws IOException {
        good("a-good", "stranger/text/good");
        good("b-duplicate", "stranger/text/good");
        plugin("c-static", manifest("c-static"), """
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/bad/static", title = "Bad", category = "test", help = "Fails.")
                public final class Static implements Node {
                    static final int[] TABLE = new int[-1];
                    @Override public void run(Run run) {}
                }
                """);
        TestPlugin.of("d-missing", "1.0.0")
                .source("""
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/bad/missing", title = "Bad", category = "test", help = "Fails.")
                public final class Missing implements Node {
                    Other other = new Other();
                    @Override public void run(Run run) {}
                }
                """)
                .source("package stranger; public final class Other {}")
                .losing("stranger/Other.class")
                .build(plugins.resolve("d-missing.jar"));
        plugin("e-nameless", Map.of("Plugin-Version", "1.0.0"), TestPlugin.GOOD.formatted("stranger/text/nameless"));
        plugin(
                "f-newer",
                Map.of("Plugin-Id", "f-newer", "Plugin-Version", "1.0.0", "Plugin-Requires", ">=9.0.0"),
                TestPlugin.GOOD.formatted("stranger/text/newer"));
        plugin(
                "g-dependent",
                Map.of("Plugin-Id", "g", "Plugin-Version", "1.0.0", "Plugin-Dependencies", "nobody"),
                TestPlugin.GOOD.formatted("stranger/text/dependent"));
        plugin(
                "h-version",
                Map.of("Plugin-Id", "h", "Plugin-Version", "1.0.0", "Plugin-Requires", "about three"),
                TestPlugin.GOOD.formatted("stranger/text/version"));
        Files.writeString(plugins.resolve("i-garbage.jar"), "no jar at all");
        Files.writeString(plugins.resolve("j-old.zip"), "whatever");
        plugin("k-twin", manifest("a-good"), TestPlugin.GOOD.formatted("stranger/text/twin"));
        plugin("l-faulty", manifest("l-faulty"), """
                package stranger;
                import graft.node.*;
                @NodeType(id = "Bad Id", title = "Bad", category = "test", help = "Fails.")
                public final class Faulty implements Node {
                    @Setting(min = 1) int size = 0;
                    @Setting StringBuilder builder = new StringBuilder();
                    @Input final String text = "";
                    @Input @Output String both;
                    @Output Object thing;
                    @Setting(formerly = "size") int other;
                    @Override public void run(Run run) {}
                }
                """);
        good("z-good", "stranger/text/last");

        NodeLibrary library = load();
        assertThat(library.ids()).containsExactly("stranger/text/good", "stranger/text/last");
        Map<String, String> reasons = new TreeMap<>();
        for (PluginFailure failure : library.failures()) {
            reasons.merge(failure.plugin(), failure.reason(), (a, b) -> a + "; " + b);
        }
        assertThat(reasons.get("b-duplicate")).contains("another plugin offers a node with the id stranger/text/good");
        assertThat(reasons.get("c-static")).contains("stranger.Static is left out");
        assertThat(reasons.get("d-missing")).contains("the class stranger.Other, which is not there");
        assertThat(reasons.get("e-nameless.jar")).isEqualTo("its manifest has no Plugin-Id");
        assertThat(reasons.get("f-newer")).isEqualTo("it needs Graft >=9.0.0, and this is 0.1.0");
        assertThat(reasons.get("g")).isEqualTo("it needs the plugin nobody, which is not there");
        assertThat(reasons.get("h-version.jar")).contains("\"about three\" is no range of versions");
        assertThat(reasons.get("i-garbage.jar")).isNotBlank();
        assertThat(reasons.get("j-old.zip")).isEqualTo("a plugin is a single .jar, and this is a .zip");
        assertThat(reasons.get("k-twin.jar")).isEqualTo("a plugin with the id a-good is loaded already");
        assertThat(reasons.get("l-faulty"))
                .contains("the id \"Bad Id\" is not of the form")
                .contains("stranger.Faulty.size: its default 0 is not in its range, at least 1")
                .contains("stranger.Faulty.builder: a setting is an int, long")
                .contains("stranger.Faulty.text is a socket or setting and so must not be static or final")
                .contains("stranger.Faulty.both is one of input, output and setting, not two")
                .contains("java.lang.Object is no type for a wire");
        assertThat(reasons).hasSize(11);
        assertThat(library.plugins()).extracting(Plugin::id).contains("a-good", "z-good");
    }

    @Test
    void anArchiveThatWasPutThereByHandIsNotLoadedAndIsNamed() throws IOException {
        good("good", "stranger/text/good");
        load().close();
        good("by-hand", "stranger/text/by-hand");
        Path installed = Files.createDirectories(plugins.resolve("installed"));
        TestPlugin.of("slipped-in", "1.0.0")
                .good("stranger/text/slipped-in")
                .build(installed.resolve("slipped-in.jar"));
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0")) {
            assertThat(library.ids()).containsExactly("stranger/text/good");
            assertThat(library.failures())
                    .containsExactlyInAnyOrder(
                            new PluginFailure("by-hand.jar", "it was put into " + plugins + BY_HAND),
                            new PluginFailure("slipped-in.jar", "it was put into " + installed + BY_HAND));
        }
    }

    private static final String BY_HAND =
            " by hand, where nobody was asked about it; move it elsewhere and install it with"
                    + " `graft plugins install FILE`";

    @Test
    void anArchiveOfGraftsThatChangedIsNotLoaded() throws IOException {
        good("good", "stranger/text/good");
        load().close();
        good("good", "stranger/text/other");
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0")) {
            assertThat(library.ids()).isEmpty();
            assertThat(library.failures())
                    .containsExactly(new PluginFailure(
                            "good.jar", "it is not the archive that the build of Graft made; build Graft again"));
        }
    }
}
