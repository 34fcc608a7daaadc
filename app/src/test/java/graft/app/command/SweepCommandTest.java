package graft.app.command;

import static graft.app.command.Answer.graft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.engine.Versions;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.PluginStore;
import graft.app.plugin.Sha512;
import graft.app.plugin.TestPlugin;
import graft.app.sandbox.ThisProgram;
import graft.file.Folder;
import graft.job.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps as a user types them, with processes that are started, killed and started twice. */
class SweepCommandTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    /** A picture without a model: the processes are what it is about. */
    private static final String COPY = """
            {"format": 1, "title": "Copy", "nodes": {
              "load": {"type": "graft/images/load", "settings": {"file": "%s"}},
              "save": {"type": "graft/images/save", "settings": {"name": "copy"}}},
             "wires": [{"from": "load.image", "to": "save.images"}]}
            """;

    /** A place of a stranger's plugin, which starts every job twice at once. */
    private static final String PLACE = """
            package stranger;
            import graft.job.*;
            import graft.node.*;
            import org.pf4j.Extension;
            @Extension
            public final class Shell implements JobPlace {
                @Setting String greeting = "";
                @Override public String id() { return "stranger/shell"; }
                @Override public String title() { return "Shell"; }
                @Override public void check(JobBatch batch) {
                    if (greeting.isEmpty()) {
                        throw new Problem("cannot begin", "nobody says what to say", "give a greeting");
                    }
                }
                @Override public void run(JobBatch batch, JobWatch watch) throws Exception {
                    watch.said(greeting + ", " + batch.title());
                    for (Job job : batch.jobs()) {
                        Process one = new ProcessBuilder(job.command()).directory(job.directory().toFile()).start();
                        Process two = new ProcessBuilder(job.command()).directory(job.directory().toFile()).start();
                        one.waitFor();
                        two.waitFor();
                        if (!job.ended()) {
                            watch.gaveUp(job, "its shell ended with " + one.exitValue());
                        }
                    }
                }
            }
            """;

    /** Stands for the launcher: the first job is done at once, the others die. */
    private static final String LAUNCHER = """
            #!/bin/sh
            case "$2" in *0001) ;; *) exit 3 ;; esac
            mkdir -p "$2/attempts/$$" && cd "$2/attempts" || exit 4
            echo '{"title":"","started":"2026-01-01_00-00-00","outcome":"done","seconds":1,"device":"cpu","nodes":{}}' > $$/run.json
            test -e ../result || mv -T $$ ../result
            """;

    @TempDir
    private Path folder;

    @BeforeAll
    static void liveInTheRepository() {
        System.setProperty("graft.home", HOME.toString());
        System.setProperty("graft.terminal", "");
    }

    @AfterAll
    static void leaveIt() {
        System.clearProperty("graft.home");
        System.clearProperty("graft.terminal");
    }

    private Answer sweep(String... arguments) {
        List<String> all = new ArrayList<>(List.of("sweep"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--device=cpu", "--out=" + folder.resolve("sweep")));
        return graft(all.toArray(String[]::new));
    }

    private static String shipped(String name) {
        return HOME.resolve("workflows").resolve(name).toString();
    }

    private Path job(String name) {
        return folder.resolve("sweep/jobs").resolve(name);
    }

    private JsonObject report() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("sweep/report.json")))
                .getAsJsonObject();
    }

    private static Process start(Path job) throws IOException {
        return new ProcessBuilder(ThisProgram.command(
                        "-Dgraft.home=" + HOME,
                        "-Dgraft.terminal=",
                        Graft.class.getName(),
                        "job",
                        job.toString(),
                        "--device=cpu"))
                .redirectErrorStream(true)
                .redirectOutput(job.resolve(Job.OUTPUT).toFile())
                .start();
    }

    /** What the nodes of a run wrote, by path. */
    private static Map<String, byte[]> written(Path run) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (Path path : Folder.tree(run)) {
            if (Files.isRegularFile(path) && !path.getParent().equals(run)) {
                files.put(run.relativize(path).toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static void areEqual(Map<String, byte[]> one, Map<String, byte[]> other) {
        assertThat(one.keySet()).isEqualTo(other.keySet()).isNotEmpty();
        one.forEach((name, bytes) ->
                assertThat(Arrays.equals(bytes, other.get(name))).as(name).isTrue());
    }

    // --- wrong input
    // ---------------------------------------------------------------------------------------------

    @Test
    void whatIsWrongWithAnyJobIsSaidBeforeAnyRuns() {
        Answer answer = sweep(shipped("text-to-image.json"), "--vary", "sample.steps=2,0");

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("sample.steps=0", "nothing ran");
        assertThat(folder.resolve("sweep")).doesNotExist();
    }

    @Test
    void aPlaceThatIsNotThereIsNamedWithThoseThatAre() {
        Answer answer = sweep(shipped("text-to-image.json"), "--vary", "sample.seed=1", "--on", "the-moon");

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("the-moon", "local");
    }

    @Test
    void thisMachineHasNoSettings() {
        Answer answer = sweep(shipped("text-to-image.json"), "--vary", "sample.seed=1", "--with", "partition=gpu");

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("partition", "none of its own");
    }

    @Test
    void aDryRunListsTheJobsAndLeavesNothing() {
        Answer answer = sweep(shipped("train-lora.json"), "--vary", "train.learningRate=1e-5..1e-3:3", "--dry-run");

        assertThat(answer.out().lines())
                .containsExactly(
                        "train.learningRate=0.00001",
                        "train.learningRate=0.0001",
                        "train.learningRate=0.001",
                        "3 jobs; nothing ran");
        assertThat(folder.resolve("sweep")).doesNotExist();
    }

    // --- places of plugins
    // ------------------------------------------------------------------------------------------

    @Test
    void aPlaceOfAPluginIsHandedTheJobsAndHasSettingsOfItsOwn() throws IOException {
        assumeThat(System.getProperty("os.name")).startsWith("Linux");
        Path plugins = TestPlugin.built(folder.resolve("plugins"));
        Path archive = TestPlugin.of("stranger", "1.0.0").source(PLACE).build(folder.resolve("stranger.jar"));
        PluginStore store = new PluginStore(plugins, Versions.graft());
        try (var plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
            store.install(plan);
        }
        Path launcher = Files.writeString(folder.resolve("launcher"), LAUNCHER);
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        String[] words = {
            shipped("text-to-image.json"), "--vary=sample.seed=1,2", "--on=shell", "--graft=" + launcher, "--with"
        };
        try (NodeLibrary library = NodeLibrary.load(plugins, Versions.graft())) {
            assertThat(library.failures()).isEmpty();
            Answer refused = sweep(words[0], words[1], words[2], words[3], words[4], "greeting=");
            assertThat(refused.err()).contains("nobody says what to say");
            assertThat(refused.code()).isEqualTo(2);
            Answer unknown = sweep(words[0], words[1], words[2], words[3], words[4], "greting=hello");
            assertThat(unknown.err()).contains("greting", "greeting");

            Answer answer = sweep(words[0], words[1], words[2], words[3], words[4], "greeting=hello");

            assertThat(answer.out()).contains("hello, text-to-image", "1 of 2 jobs are done");
            assertThat(answer.err()).contains("0002", "its shell ended with 3");
            assertThat(answer.code()).isEqualTo(1);
            assertThat(report().getAsJsonArray("jobs").asList())
                    .extracting(each -> each.getAsJsonObject().get("state").getAsString())
                    .containsExactly("done", "given up");
        }
    }

    // --- processes
    // -----------------------------------------------------------------------------------------------

    @Test
    void whatIsDoneIsNotDoneAgainAndTheReportHasItAll() throws IOException {
        String[] words = {shipped("text-to-image.json"), "--set=sample.steps=1", "--set=canvas.batch=1", "--vary"};
        Answer first = sweep(words[0], words[1], words[2], words[3], "sample.seed=1,2");
        assertThat(first.code()).as(first.err() + first.out()).isZero();
        Object done = Files.getLastModifiedTime(job("0001").resolve("result/run.json"));

        Answer second = sweep(words[0], words[1], words[2], words[3], "sample.seed=1..3");

        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.out()).contains("2 of 3 jobs had ended before", "3 of 3 jobs are done");
        assertThat(Files.getLastModifiedTime(job("0001").resolve("result/run.json")))
                .isEqualTo(done);
        List<JsonElement> jobs = report().getAsJsonArray("jobs").asList();
        assertThat(jobs).hasSize(3).allSatisfy(each -> {
            assertThat(each.getAsJsonObject().get("state").getAsString()).isEqualTo("done");
            assertThat(each.getAsJsonObject().getAsJsonArray("files")).isNotEmpty();
        });
        assertThat(Files.readString(folder.resolve("sweep/report.html")))
                .contains("data:image/png;base64,", "jobs/0003");
        assertThat(Files.readAllLines(folder.resolve("sweep/report.csv"))).hasSize(4);
    }

    @Test
    void aJobThatFailsIsInTheReportWithItsSentence() throws IOException {
        byte[] picture = Files.readAllBytes(HOME.resolve("workflows/text-to-image.png"));
        Path whole = Files.write(folder.resolve("whole.png"), picture);
        Path half = Files.write(folder.resolve("half.png"), Arrays.copyOf(picture, picture.length / 2));
        Path file = Files.writeString(folder.resolve("copy.json"), COPY.formatted(whole));
        String vary = "load.file=" + whole + "," + half;

        Answer answer = sweep(file.toString(), "--vary", vary);

        assertThat(answer.code()).as(answer.out()).isEqualTo(1);
        assertThat(answer.out()).contains("1 of 2 jobs are done");
        assertThat(answer.err()).contains("0002", "half.png");
        assertThat(report().getAsJsonArray("jobs")
                        .get(1)
                        .getAsJsonObject()
                        .get("state")
                        .getAsString())
                .isEqualTo("failed");
        assertThat(Files.readString(folder.resolve("sweep/report.html"))).contains("Not done", "half.png");

        Files.write(half, picture);
        assertThat(sweep(file.toString(), "--vary", vary).code()).isEqualTo(1);
        assertThat(sweep(file.toString(), "--vary", vary, "--retry-failed").code())
                .isZero();
    }

    /** Two starts at once, and one killed in the middle: one result, the same as that of an undisturbed one. */
    @Test
    void aStartThatIsKilledOrRunsTwiceChangesNothing() throws Exception {
        assumeThat(System.getProperty("os.name")).startsWith("Linux");
        String[] words = {
            shipped("train-lora.json"),
            "--set=train.saveEvery=1",
            "--set=train.sampleEvery=2",
            "--set=train.samplePrompts=a red apple",
            "--output=lora",
            "--vary=train.steps=6"
        };
        Answer whole = sweep(words);
        assertThat(whole.code()).as(whole.err() + whole.out()).isZero();
        Map<String, byte[]> expected = written(job("0001").resolve(Job.RESULT));

        Folder.delete(job("0001").resolve(Job.RESULT));
        Process killed = start(job("0001"));
        while (killed.isAlive() && !hasState(job("0001"))) {
            Thread.onSpinWait();
        }
        killed.destroyForcibly().waitFor();
        assertThat(job("0001").resolve(Job.RESULT)).doesNotExist();
        assertThat(hasState(job("0001"))).isTrue();

        Process one = start(job("0001"));
        Process two = start(job("0001"));
        assertThat(one.waitFor() + two.waitFor()).isZero();

        areEqual(written(job("0001").resolve(Job.RESULT)), expected);
        assertThat(job("0001").resolve(Job.FAILURE)).doesNotExist();
        assertThat(start(job("0001")).waitFor()).isZero();
    }

    private static boolean hasState(Path job) throws IOException {
        Path states = job.resolve(Job.ATTEMPTS).resolve(".state");
        return Files.isDirectory(states)
                && Folder.entries(states).stream()
                        .anyMatch(file -> !file.getFileName().toString().endsWith(".part"));
    }
}
