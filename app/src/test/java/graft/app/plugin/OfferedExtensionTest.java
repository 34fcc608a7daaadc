package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import graft.node.Choice;
import graft.node.Choices;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an archive is found to offer, without running anything of it. */
class OfferedExtensionTest {

    @TempDir
    private Path folder;

    @Test
    void allThatTheExampleOffersIsNamedAsItNamesItselfOnceItRuns() throws Exception {
        Path archive = TestPlugin.example().build(folder.resolve("example.jar"));
        PluginInspection found = PluginInspection.of(archive);
        Map<String, List<String>> offered = OfferedExtension.byKind(found.offered());
        assertThat(found.nodes()).contains("example/images/vignette");
        assertThat(offered)
                .containsEntry("spacings", List.of("example/exponential"))
                .containsEntry("converters", List.of("Mosaic to Image"))
                .containsEntry("previews", List.of("of Embedding"))
                .containsEntry("wire types", List.of("example/mosaic"));
        List<NodeLibrary.Archive> archives =
                List.of(new NodeLibrary.Archive(archive, Optional.empty(), Optional.empty()));
        try (NodeLibrary library = NodeLibrary.load(folder.resolve("none"), archives, "0.1.0")) {
            assertThat(library.failures()).isEmpty();
            for (OfferedExtension.Kind kind : OfferedExtension.Kind.values()) {
                Class<?> point = kind.point().orElse(Object.class);
                if (Choices.isSet(point)) {
                    assertThat(offered.getOrDefault(kind.many(), List.of()))
                            .as(kind.many())
                            .containsExactlyInAnyOrderElementsOf(Choices.of(point.asSubclass(Choice.class)).stream()
                                    .map(Choice::id)
                                    .filter(id -> id.startsWith("example/"))
                                    .toList());
                }
            }
        }
    }

    @Test
    void aConverterIsNamedByItsTypesAndATypeForWiresByItsId() throws Exception {
        PluginInspection found = PluginInspection.of(TestPlugin.of("waves", "1.0.0")
                .source("""
                        package waves;
                        import graft.node.SocketType;
                        @SocketType(id = "waves/wave", title = "Wave", color = "#112233")
                        public class Wave {}
                        """)
                .source("""
                        package waves;
                        import graft.node.Converter;
                        import graft.picture.Images;
                        import org.pf4j.Extension;
                        @Extension
                        public class ToWave extends Base {
                            public Class<Images> from() { return Images.class; }
                            public Class<Wave> to() { return Wave.class; }
                        }
                        """)
                .source("""
                        package waves;
                        import graft.node.Converter;
                        import graft.picture.Images;
                        public abstract class Base implements Converter<Images, Wave> {
                            public Wave convert(Images value) { return new Wave(); }
                        }
                        """)
                .source("""
                        package waves;
                        import graft.node.Converter;
                        import org.pf4j.Extension;
                        @Extension
                        public class Length implements Converter<Wave, Number> {
                            public Class<Wave> from() { return Wave.class; }
                            public Class<Number> to() { return Number.class; }
                            public Number convert(Wave value) { return 1; }
                        }
                        """)
                .source("""
                        package waves;
                        import graft.sample.*;
                        import org.pf4j.Extension;
                        @Extension
                        public class Counted implements NoiseSpacing {
                            public String id() { return "waves/" + getClass().getSimpleName(); }
                            public String title() { return "Counted"; }
                            public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
                                return new double[steps];
                            }
                        }
                        """)
                .build(folder.resolve("waves.jar")));
        assertThat(found.nodes()).isEmpty();
        assertThat(OfferedExtension.byKind(found.offered()))
                .containsEntry("converters", List.of("Image to Wave", "Wave to Number"))
                .containsEntry("wire types", List.of("waves/wave"))
                .as("an id that is computed is not known, and its class stands for it")
                .containsEntry("spacings", List.of("Counted"));
        assertThat(OfferedExtension.names(List.of(), found.offered()))
                .isEqualTo("spacing Counted, converter Image to Wave, converter Wave to Number,"
                        + " wire type waves/wave");
        assertThat(OfferedExtension.counts(0, found.offered())).isEqualTo("1 spacing, 2 converters, 1 wire type");
    }

    /** What an author reads, without Java's own words for it. */
    @Test
    void aClassThatCannotBeMadeIsSaidSoInWords() throws Exception {
        String spacing = """
                package bad;
                import graft.sample.*;
                import org.pf4j.Extension;
                @Extension
                public %s implements NoiseSpacing {
                    %s
                    public String id() { return "bad/spacing"; }
                    public String title() { return "Bad"; }
                    public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
                        return new double[steps];
                    }
                }
                """;
        String node = """
                package bad;
                import graft.node.*;
                @NodeType(id = "bad/%1$s", title = "Bad", category = "test", help = "Bad.")
                public %2$s implements Node {
                    %3$s
                    @Override public void run(Run run) {}
                }
                """;
        Path archive = TestPlugin.of("bad", "1.0.0")
                .source(spacing.formatted("class Wanting", "Wanting(int size) {}"))
                .source(spacing.formatted("class Throwing", "Throwing() { throw new NullPointerException(); }"))
                .source(spacing.formatted("class Never", "static final int SIZE = Integer.parseInt(\"many\");"))
                .source(node.formatted("wanting", "class WantingNode", "WantingNode(int size) {}"))
                .source(node.formatted("throwing", "class ThrowingNode", "{ throw new NullPointerException(); }")
                        .replace("{ throw", "{ if (true) throw"))
                .build(folder.resolve("bad.jar"));
        List<NodeLibrary.Archive> archives =
                List.of(new NodeLibrary.Archive(archive, Optional.empty(), Optional.empty()));
        try (NodeLibrary library = NodeLibrary.load(folder.resolve("none"), archives, "0.1.0")) {
            assertThat(library.failures().stream().map(PluginFailure::reason))
                    .containsExactlyInAnyOrder(
                            "its class bad.Wanting is left out: it has no constructor without arguments",
                            "its class bad.Throwing is left out: NullPointerException",
                            "its class bad.Never is left out: For input string: \"many\"",
                            "its class bad.WantingNode is left out: bad.WantingNode has no constructor without arguments",
                            "its class bad.ThrowingNode is left out: NullPointerException");
        }
    }

    @Test
    void everyExtensionPointOfTheApiHasAWord() throws Exception {
        Path api = Path.of("").toAbsolutePath().getParent().resolve("node-api/src/main/java");
        Set<String> points = new HashSet<>();
        try (Stream<Path> files = Files.walk(api)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                if (Files.readString(file).contains("ExtensionPoint {")) {
                    String name = api.relativize(file).toString().replace(File.separatorChar, '.');
                    points.add(name.substring(0, name.length() - ".java".length()));
                }
            }
        }
        points.remove("graft.node.Node");
        assertThat(Arrays.stream(OfferedExtension.Kind.values())
                        .filter(kind -> kind != OfferedExtension.Kind.OTHER)
                        .flatMap(kind -> kind.point().stream())
                        .map(Class::getName))
                .containsExactlyInAnyOrderElementsOf(points);
    }
}
