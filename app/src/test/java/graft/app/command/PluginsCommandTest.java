package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.plugin.PluginInspection;
import graft.app.plugin.TestPlugin;
import graft.app.plugin.author.Offering;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The plugin commands: what they print, and one sentence with exit code 2 where they refuse. */
class PluginsCommandTest {

    @TempDir
    private Path home;

    private String homeBefore;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void beAtHome() throws IOException {
        homeBefore = System.getProperty("graft.home");
        System.setProperty("graft.home", home.toString());
        System.setProperty("graft.terminal", "");
        Files.createDirectories(home.resolve("plugins"));
    }

    @AfterEach
    void leave() {
        System.clearProperty("graft.terminal");
        if (homeBefore == null) {
            System.clearProperty("graft.home");
        } else {
            System.setProperty("graft.home", homeBefore);
        }
    }

    private int graft(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine command = Graft.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    private Path shop() throws IOException {
        Path shop = home.resolve("shop");
        for (String version : List.of("1.0.0", "1.1.0")) {
            Path archive = TestPlugin.of("colours", version)
                    .with("Plugin-Permissions", "network")
                    .with("Plugin-Description", "Colours texts.")
                    .good("stranger/text/colours")
                    .build(home.resolve("colours.jar"));
            Offering.add(PluginInspection.of(archive), shop);
        }
        return shop;
    }

    @Test
    void aPluginIsFoundInstalledListedAndRemoved() throws Exception {
        assertThat(graft("plugins", "search")).isEqualTo(2);
        assertThat(err.toString()).startsWith("graft: Cannot search: no repository was added;");
        assertThat(graft("plugins", "repository", "--add", shop().toString())).isZero();
        assertThat(graft("plugins", "search", "TEXTS")).isZero();
        assertThat(out.toString()).contains("colours  1.1.0  by Somebody").contains("permissions: network");
        assertThat(graft("plugins", "search", "--json")).isZero();
        JsonArray offers = JsonParser.parseString(out.toString()).getAsJsonArray();
        assertThat(offers.get(0).getAsJsonObject().get("newest").getAsString()).isEqualTo("1.1.0");

        assertThat(graft("plugins", "install", "colours@1.0.0")).isEqualTo(2);
        assertThat(err.toString().strip())
                .isEqualTo(
                        "graft: Nothing was installed: colours 1.0.0 is not signed: its checksum proves that it came whole,"
                                + " and not who made it, and nobody is there to be asked; accept it with --yes, if you do.");
        assertThat(graft("plugins", "install", "--yes", "colours@1.0.0")).isZero();
        assertThat(out.toString())
                .contains("Accepted: colours 1.0.0 speaks to other computers.")
                .contains("Installed colours 1.0.0, with stranger/text/colours.");
        assertThat(graft("plugins", "update")).isZero();
        assertThat(out.toString()).contains("colours 1.1.0 in place of 1.0.0");
        assertThat(graft("plugins", "update")).isZero();
        assertThat(out.toString()).contains("Nothing to do");
        assertThat(graft("plugins", "rollback", "colours")).isZero();
        assertThat(graft("plugins", "disable", "colours")).isZero();
        assertThat(graft("plugins", "list", "--json")).isZero();
        JsonArray listed = JsonParser.parseString(out.toString()).getAsJsonArray();
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).getAsJsonObject().get("state").getAsString()).isEqualTo("disabled");
        assertThat(listed.get(0).getAsJsonObject().get("version").getAsString()).isEqualTo("1.0.0");
        assertThat(graft("plugins", "enable", "colours")).isZero();
        assertThat(graft("nodes", "stranger/text/colours")).isZero();
        assertThat(graft("plugins", "remove", "colours")).isZero();
        assertThat(graft("plugins", "remove", "colours")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "graft: There is no plugin colours: none is installed; see all of them with `graft plugins list`."
                                + System.lineSeparator());
    }

    @Test
    void anArchiveIsInstalledByTheChecksumBesideIt() throws Exception {
        Path archive =
                TestPlugin.of("colours", "1.0.0").good("stranger/text/colours").build(home.resolve("colours.jar"));
        assertThat(graft("plugins", "install", "--yes", archive.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("no SHA-512 says that it is what its provider made");
        assertThat(graft("plugins", "verify", archive.toString())).isZero();
        assertThat(out.toString()).contains("plugin       colours 1.0.0").contains("signed by    nobody");
        Offering.checksum(PluginInspection.of(archive));
        assertThat(graft("plugins", "install", "--yes", archive.toString())).isZero();
        assertThat(graft("plugins", "install", "--yes", "--sha512", "1".repeat(128), archive.toString()))
                .isEqualTo(2);
    }

    @Test
    void aPluginOfSamplersAloneIsOfferedFoundAndListedByThem() throws Exception {
        Path archive = TestPlugin.of("walks", "1.0.0").source("""
                        package walks;
                        import graft.sample.*;
                        import org.pf4j.Extension;
                        @Extension
                        public class Even implements NoiseSpacing {
                            public String id() { return "walks/even"; }
                            public String title() { return "Even"; }
                            public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
                                return new double[steps];
                            }
                        }
                        """).build(home.resolve("walks.jar"));
        Path shop = home.resolve("shop");
        assertThat(graft("plugins", "verify", archive.toString())).isZero();
        assertThat(out.toString()).contains("spacings     walks/even").doesNotContain("nodes");
        assertThat(graft("plugins", "offer", archive.toString(), "--repository", shop.toString()))
                .isZero();
        assertThat(err.toString())
                .startsWith("warning: the archive is not signed")
                .doesNotContain("no node");
        graft("plugins", "repository", "--add", shop.toString());
        assertThat(graft("plugins", "search", "even")).isZero();
        assertThat(out.toString()).contains("offers: spacing walks/even");
        assertThat(graft("plugins", "install", "--yes", "walks")).isZero();
        assertThat(out.toString()).contains("Installed walks 1.0.0, with spacing walks/even.");
        assertThat(graft("plugins", "list")).isZero();
        assertThat(out.toString()).containsPattern("walks +1.0.0 +installed +1 spacing");
        assertThat(graft("plugins", "list", "--json")).isZero();
        assertThat(out.toString()).contains("\"spacing walks/even\"");
    }

    @Test
    void aDoubtfulSignatureIsSaidAndAskedAndAPasswordIsNeverAnArgument() throws Exception {
        Path old = home.resolve("old.jar");
        try (InputStream in =
                PluginsCommandTest.class.getResourceAsStream("/graft/app/plugin/author/signed-future-dsa.jar")) {
            Files.copy(in, old);
        }
        assertThat(graft("plugins", "verify", old.toString())).isZero();
        assertThat(out.toString())
                .contains("but          the certificate of its signer is not valid before 2090-01-02");
        assertThat(graft("plugins", "install", old.toString())).isEqualTo(2);
        assertThat(graft("plugins", "install", "--yes", old.toString())).isZero();
        assertThat(out.toString())
                .contains("Accepted: old 1.0.0: the key of its signer is DSA, which is no longer held to be safe.");
        assertThat(graft("plugins", "key", home.resolve("new.p12").toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("There is no password: nobody is there to be asked; name an environment variable with"
                        + " --password-env, or a file with --password-file.");
        assertThat(graft("plugins", "key", home.resolve("new.p12").toString(), "--password-env", "GRAFT_NOT_SET"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("the environment variable GRAFT_NOT_SET is not set");
    }

    @Test
    void aFileThatIsNoArchiveIsRefusedByItsName() throws Exception {
        Path picture = Files.writeString(home.resolve("dog.png"), "no archive");
        assertThat(graft("plugins", "install", "--yes", picture.toString())).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("graft: Cannot take " + picture + " for a plugin's archive: it is no jar; give the jar that"
                        + " `graft plugins pack` writes below target/." + System.lineSeparator());
    }

    @Test
    void anAddressIsNoPlugin() {
        assertThat(graft("plugins", "install", "https://example.org/dog.jar")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "graft: Cannot install https://example.org/dog.jar: a plugin is installed by its name, or from"
                                + " an archive on this machine, and not by an address; download the archive, or add its"
                                + " repository with `graft plugins repository --add ADDRESS` and install it by name."
                                + System.lineSeparator());
    }

    @Test
    void aWorkflowOfAMissingPluginSaysWhichAndIsLockedOnceItIsThere() throws Exception {
        Path workflow = home.resolve("dog.json");
        Files.writeString(workflow, """
                {"format": 1, "nodes": {"a": {"type": "stranger/text/colours", "version": 1}}, "wires": []}
                """);
        graft("plugins", "repository", "--add", shop().toString());
        graft("plugins", "search");
        assertThat(graft("check", workflow.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("it is of the plugin colours, which is not installed; install it with `graft plugins install"
                        + " colours`.");
        graft("plugins", "install", "--yes", "colours@1.0.0");
        assertThat(graft("plugins", "lock", workflow.toString())).isZero();
        assertThat(out.toString()).contains("dog.lock.json pins colours 1.0.0.");
        graft("check", workflow.toString());
        assertThat(err.toString()).doesNotContain("made with");
        graft("plugins", "update", "--yes");
        graft("check", workflow.toString());
        assertThat(err.toString()).contains("warning: The workflow was made with colours 1.0.0, and 1.1.0 is here.");
    }

    @Test
    void aChoiceIsExplainedAndItsOwnSettingsAreSet() throws Exception {
        Path archive = TestPlugin.of("walks", "1.0.0").source("""
                        package stranger;
                        import graft.node.Setting;
                        import graft.sample.*;
                        import org.pf4j.Extension;
                        @Extension
                        public final class Far implements SamplerMethod {
                            @Setting(min = 0, max = 1, help = "How far it goes") double reach = 0.5;
                            @Override public String id() { return "walks/far"; }
                            @Override public String title() { return "Far"; }
                            @Override public Walk walk() { return Walk.SIGMAS; }
                        }
                        """).source("""
                        package stranger;
                        import graft.node.*;
                        import graft.sample.*;
                        import java.util.List;
                        @NodeType(id = "walks/go", title = "Go", category = "test", help = "Goes.", output = true)
                        public final class Go implements Node {
                            @Setting SamplerMethod sampler = Sampler.EULER;
                            @Setting List<Double> points = List.of();
                            @Override public void run(Run run) {}
                        }
                        """).build(home.resolve("walks.jar"));
        Offering.checksum(PluginInspection.of(archive));
        assertThat(graft("plugins", "install", "--yes", archive.toString())).isZero();

        assertThat(graft("nodes", "walks/far")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "walks/far  Far  [sampler]  (plugin walks)",
                        "  Chosen in walks/go.sampler",
                        "  set reach              number, 0 to 1, default 0.5. How far it goes");
        assertThat(graft("nodes", "euler")).isZero();
        assertThat(out.toString()).startsWith("euler  Euler  [sampler]");
        assertThat(graft("nodes", "walks/far", "--json")).isZero();
        JsonObject told =
                JsonParser.parseString(out.toString()).getAsJsonArray().get(0).getAsJsonObject();
        assertThat(told.get("kind").getAsString()).isEqualTo("sampler");
        assertThat(told.getAsJsonArray("settings")
                        .get(0)
                        .getAsJsonObject()
                        .get("max")
                        .getAsDouble())
                .isEqualTo(1);
        assertThat(graft("nodes", "walks/near")).isEqualTo(2);

        Path workflow = home.resolve("go.json");
        Files.writeString(workflow, """
                {"format": 1, "nodes": {"go": {"type": "walks/go", "version": 1, "settings": {"sampler": "walks/far"}}},
                 "wires": []}
                """);
        assertThat(graft("check", workflow.toString(), "--set", "go.sampler.reach=0.25"))
                .isZero();
        assertThat(graft("check", workflow.toString(), "--set", "go.sampler.reach=2"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "go.sampler: Setting reach cannot be 2: it takes a number, 0 to 1; change it in the workflow, or"
                                + " with --set NODE.sampler.reach=….");
        assertThat(graft("check", workflow.toString(), "--set", "go.sampler.reich=2"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("it has reach; perhaps reach is meant.");
        assertThat(graft("check", workflow.toString(), "--set", "go.sampler=walks/fat"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("; perhaps walks/far is meant.");
        assertThat(graft("check", workflow.toString(), "--set", "go.points=0,0.5,1"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("Setting points cannot be \"0,0.5,1\": it takes a list of numbers; write [0,0.5,1].");
        assertThat(graft("check", workflow.toString(), "--set", "go.points=[0,0.5,1]"))
                .isZero();
    }

    @Test
    void whatIsNoArchiveIsRefusedWithWhatWouldBe() throws Exception {
        Path source = Files.writeString(home.resolve("Tint.java"), "class Tint {}");
        Path project = Files.createDirectories(home.resolve("colours"));
        for (String command : List.of("verify", "install")) {
            assertThat(graft("plugins", command, source.toString())).isEqualTo(2);
            assertThat(err.toString().strip())
                    .isEqualTo(
                            "graft: Cannot take " + source + " for a plugin's archive: it is no jar; give the jar that"
                                    + " `graft plugins pack` writes below target/.");
            assertThat(graft("plugins", command, project.toString())).isEqualTo(2);
            assertThat(err.toString()).contains("for a plugin's archive: it is a folder; give the jar that");
        }
        // A folder of the name that a repository may offer; here nobody does.
        assertThat(graft("plugins", "install", "src")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "Cannot take src for a plugin's archive: it is a folder, and no repository offers it; give the jar");
        assertThat(graft("plugins", "pack", source.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "it is a file, and a project is a folder with a pom.xml; give the project's folder; the archive is"
                                + " the jar that `graft plugins pack` writes below its target/.");
    }

    @Test
    void everyCommandHasHelp() {
        for (String command : List.of(
                "list",
                "search",
                "repository",
                "install",
                "update",
                "rollback",
                "disable",
                "enable",
                "remove",
                "lock",
                "verify",
                "new",
                "pack",
                "offer",
                "key",
                "dev")) {
            assertThat(graft("plugins", command, "--help")).as(command).isZero();
            assertThat(out.toString()).startsWith("Usage: graft plugins " + command);
        }
        assertThat(graft("plugins", "explode")).isEqualTo(2);
    }
}
