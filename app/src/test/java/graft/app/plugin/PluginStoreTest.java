package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import graft.app.plugin.InstallPlan.Question;
import graft.app.plugin.PluginStore.Wanted;
import graft.node.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installing, updating and removing real archives, good and bad; what is refused leaves nothing on the disk. */
class PluginStoreTest {

    @TempDir
    private Path work;

    private Path plugins;
    private Path shop;
    private PluginStore store;

    /** Releases by plugin, as the repository's list holds them. */
    private final Map<String, List<Map<String, String>>> offered = new LinkedHashMap<>();

    @BeforeEach
    void emptyStoreAndRepository() throws IOException {
        plugins = Files.createDirectories(work.resolve("plugins"));
        shop = Files.createDirectories(work.resolve("shop"));
        store = new PluginStore(plugins, "0.1.0", Files.createDirectories(work.resolve("incoming")));
        Files.writeString(shop.resolve("plugins.json"), "[]");
        store.addRepository(shop.toString());
    }

    private Path archive(TestPlugin plugin, String name) throws IOException {
        return plugin.build(work.resolve(name + ".jar"));
    }

    private static TestPlugin colours(String version) {
        return TestPlugin.of("colours", version).good("stranger/text/colours");
    }

    private void install(Path archive) throws IOException {
        try (InstallPlan plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.ask())) {
            store.install(plan);
        }
    }

    private void install(String... wanted) {
        try (InstallPlan plan = store.plan(Stream.of(wanted).map(Wanted::parse).toList(), store.ask())) {
            store.install(plan);
        }
    }

    private void offer(TestPlugin plugin, String id, String version) throws IOException {
        Path archive = plugin.build(shop.resolve(id + "-" + version + ".jar"));
        offer(id, version, archive.getFileName().toString(), Sha512.of(archive));
    }

    private void offer(String id, String version, String url, String sha512) throws IOException {
        Map<String, String> release = new LinkedHashMap<>(Map.of("version", version, "url", url));
        if (sha512 != null) {
            release.put("sha512sum", sha512);
        }
        offered.computeIfAbsent(id, absent -> new ArrayList<>()).add(release);
        List<Map<String, Object>> all = new ArrayList<>();
        offered.forEach((plugin, releases) -> all.add(Map.of(
                "id",
                plugin,
                "description",
                "Of " + plugin,
                "releases",
                releases,
                "nodes",
                List.of("stranger/" + plugin))));
        Files.writeString(shop.resolve("plugins.json"), new Gson().toJson(all));
    }

    private List<String> installed() {
        return store.installed().stream().map(InstalledPlugin::name).toList();
    }

    /** Everything below the folder of plugins, with its bytes counted. */
    private Set<String> disk() throws IOException {
        try (Stream<Path> files = Files.walk(plugins)) {
            Set<String> found = new TreeSet<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = plugins.relativize(file).toString();
                if (!name.contains("repositories") && !name.endsWith("lock")) {
                    found.add(name + " " + Sha512.of(file).substring(0, 8));
                }
            }
            return found;
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private void refused(Attempt attempt, String sentence) throws Exception {
        Set<String> before = disk();
        assertThatThrownBy(attempt::run)
                .isInstanceOf(Problem.class)
                .hasMessageContaining(sentence)
                .satisfies(problem ->
                        assertThat(problem.getMessage().strip()).endsWith(".").doesNotContain("\n"));
        assertThat(disk()).isEqualTo(before);
        assertThat(work.resolve("incoming")).isEmptyDirectory();
    }

    // --- what goes well

    @Test
    void aPluginIsInstalledUpdatedRolledBackDisabledAndRemoved() throws Exception {
        offer(colours("1.0.0"), "colours", "1.0.0");
        install("colours");
        assertThat(installed()).containsExactly("colours 1.0.0");
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0")) {
            assertThat(library.ids()).containsExactly("stranger/text/colours");

            offer(colours("1.1.0"), "colours", "1.1.0");
            try (InstallPlan plan = store.planUpdates(List.of(), store.ask())) {
                assertThat(plan.questions()).isEmpty();
                store.install(plan);
            }
            assertThat(library.refresh().added()).containsExactly("colours");
            assertThat(library.plugins())
                    .extracting(NodeLibrary.Plugin::version)
                    .containsExactly("1.1.0");

            store.rollBack("colours");
            library.refresh();
            assertThat(library.plugins())
                    .extracting(NodeLibrary.Plugin::version)
                    .containsExactly("1.0.0");

            store.setEnabled("colours", false);
            library.refresh();
            assertThat(library.ids()).isEmpty();
            store.setEnabled("colours", true);
            library.refresh();
            assertThat(library.ids()).containsExactly("stranger/text/colours");

            store.remove("colours");
            assertThat(library.refresh().removed()).containsExactly("colours");
        }
        assertThat(installed()).isEmpty();
        assertThat(disk()).hasSize(1).allMatch(name -> name.contains("installed.json"));
    }

    @Test
    void inAnImageWhatAUserInstallsIsTheUsers() {
        assertThat(PluginStore.own(plugins, true, work))
                .isEqualTo(work.resolve("plugins").toAbsolutePath());
        assertThat(PluginStore.own(plugins, false, work)).isEqualTo(plugins.resolve("installed"));
    }

    @Test
    void theFolderOfTheInstalledIsWhereTheEnvironmentSays() throws Exception {
        Path elsewhere = work.resolve("elsewhere");
        store = new PluginStore(plugins, "0.1.0", work, Map.of("GRAFT_PLUGINS", elsewhere.toString()));
        install(archive(colours("1.0.0"), "colours"));
        assertThat(installed()).containsExactly("colours 1.0.0");
        assertThat(store.archive(store.installed("colours").orElseThrow()))
                .exists()
                .hasParent(elsewhere);
        assertThat(disk()).hasSize(1); // of the store that is asked by default
        assertThat(new PluginStore(plugins, "0.1.0", work, Map.of("GRAFT_PLUGINS", " ")).installed())
                .isEmpty();
    }

    @Test
    void dependenciesComeAlongWithTheirReason() throws Exception {
        offer(
                TestPlugin.of("base", "1.0.0")
                        .source("package base; public class Base { public static String say() { return \"one\"; } }"),
                "base",
                "1.0.0");
        offer(
                TestPlugin.of("base", "2.0.0")
                        .source("package base; public class Base { public static String say() { return \"two\"; } }"),
                "base",
                "2.0.0");
        offer(TestPlugin.of("middle", "1.0.0").with("Plugin-Dependencies", "base@>=1.0.0 & <2.0.0"), "middle", "1.0.0");
        offer(
                TestPlugin.of("top", "1.0.0")
                        .with("Plugin-Dependencies", "middle, base@>=1.0.0")
                        .against(shop.resolve("base-1.0.0.jar"))
                        .source("""
                        package top;
                        import graft.node.*;
                        @NodeType(id = "stranger/text/top", title = "Top", category = "test", help = "Works.")
                        public final class Top implements Node {
                            @Output String text;
                            @Override public void run(Run run) { text = base.Base.say(); }
                        }
                        """),
                "top",
                "1.0.0");
        try (InstallPlan plan = store.plan(List.of(Wanted.parse("top")), store.ask())) {
            assertThat(plan.steps())
                    .extracting(step -> step.archive().manifest().name() + ": " + step.why())
                    .containsExactly(
                            "base 1.0.0: middle 1.0.0 needs base >=1.0.0 & <2.0.0",
                            "middle 1.0.0: top 1.0.0 needs middle",
                            "top 1.0.0: it is asked for");
            store.install(plan);
        }
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0")) {
            assertThat(library.failures()).isEmpty();
            var top = library.node("stranger/text/top").orElseThrow();
            var node = top.create();
            node.run(null);
            assertThat(top.outputs().get(0).field().get(node)).isEqualTo("one");
        }
        refused(() -> store.remove("base"), "Cannot remove base: middle 1.0.0 needs it; remove middle first.");
        refused(() -> store.setEnabled("middle", false), "Cannot disable middle: top 1.0.0 needs it");
        refused(() -> install("base@2.0.0"), "middle 1.0.0, which is installed, needs base >=1.0.0 & <2.0.0");
    }

    @Test
    void twoPluginsHaveTheirOwnVersionsOfOneLibrary() throws Exception {
        for (String version : List.of("1", "2")) {
            Path library = new TestPlugin()
                    .source("package lib; public class Lib { public static String version() { return \"" + version
                            + "\"; } }")
                    .build(work.resolve("lib-" + version + ".jar"));
            install(archive(
                    TestPlugin.of("uses-" + version, "1.0.0").shading(library).source("""
                            package stranger;
                            import graft.node.*;
                            @NodeType(id = "stranger/text/uses-%s", title = "Uses", category = "test", help = "Works.")
                            public final class Uses implements Node {
                                @Output String text;
                                @Override public void run(Run run) { text = lib.Lib.version(); }
                            }
                            """.formatted(version)),
                    "uses-" + version));
        }
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0")) {
            for (String version : List.of("1", "2")) {
                var schema = library.node("stranger/text/uses-" + version).orElseThrow();
                var node = schema.create();
                node.run(null);
                assertThat(schema.outputs().get(0).field().get(node)).isEqualTo(version);
            }
        }
    }

    @Test
    void whatIsNewToTheUserIsAskedOnce() throws Exception {
        TestSigner ann = new TestSigner("Ann", work);
        Path first = ann.sign(archive(colours("1.0.0").with("Plugin-Permissions", "network, native code"), "one"));
        try (InstallPlan plan = store.planFile(first, Optional.empty(), store.known())) {
            assertThat(plan.questions())
                    .extracting(Question::kind)
                    .containsExactly(Question.Kind.SIGNER, Question.Kind.PERMISSION, Question.Kind.PERMISSION);
            assertThat(plan.questions().get(0).sentence()).startsWith("colours 1.0.0 is signed by CN=Ann (");
            store.install(plan);
        }
        Path second = ann.sign(archive(colours("1.0.1").with("Plugin-Permissions", "network, files"), "two"));
        try (InstallPlan plan = store.planFile(second, Optional.empty(), store.known())) {
            assertThat(plan.questions())
                    .extracting(Question::sentence)
                    .containsExactly("colours 1.0.1 reads and writes files of yours outside the run's folder");
        }
    }

    @Test
    void aSearchFindsByWordsAndByNode() throws Exception {
        offer(colours("1.0.0"), "colours", "1.0.0");
        PluginCatalogue catalogue = store.ask();
        assertThat(catalogue.search(List.of("COL", "of"))).hasSize(1);
        assertThat(catalogue.search(List.of("brush"))).isEmpty();
        assertThat(store.known()
                        .offering(offer -> offer.nodes().contains("stranger/colours"))
                        .orElseThrow()
                        .id())
                .isEqualTo("colours");
    }

    // --- what is refused

    @Test
    void everyUnsoundArchiveIsRefusedBySentence() throws Exception {
        Path slip = colours("1.0.0").entry("../../evil.txt", new byte[1]).build(work.resolve("slip.jar"));
        refused(() -> install(slip), "its file \"../../evil.txt\" would land outside its folder");

        Path bomb = colours("1.0.0").entry("zeros.bin", new byte[64 << 20]).build(work.resolve("bomb.jar"));
        refused(() -> install(bomb), "as a zip bomb does");

        Path garbage = Files.writeString(work.resolve("garbage.jar"), "no jar at all");
        refused(() -> install(garbage), "it is no jar, or a broken one");

        Path zip = work.resolve("plain.jar");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            entries.putNextEntry(new ZipEntry("a.txt"));
        }
        refused(() -> install(zip), "it has no manifest, so it is no plugin");

        for (String attribute : List.of(
                "Plugin-Id",
                "Plugin-Version",
                "Plugin-Requires",
                "Plugin-Provider",
                "Plugin-License",
                "Plugin-Permissions")) {
            Path lacking = archive(colours("1.0.0").without(attribute), "lacking");
            refused(() -> install(lacking), attribute);
        }
        Path badId = archive(colours("1.0.0").with("Plugin-Id", "../x"), "bad-id");
        refused(() -> install(badId), "its Plugin-Id \"../x\" is not of small letters and digits");
        Path badPermission = archive(colours("1.0.0").with("Plugin-Permissions", "everything"), "bad-permission");
        refused(() -> install(badPermission), "\"everything\" is no permission");
        Path tooNew = archive(colours("1.0.0").with("Plugin-Requires", ">=9.0.0"), "too-new");
        refused(
                () -> install(tooNew),
                "The plugin colours 1.0.0 is refused: it needs Graft >=9.0.0, and this is 0.1.0");
        refused(
                () -> store.planFile(work.resolve("nowhere.jar"), Optional.empty(), store.known()),
                "there is no such file");
    }

    @Test
    void aHashMustBeThereAndRight() throws Exception {
        Path archive = archive(colours("1.0.0"), "colours");
        refused(
                () -> store.planFile(archive, Optional.empty(), store.known()),
                "it is not signed, and no SHA-512 says that it is what its provider made");
        refused(() -> store.planFile(archive, Optional.of("0".repeat(128)), store.known()), "was promised");
        refused(() -> store.planFile(archive, Optional.of("abc"), store.known()), "is no SHA-512");

        Path offeredOne = Files.copy(archive, shop.resolve("colours.jar"));
        offer("colours", "1.0.0", offeredOne.toUri().toString(), null);
        refused(() -> install("colours"), "gives no SHA-512 for it");
        offered.clear();
        offer("colours", "1.0.0", "colours.jar", "f".repeat(128));
        refused(() -> install("colours"), "its SHA-512 is not the one that the repository's list gives");
        offered.clear();
        offer("other", "1.0.0", "colours.jar", Sha512.of(archive));
        refused(() -> install("other"), "the archive is of colours 1.0.0");
    }

    @Test
    void aSignatureBindsEveryByteAndEveryUpdate() throws Exception {
        TestSigner ann = new TestSigner("Ann", work);
        TestSigner bob = new TestSigner("Bob", work);
        Path signed = ann.sign(archive(colours("1.0.0"), "colours"));

        Path tampered = tamper(signed, "stranger/Good.class");
        refused(() -> store.planFile(tampered, Optional.empty(), store.known()), "it was changed after it was signed");
        Path added = tamper(signed, "stranger/Added.class");
        refused(() -> store.planFile(added, Optional.empty(), store.known()), "is not signed, and the rest is");

        try (InstallPlan plan = store.planFile(signed, Optional.empty(), store.known())) {
            store.install(plan);
        }
        Path unsigned = archive(colours("1.1.0"), "unsigned");
        refused(
                () -> install(unsigned),
                "it is not signed, and colours 1.0.0, which is installed, was signed by CN=Ann");
        Path others = bob.sign(archive(colours("1.1.0"), "bobs"));
        refused(() -> install(others), "it is signed by CN=Bob");
    }

    /** The archive with other bytes in one of its files, or with one more file. */
    private Path tamper(Path archive, String name) throws IOException {
        Path changed = Files.createTempFile(work, "changed", ".jar");
        boolean found = false;
        try (java.util.zip.ZipFile from = new java.util.zip.ZipFile(archive.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(changed))) {
            for (ZipEntry entry : from.stream().map(each -> (ZipEntry) each).toList()) {
                byte[] bytes = from.getInputStream(entry).readAllBytes();
                if (entry.getName().equals(name)) {
                    found = true;
                    bytes[bytes.length - 1] ^= 1;
                }
                to.putNextEntry(new ZipEntry(entry.getName()));
                to.write(bytes);
            }
            if (!found) {
                to.putNextEntry(new ZipEntry(name));
            }
        }
        return changed;
    }

    @Test
    void whatIsTakenStaysWithItsOwner() throws Exception {
        TestPlugin.of("graft-text", "0.1.0").good("graft/text/join").build(plugins.resolve("nodes-text.jar"));
        TestPlugin.bundle(plugins);
        Path sameId = archive(TestPlugin.of("graft-text", "9.0.0").good("stranger/x/y"), "same-id");
        refused(() -> install(sameId), "a plugin with the id graft-text comes with Graft");
        Path sameNode = archive(TestPlugin.of("thief", "1.0.0").good("graft/text/join"), "same-node");
        refused(() -> install(sameNode), "its node graft/text/join is there already, from the plugin graft-text");
        install(archive(colours("1.0.0"), "colours"));
        Path other = archive(TestPlugin.of("other", "1.0.0").good("stranger/text/colours"), "other");
        refused(() -> install(other), "its node stranger/text/colours is there already, from the plugin colours");
        refused(() -> store.remove("graft-text"), "it comes with Graft");
        refused(() -> store.remove("nobody"), "installed are colours");
    }

    @Test
    void aMissingDependencyIsNamed() throws Exception {
        Path needy = archive(colours("1.0.0").with("Plugin-Dependencies", "nobody@>=2.0.0"), "needy");
        refused(
                () -> install(needy),
                "The plugin colours 1.0.0 is refused: it needs nobody >=2.0.0, and no repository offers a version that fits");
        Path optional = archive(colours("1.0.0").with("Plugin-Dependencies", "nobody?"), "optional");
        install(optional);
        assertThat(installed()).containsExactly("colours 1.0.0");
        offer(TestPlugin.of("one", "1.0.0").with("Plugin-Dependencies", "two"), "one", "1.0.0");
        offer(TestPlugin.of("two", "1.0.0").with("Plugin-Dependencies", "one"), "two", "1.0.0");
        refused(() -> install("one"), "need each other");
        refused(() -> install("three"), "no repository offers it");
        refused(() -> install("one@7.0.0"), "offers 1.0.0");
    }

    @Test
    void anUpdateThatDoesNotLoadLeavesTheOldVersionWorking() throws Exception {
        install(archive(colours("1.0.0"), "colours"));
        Path broken = archive(colours("2.0.0").source("""
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/bad/static", title = "Bad", category = "test", help = "Fails.")
                public final class Static implements Node {
                    static final int[] TABLE = new int[-1];
                    @Override public void run(Run run) {}
                }
                """), "broken");
        refused(() -> install(broken), "The plugin colours 2.0.0 is not installed: it does not load");
        assertThat(installed()).containsExactly("colours 1.0.0");
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0")) {
            assertThat(library.failures()).isEmpty();
            assertThat(library.plugins())
                    .extracting(NodeLibrary.Plugin::version)
                    .containsExactly("1.0.0");
        }
    }

    @Test
    void whatSomebodyPutIntoTheStoreStaysAndMayBeInstalledFromThere() throws Exception {
        install(archive(colours("1.0.0"), "colours"));
        Path byHand = plugins.resolve("installed/brushes.jar");
        TestPlugin.of("brushes", "1.0.0").good("stranger/text/brushes").build(byHand);
        store.setEnabled("colours", false);
        assertThat(byHand).exists();
        install(byHand);
        assertThat(installed()).containsExactly("colours 1.0.0", "brushes 1.0.0");
        Path inPlugins = plugins.resolve("pens.jar");
        TestPlugin.of("pens", "1.0.0").good("stranger/text/pens").build(inPlugins);
        install(inPlugins);
        assertThat(installed()).containsExactly("colours 1.0.0", "brushes 1.0.0", "pens 1.0.0");
    }

    @Test
    void aPluginWhoseClassesLoopAsTheyAreLoadedIsNotInstalled() throws Exception {
        Path loops = archive(TestPlugin.of("loops", "1.0.0").source("""
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/bad/loops", title = "Bad", category = "test", help = "Loops.")
                public final class Loops implements Node {
                    static { while (Boolean.getBoolean("graft.test.loading")) { Thread.onSpinWait(); } }
                    @Override public void run(Run run) {}
                }
                """), "loops");
        System.setProperty("graft.test.loading", "true");
        try {
            assertThatThrownBy(() -> install(loops))
                    .isInstanceOf(Problem.class)
                    .hasMessage(
                            "The plugin loops 1.0.0 is not installed: it does not load: it did not come back within 10 s,"
                                    + " and its thread \"load of loops, left behind\" goes on until Graft ends; tell its provider.");
        } finally {
            System.clearProperty("graft.test.loading");
        }
        assertThat(installed()).isEmpty();
    }

    @Test
    void anArchiveThatChangedAfterItsInstallationIsNotLoaded() throws Exception {
        install(archive(colours("1.0.0"), "colours"));
        Path inStore = store.archive(store.installed("colours").orElseThrow());
        Files.copy(
                archive(colours("1.0.0").entry("evil.txt", new byte[1]), "evil"),
                inStore,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (NodeLibrary library = NodeLibrary.load(plugins, "0.1.0")) {
            assertThat(library.ids()).isEmpty();
            assertThat(library.failures())
                    .extracting(NodeLibrary.Failure::reason)
                    .containsExactly("its archive was changed since it was installed; remove it and install it again");
        }
    }

    @Test
    void aRepositoryThatCannotBeReadIsNamedAndTheOthersAreAsked() throws Exception {
        offer(colours("1.0.0"), "colours", "1.0.0");
        refused(() -> store.addRepository(work.resolve("none").toString()), "there is no plugins.json");
        Path odd = Files.createDirectories(work.resolve("odd"));
        Files.writeString(odd.resolve("plugins.json"), "[]");
        store.addRepository(odd.toString());
        Files.writeString(odd.resolve("plugins.json"), "{}");
        PluginCatalogue catalogue = store.ask();
        assertThat(catalogue.problems()).singleElement().asString().contains("is not of the form of a list of plugins");
        assertThat(catalogue.plugin("colours")).isPresent();
    }

    // --- what is looked at is what is loaded

    @Test
    void whatIsGraftsOwnIsNotTakenByAStranger() throws Exception {
        Path named = archive(TestPlugin.of("graft-extras", "1.0.0").good("stranger/text/extras"), "named");
        refused(() -> install(named), "ids that begin with graft are Graft's own");
        Path node = archive(TestPlugin.of("mimic", "1.0.0").good("graft/model/mimic"), "node");
        refused(() -> install(node), "its id \"graft/model/mimic\" begins with graft/, which is Graft's own");
        Path socket = archive(TestPlugin.of("mimic", "1.0.0").source("""
                        package stranger;
                        import graft.node.*;
                        @NodeType(id = "stranger/mimic", title = "Mimic", category = "test", help = "Mimics.")
                        public final class Mimic implements Node {
                            @SocketType(id = "graft/model", title = "Model", color = "#B39DDB") public record Of(int x) {}
                            @Output Of model;
                            @Override public void run(Run run) { model = new Of(1); }
                        }
                        """), "socket");
        refused(() -> install(socket), "its id \"graft/model\" begins with graft/, which is Graft's own");
    }

    @Test
    void aClassForThisJavaAloneIsTheOneThatIsLookedAt() throws Exception {
        Path other = archive(TestPlugin.of("other", "1.0.0").good("stranger/text/hidden"), "other");
        byte[] hidden;
        try (java.util.zip.ZipFile zip = new java.util.zip.ZipFile(other.toFile())) {
            hidden = zip.getInputStream(zip.getEntry("stranger/Good.class")).readAllBytes();
        }
        Path archive = archive(
                colours("1.0.0")
                        .with("Multi-Release", "true")
                        .entry("META-INF/versions/17/stranger/Good.class", hidden),
                "versions");
        assertThat(PluginInspection.of(archive).nodes()).containsExactly("stranger/text/hidden");
        install(archive);
        assertThat(store.installed("colours").orElseThrow().nodes()).containsExactly("stranger/text/hidden");
    }

    @Test
    void whatThereIsToChooseFromIsNotChangedByAPlugin() throws Exception {
        Path archive = archive(TestPlugin.of("pushy", "1.0.0").source("""
                        package stranger;
                        import graft.node.*;
                        @NodeType(id = "stranger/pushy", title = "Pushy", category = "test", help = "Pushes.")
                        public final class Pushy implements Node {
                            static { Choices.add(new Choice() {
                                @Override public String id() { return "stranger/pushed"; }
                                @Override public String title() { return "Pushed"; }
                            }); }
                            @Override public void run(Run run) {}
                        }
                        """), "pushy");
        refused(() -> install(archive), "may not change what there is to choose from");
    }
}
