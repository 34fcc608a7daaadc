package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import graft.node.Node;
import graft.node.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;

/** An archive is tried for its author as an installation tries it, and all that is wrong with it is told at once. */
class TriedArchivesTest {

    private static final String NODE = """
            package kit;
            import graft.node.*;
            @NodeType(id = "kit/node/%2$s", title = "%1$s", category = "test", help = "A node.")
            public final class %1$s implements Node { %3$s @Override public void run(Run run) { %4$s } }
            """;

    private static final String CONVERTER = """
            package kit;
            import graft.node.*;
            @org.pf4j.Extension public final class %1$s implements Converter<%2$s, %3$s> {
                %4$s
                @Override public Class<%2$s> from() { return %2$s.class; }
                @Override public Class<%3$s> to() { return %3$s.class; }
                @Override public %3$s convert(%2$s value) { return null; }
            }
            """;

    @TempDir
    private Path folder;

    private PluginStore store;

    @BeforeEach
    void emptyStore() throws IOException {
        store = new PluginStore(Files.createDirectories(folder.resolve("plugins")), "0.1.0");
    }

    private static String node(String type, String fields, String run) {
        return NODE.formatted(type, type.toLowerCase(java.util.Locale.ROOT), fields, run);
    }

    private PluginInspection archive(TestPlugin plugin) throws IOException {
        return PluginInspection.of(plugin.build(folder.resolve("kit.jar")));
    }

    private Problem refused(PluginInspection archive, String... own) {
        Throwable thrown = catchThrowable(() -> store.tryOut(archive, Set.of(own)));
        assertThat(thrown).isInstanceOf(Problem.class);
        assertThat(thrown.getMessage())
                .startsWith("The plugin kit 1.0.0 is refused, as its installation would be: it does not load")
                .doesNotContain("provider", "report");
        return (Problem) thrown;
    }

    private static Path jarOf(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    @Test
    void whatAnInstallationRefusesIsToldToTheAuthorWholly() throws IOException {
        PluginInspection archive = archive(TestPlugin.of("kit", "1.0.0")
                .source("package kit; public final class Plain {}")
                .source(node(
                        "Floats",
                        "@Setting float half = 0.5f; @Setting int deep = null == null ? 3 : 4; @Setting short low;",
                        ""))
                .source(node("Gives", "@Output Plain plain;", ""))
                .source("""
                        package kit;
                        import graft.node.Setting;
                        import graft.sample.*;
                        @org.pf4j.Extension public final class Walks implements SamplerMethod {
                            @Setting final double eta = 1;
                            @Setting float steep = 1;
                            @Override public String id() { return "my-walk"; }
                            @Override public String title() { return "Walks"; }
                            @Override public Walk walk() { return Walk.SIGMAS; }
                        }
                        """)
                .source(CONVERTER.formatted("Wanting", "String", "String", "public Wanting(int much) {}"))
                .source(CONVERTER.formatted("ToPlain", "String", "Plain", ""))
                .source(CONVERTER.formatted("FromPlain", "Plain", "String", ""))
                .source(CONVERTER.formatted("Works", "CharSequence", "Number", "")));
        Problem refused = refused(archive);
        String[] faults = {
            "for 6 reasons: (1) its class kit.",
            "kit.Floats.half: a setting is an int,",
            "kit.Floats.low: a setting is an int,",
            "kit.Plain is no type for a wire",
            "its class kit.Gives is left out",
            "its class kit.ToPlain is left out: kit.Plain is no type for a wire: annotate it with @SocketType",
            "its class kit.FromPlain is left out: kit.Plain is no type for a wire: annotate it with @SocketType",
            "its class kit.Walks is left out: its id \"my-walk\" is not of the form owner/name in small letters, as in"
                    + " kit/mine; kit.Walks.eta is a setting and so must not be static or final; kit.Walks.steep: a setting",
            "its class kit.Wanting is left out: it has no constructor without arguments"
        };
        assertThat(refused).hasMessageContainingAll(faults).hasMessageEndingWith("; mend it and build again.");
        assertThatThrownBy(() -> {
                    try (InstallPlan plan =
                            store.planFile(archive.archive(), Optional.of(archive.sha512()), store.known())) {
                        store.install(plan);
                    }
                })
                .isInstanceOf(Problem.class)
                .hasMessageContainingAll(faults)
                .hasMessageEndingWith("; tell its provider.");
    }

    @Test
    void noMoreThanTenFaultsAreTold() throws IOException {
        TestPlugin many = TestPlugin.of("kit", "1.0.0");
        for (int i = 0; i < 12; i++) {
            many.source(node("Floats" + i, "@Setting float x;", ""));
        }
        assertThat(refused(archive(many)).why())
                .contains("for 12 reasons: (1) ", "; (10) ")
                .endsWith("; and 2 more")
                .doesNotContain("(11)");
    }

    /** Graft draws its curves with it, and a later one may not. */
    @Test
    void aLibraryThatTheArchiveDoesNotCarryIsMissedThoughGraftHasIt() throws Exception {
        String charts =
                node("Charts", "", "new org.knowm.xchart.XYChart(1, 1); org.knowm.xchart.XYChart[][] all = {};");
        TestPlugin lacking =
                TestPlugin.of("kit", "1.0.0").against(jarOf(XYChart.class)).source(charts);
        assertThat(refused(archive(lacking), "kit.Charts"))
                .hasMessageContaining(
                        "its class kit.Charts needs the class org.knowm.xchart.XYChart, which is neither in"
                                + " the archive nor offered by Graft; is the library `provided` in the pom, or not in it? add it"
                                + " to the pom's dependencies and leave the scope out, so that it travels in the jar.");
        // What a library that travels would use, and the plugin does not, is the library's business.
        store.tryOut(archive(lacking), Set.of());
        PluginStore developed = new PluginStore(folder.resolve("plugins"), "0.1.0");
        developed.develop(folder.resolve("kit.jar"), true);
        try (NodeLibrary library = NodeLibrary.load(folder.resolve("plugins"), "0.1.0")) {
            Node node = library.node("kit/node/charts").orElseThrow().create();
            assertThatThrownBy(() -> node.run(null))
                    .isInstanceOf(NoClassDefFoundError.class)
                    .hasMessageContaining("org/knowm/xchart/XYChart");
        }
        developed.develop(folder.resolve("kit.jar"), false);

        PluginInspection provided = archive(TestPlugin.of("kit", "1.0.0")
                .against(jarOf(XYChart.class))
                .source(node("Holds", "@Output org.knowm.xchart.XYChart chart;", "")));
        assertThat(refused(provided, "kit.Holds"))
                .hasMessageContaining("it needs the class org.knowm.xchart.XYChart, which is not there; is the library")
                .hasMessageNotContaining("(2)");

        PluginInspection whole = archive(TestPlugin.of("kit", "1.0.0")
                .shading(jarOf(XYChart.class))
                .source(charts)
                .source(node(
                        "Compiles",
                        "",
                        "Class<?>[] java = {com.sun.source.tree.Tree.class, java.sql.Connection.class};")));
        store.tryOut(whole, Set.of("kit.Charts", "kit.Compiles"));
    }
}
