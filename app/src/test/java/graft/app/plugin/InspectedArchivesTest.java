package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is looked at in an archive is what is loaded of it, and what is not Graft's is not taken for it. */
class InspectedArchivesTest {

    private static final String NODE = """
            package odd;
            import graft.node.*;
            @NodeType(id = "odd/node/%2$s", title = "%3$s", category = "images", help = "Odd.")
            public final class %1$s implements Node { %4$s @Override public void run(Run run) { %5$s } }
            """;

    @TempDir
    private static Path folder;

    private static NodeLibrary library;
    private static Path archive;

    private static String node(String type, String title) {
        return NODE.formatted(type, type.toLowerCase(java.util.Locale.ROOT), title, "", "");
    }

    /** The classes of an archive by their files' names. */
    private static Map<String, byte[]> classes(TestPlugin plugin, String name) throws IOException {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        try (ZipFile zip =
                new ZipFile(plugin.build(folder.resolve(name + ".jar")).toFile())) {
            for (var entry : zip.stream().toList()) {
                classes.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return classes;
    }

    /** A class with another text in its constant pool. */
    private static byte[] with(byte[] type, String text, String other) throws IOException {
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(type));
                DataOutputStream out = new DataOutputStream(changed)) {
            String whole = new String(type, StandardCharsets.ISO_8859_1);
            String wanted = "\u0001\u0000" + (char) text.length() + text;
            assertThat(whole).contains(wanted);
            out.writeBytes(whole.replace(wanted, "\u0001\u0000" + (char) other.length() + other));
            assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
        }
        return changed.toByteArray();
    }

    @BeforeAll
    static void load() throws IOException {
        Path plugins = TestPlugin.built(folder.resolve("plugins"));
        // What a later API may have: another scale, another element, one less.
        byte[] newer = with(
                classes(
                                TestPlugin.of("odd", "1.0.0")
                                        .source(NODE.formatted(
                                                "Newer",
                                                "newer",
                                                "Newer",
                                                "@Setting(scale = Setting.Scale.LOG) double x = 1;",
                                                "")),
                                "newer")
                        .get("odd/Newer.class"),
                "LOG",
                "CUBIC");
        Map<String, byte[]> without =
                classes(TestPlugin.of("odd", "1.0.0").source("""
                                package graft.node;
                                import java.lang.annotation.*;
                                @Retention(RetentionPolicy.RUNTIME) public @interface NodeType { String id(); String mood(); }
                                """).source("""
                                package odd;
                                import graft.node.*;
                                @NodeType(id = "odd/node/untitled", mood = "good") @org.pf4j.Extension(points = Node.class)
                                public final class Untitled implements Node { @Override public void run(Run run) {} }
                                """), "without");
        byte[] versioned = classes(
                        TestPlugin.of("odd", "1.0.0")
                                .source(
                                        "package odd; public class Deep { static void fail() { throw new IllegalStateException(); } }"),
                        "versioned")
                .get("odd/Deep.class");
        byte[] escape = with(
                classes(
                                TestPlugin.of("odd", "1.0.0")
                                        .source(NODE.formatted(
                                                "Escape", "escape", "Escape", "@Setting double strange = 1;", "")),
                                "escape")
                        .get("odd/Escape.class"),
                "strange",
                "str\u001bnge");
        String list = """
                odd.Escape
                # a list
                odd.Newer
                odd.Untitled
                odd.Twice
                odd.Twice # again

                odd.Same
                odd.Alike
                odd.Other
                odd.Versioned
                odd.Named
                odd.Chooses
                """;
        TestPlugin plugin = TestPlugin.of("odd-one", "1.0.0")
                .with("Multi-Release", "true")
                .source("package odd; public class Deep { static void fail() {} }")
                .source(node("Twice", "Twice"))
                .source(node("Same", "Load Model"))
                .source(node("Alike", "\uff2coad\u00a0 m\u00f3del"))
                .source(node("Other", "Load Models"))
                .source(NODE.formatted("Versioned", "versioned", "Versioned", "", "Deep.fail();"))
                .source(NODE.formatted(
                        "Chooses",
                        "chooses",
                        "Chooses",
                        "@Setting graft.sample.SamplerMethod sampler = graft.sample.Sampler.EULER;",
                        ""))
                .source("""
                        package odd;
                        import graft.sample.*;
                        @org.pf4j.Extension public final class Named implements SamplerMethod {
                            @Override public String id() { return "other/named"; }
                            @Override public String title() { return "Named"; }
                            @Override public Walk walk() { return Walk.SIGMAS; }
                        }
                        """)
                .entry("odd/Escape.class", escape)
                .entry("odd/Newer.class", newer)
                .entry("odd/Untitled.class", without.get("odd/Untitled.class"))
                .entry("META-INF/versions/17/odd/Deep.class", versioned)
                .losing("META-INF/extensions.idx")
                .entry("META-INF/extensions.idx", list.getBytes(StandardCharsets.UTF_8));
        archive = plugin.build(folder.resolve("odd-one.jar"));
        new PluginStore(plugins, "0.1.0").develop(archive, true);
        library = NodeLibrary.load(plugins, "0.1.0");
    }

