package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import graft.app.plugin.NodeLibrary.Failure;
import graft.node.Node;
import graft.node.NodeSchema;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pf4j.ExtensionPoint;

/** Plugins as strangers build them: compiled with PF4J's annotation processor, packed as one jar, good and bad. */
class NodeLibraryTest {

    @TempDir
    private Path plugins;

    @TempDir
    private Path work;

    private static final String GOOD = """
            package stranger;
            import graft.node.*;
            @NodeType(id = "%s", title = "Good", category = "test", help = "Works.")
            public final class Good implements Node {
                @Setting int size = 3;
                @Output String text;
                @Override public void run(Run run) { text = "good " + size; }
            }
            """;

    private void plugin(String name, Map<String, String> manifest, String... sources) throws IOException {
        Path classes = Files.createDirectories(work.resolve(name));
        compile(classes, sources);
        jar(plugins.resolve(name + ".jar"), manifest, classes);
    }

    private void good(String name, String node) throws IOException {
        plugin(name, manifest(name), GOOD.formatted(node));
    }

    private static Map<String, String> manifest(String id) {
        return Map.of("Plugin-Id", id, "Plugin-Version", "1.0.0", "Plugin-Provider", "Somebody");
    }

    private static void compile(Path classes, String... sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Source> files = Stream.of(sources).map(Source::new).toList();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            String path = Stream.of(Node.class, ExtensionPoint.class, JsonObject.class)
                    .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                    .map(jar -> Path.of(URI.create(jar.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
            List<String> options = List.of("-d", classes.toString(), "-cp", path, "-processorpath", path);
            assertThat(compiler.getTask(null, manager, null, options, null, files)
                            .call())
                    .isTrue();
        }
    }

    private static void jar(Path target, Map<String, String> attributes, Path classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        try (OutputStream out = Files.newOutputStream(target);
                JarOutputStream jar = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), "/")));
                Files.copy(file, jar);
            }
        }
    }

    /** A class in memory, named by its own text. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(
                    URI.create("string:///stranger/" + text.replaceFirst("(?s).*?public final class (\\w+).*", "$1")
                            + ".java"),
                    Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private NodeLibrary load() {
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
        jar(plugins.resolve("empty.jar"), manifest("empty"), Files.createDirectories(work.resolve("empty")));
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
            assertThat(files).containsExactly(plugins.resolve("good.jar"));
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
                GOOD.formatted("stranger/text/good"),
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
        Path classes = Files.createDirectories(work.resolve("d-missing"));
        compile(classes, """
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/bad/missing", title = "Bad", category = "test", help = "Fails.")
                public final class Missing implements Node {
                    Other other = new Other();
                    @Override public void run(Run run) {}
                }
                """, "package stranger; public final class Other {}");
        Files.delete(classes.resolve("stranger/Other.class"));
        jar(plugins.resolve("d-missing.jar"), manifest("d-missing"), classes);
        plugin("e-nameless", Map.of("Plugin-Version", "1.0.0"), GOOD.formatted("stranger/text/nameless"));
        plugin(
                "f-newer",
                Map.of("Plugin-Id", "f-newer", "Plugin-Version", "1.0.0", "Plugin-Requires", ">=9.0.0"),
                GOOD.formatted("stranger/text/newer"));
        plugin(
                "g-dependent",
                Map.of("Plugin-Id", "g", "Plugin-Version", "1.0.0", "Plugin-Dependencies", "nobody"),
                GOOD.formatted("stranger/text/dependent"));
        plugin(
                "h-version",
                Map.of("Plugin-Id", "h", "Plugin-Version", "1.0.0", "Plugin-Requires", "about three"),
                GOOD.formatted("stranger/text/version"));
        Files.writeString(plugins.resolve("i-garbage.jar"), "no jar at all");
        Files.writeString(plugins.resolve("j-old.zip"), "whatever");
        plugin("k-twin", manifest("a-good"), GOOD.formatted("stranger/text/twin"));
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
        for (Failure failure : library.failures()) {
            reasons.merge(failure.plugin(), failure.reason(), (a, b) -> a + "; " + b);
        }
        assertThat(reasons.get("b-duplicate")).contains("another plugin offers a node with the id stranger/text/good");
        assertThat(reasons.get("c-static")).contains("stranger.Static is left out");
        assertThat(reasons.get("d-missing")).contains("the class stranger.Other, which is not there");
        assertThat(reasons.get("e-nameless.jar")).isNotBlank();
        assertThat(reasons.get("f-newer")).isEqualTo("it needs Graft >=9.0.0, and this is 0.1.0");
        assertThat(reasons.get("g-dependent.jar")).contains("nobody");
        assertThat(reasons.get("h-version.jar")).isNotBlank();
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
        assertThat(library.plugins()).extracting(NodeLibrary.Plugin::id).contains("a-good", "z-good");
    }
}