    @AfterAll
    static void close() {
        library.close();
    }

    private static List<String> reasons() {
        return library.failures().stream().map(PluginFailure::reason).toList();
    }

    @Test
    void whatIsListedTwiceIsOfferedOnce() {
        assertThat(PluginInspection.of(archive).nodes()).containsOnlyOnce("odd/node/twice");
        assertThat(library.ids()).contains("odd/node/twice");
    }

    @Test
    void wordsOfANewerApiLeaveTheirClassOutAndNoOther() {
        assertThat(reasons())
                .hasSize(3)
                .anySatisfy(reason -> assertThat(reason)
                        .startsWith(
                                "its class odd.Escape is left out: odd.Escape.str nge: the name is no plain line of at most"
                                        + " 200 characters"))
                .anySatisfy(reason -> assertThat(reason)
                        .startsWith(
                                "its class odd.Newer is left out: odd.Newer.x: its @Setting says scale in a word that"
                                        + " this version does not know"))
                .anySatisfy(reason -> assertThat(reason)
                        .startsWith("its class odd.Untitled is left out: odd.Untitled: its @NodeType does not say")
                        .contains("title", "category", "help"));
        assertThat(library.ids()).doesNotContain("odd/node/newer", "odd/node/untitled");
    }

    @Test
    void aClassForThisJavaIsKnownForThePluginsOwn() {
        NodeSchema schema = library.node("odd/node/versioned").orElseThrow();
        Throwable fault = null;
        try {
            schema.create().run(null);
        } catch (Exception thrown) {
            fault = thrown;
        }
        assertThat(fault).isInstanceOf(IllegalStateException.class);
        // As if a node of Graft's had met it.
        assertThat(library.atFault("graft/model/load", fault))
                .get()
                .extracting(Plugin::id)
                .isEqualTo("odd-one");
    }

    @Test
    void aTitleOfGraftsIsMarkedWithThePlugin() {
        assertThat(title("odd/node/same")).isEqualTo("Load Model (odd-one)");
        assertThat(title("odd/node/alike")).endsWith(" (odd-one)");
        assertThat(title("odd/node/other")).isEqualTo("Load Models");
        assertThat(title("graft/model/load")).isEqualTo("Load Model");
    }

    private static String title(String id) {
        return library.node(id).orElseThrow().title();
    }

    @Test
    void whatIsNotNamedAfterItsPluginIsShownWithIt() {
        assertThat(library.named("other/named")).isEqualTo("other/named (odd-one)");
        assertThat(library.named("euler")).isEqualTo("euler");
        SettingSchema setting =
                library.node("odd/node/chooses").orElseThrow().settings().get(0);
        assertThat(setting.choices()).contains("other/named");
    }

    /** Java's class loaders would take classes from there, which nobody has looked at. */
    @Test
    void anArchiveThatLeadsToOthersIsRefused() throws IOException {
        Path other = TestPlugin.of("other", "1.0.0").good("other/text/it").build(folder.resolve("other.jar"));
        for (String path :
                List.of("other.jar", "../other.jar", other.toUri().toString(), "https://example.org/a.jar")) {
            Path leading =
                    TestPlugin.of("leading", "1.0.0").with("Class-Path", path).build(folder.resolve("leading.jar"));
            assertThatThrownBy(() -> PluginInspection.of(leading))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("its manifest names archives to load classes from (Class-Path)");
        }
        byte[] index = "JarIndex-Version: 1.0\n\nother.jar\nstranger\n".getBytes(StandardCharsets.UTF_8);
        Path leading = TestPlugin.of("leading", "1.0.0")
                .entry("META-INF/INDEX.LIST", index)
                .build(folder.resolve("leading.jar"));
        assertThatThrownBy(() -> PluginInspection.of(leading))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its META-INF/INDEX.LIST names archives to load classes from");
        assertThat(PluginInspection.of(TestPlugin.of("blank", "1.0.0")
                                .with("Class-Path", " ")
                                .build(folder.resolve("blank.jar")))
                        .nodes())
                .isEmpty();
    }

    @Test
    void theArchivesOfGraftAreThoseThatTheApplicationKnows() throws IOException {
        Path plugins = Files.createDirectories(folder.resolve("known"));
        Path good = TestPlugin.of("good", "1.0.0").good("good/text/it").build(plugins.resolve("good.jar"));
        Path slipped = TestPlugin.of("slipped", "1.0.0").good("good/text/in").build(plugins.resolve("slipped.jar"));
        TestPlugin.bundle(plugins);
        List<PluginFailure> failures = new ArrayList<>();
        Bundled known = new Bundled(plugins, Optional.of(Map.of("good.jar", Sha512.of(good))));
        assertThat(known.archives(failures))
                .extracting(NodeLibrary.Archive::file)
                .containsExactly(good);
        // A checksum that lies beside it is nobody's word.
        assertThat(failures).containsExactly(Bundled.byHand(slipped));
        assertThat(new Bundled(plugins).archives(failures)).hasSize(2);
    }
}
