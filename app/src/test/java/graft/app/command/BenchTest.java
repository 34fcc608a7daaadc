package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.util.cuda.CudaUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.command.BenchResult.Round;
import graft.app.command.BenchTask.Case;
import graft.app.command.BenchTask.Size;
import graft.app.command.BenchTask.Weights;
import graft.node.Problem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code graft bench}: what it takes, how it asks other programs, what it makes of their answers. */
class BenchTest {

    private static final BenchTask SAMPLE =
            new BenchTask(Case.sample, Size.builtin, 16, Weights.fp32, false, false, false, 1, 1, "cpu");

    @TempDir
    private Path folder;

    private static String refused(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Graft.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        assertThat(code).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "--latent=33, a side is a multiple of 8",
        "--latent=0, a side is a multiple of 8",
        "--size=sd3, builtin",
        "--weights=int3, fp16",
        "--threads=0, at least 1",
        "--rounds=0, at least 1",
        "--file=mine.safetensors, leave --file out",
        "--steps=-1, at least 1",
        "--peer=diffusers, NAME=COMMAND",
        "--peer==python3, NAME=COMMAND",
        "tea, tea",
        "--device=tpu, no such kind of device"
    })
    void whatCannotBeMeasuredIsRefusedInASentence(String argument, String words) {
        assertThat(refused("bench", argument)).contains(words);
    }

    @Test
    void aCaseThatNoSizeHasIsRefused() {
        assertThat(refused("bench", "--size=builtin", "load")).contains("nothing to measure", "load of sd15 and sdxl");
    }

    @Test
    void withoutACudaDeviceNothingIsMeasuredOnOne() {
        assumeFalse(CudaUtils.hasCuda());

        assertThat(refused("bench", "--device=cuda"))
                .contains("no CUDA device was found", "graft doctor --device cuda");
    }

    @Test
    void aPeerIsANameAndACommandWhoseWordsMayBeQuoted() {
        assertThat(BenchPeer.parse("mine=\"C:\\my programs\\python\" -u bench.py"))
                .isEqualTo(new BenchPeer("mine", List.of("C:\\my programs\\python", "-u", "bench.py")));
        assertThatThrownBy(() -> BenchPeer.parse("mine=")).isInstanceOf(Problem.class);
    }

    @Test
    void aProgramIsToldItsThreadsAndAnswersInItsLastLine() throws Exception {
        BenchProcess.Outcome outcome = shell(
                "echo '{\"seconds\": 9, \"peak_mib\": 9}'; echo warm >&2;"
                        + " echo \"{\\\"seconds\\\": 2, \\\"fastest\\\": 1, \\\"peak_mib\\\": $OMP_NUM_THREADS}\"",
                false);

        assertThat(outcome.round()).isEqualTo(new Round(2, 1, 3));
        assertThat(outcome.failed()).isFalse();
    }

    @Test
    void fromTheStartTheTimeIsThatUntilTheAnswer() throws Exception {
        long start = System.nanoTime();
        // The last sleep begins when the answer has been read: a pipe and its reader do not hold all that comes
        // between.
        BenchProcess.Outcome outcome =
                shell("sleep 0.2; echo '{\"seconds\": 0, \"peak_mib\": 1}'; yes | head -n 200000; sleep 1", true);
        double whole = (System.nanoTime() - start) / 1e9;

        assertThat(outcome.round().seconds()).isBetween(0.2, whole - 1);
    }

    @Test
    void aProgramThatHasNoSuchCaseIsLeftOutAndOneThatFailsIsToldOf() throws Exception {
        BenchProcess.Outcome without = shell("echo '{\"cannot\": \"it does not train\"}'", false);
        assertThat(without.leftOut()).isEqualTo("it does not train");
        assertThat(without.failed()).isFalse();

        BenchProcess.Outcome failing = shell("echo 'No module named torch' >&2; exit 3", false);
        assertThat(failing.leftOut()).contains("exit code 3 (No module named torch)");
        assertThat(failing.failed()).isTrue();

        assertThat(shell("echo done", false).leftOut()).contains("no JSON object");
        assertThat(shell("kill -9 $$", false).leftOut()).contains("killed", "memory");
        assertThat(BenchProcess.run(List.of("no-such-program"), folder.resolve("log"), 1, false)
                        .leftOut())
                .contains("\"no-such-program\" does not start");
    }

    private BenchProcess.Outcome shell(String script, boolean fromStart) throws InterruptedException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"));
        return BenchProcess.run(List.of("sh", "-c", script), folder.resolve("log"), 3, fromStart);
    }

    @Test
    void roundsGoInTurnAndAProgramThatIsLeftOutIsAskedOnce() throws Exception {
        assumeTrue(System.getProperty("os.name").startsWith("Linux"));
        String answer = "echo '{\"seconds\": 1, \"peak_mib\": 1}'";
        Path order = folder.resolve("order");
        BenchRounds rounds = new BenchRounds(
                SAMPLE,
                folder,
                Optional.empty(),
                List.of(
                        new BenchPeer("one", List.of("sh", "-c", "echo one >> " + order + "; " + answer)),
                        new BenchPeer(
                                "two",
                                List.of("sh", "-c", "echo two >> " + order + "; echo '{\"cannot\": \"never\"}'"))));
        rounds.measure();
        rounds.measure();

        assertThat(order).hasContent("one\ntwo\none");
        assertThat(rounds.results().get(1).rounds()).hasSize(2);
        assertThat(rounds.results().get(2).leftOut()).isEqualTo("never");
    }

    @Test
    void ratiosAreThoseOfPairs() {
        // The machine was half as fast in the second round, for both.
        BenchResult graft = new BenchResult(
                "graft", List.of(new Round(1, 0.9, 100), new Round(2, 1.8, 110), new Round(1, 1, 120)), "");
        BenchResult peer = new BenchResult(
                "peer", List.of(new Round(2, 1.8, 400), new Round(4, 3, 440), new Round(4, 3, 480)), "");

        assertThat(graft.timeOver(peer)).isEqualTo(0.5);
        assertThat(graft.fastestOver(peer)).isEqualTo(0.5);
        assertThat(graft.memoryOver(peer)).isEqualTo(0.25, within(1e-9));
        assertThat(peer.seconds()).isEqualTo(4);
    }

    @Test
    void everyProgramIsARowOfTheTableAndALineOfJson() {
        List<BenchResult> results = List.of(
                new BenchResult("graft", List.of(new Round(1, 1, 100)), ""),
                new BenchResult("peer", List.of(new Round(2, 2, 400)), ""),
                new BenchResult("other", List.of(), "it does not train"));

        assertThat(printed(false, results).lines().toList())
                .satisfiesExactly(
                        head -> assertThat(head).contains("case", "threads", "median s", "peak MiB"),
                        graft -> assertThat(graft).contains("sample", "builtin", "graft", "1.0000"),
                        peer -> assertThat(peer).contains("peer", "2.0000", "400", "0.50", "0.25"),
                        other -> assertThat(other).contains("other", "left out: it does not train"));
        List<JsonObject> lines = printed(true, results)
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1).get("time_ratio").getAsDouble()).isEqualTo(0.5);
        assertThat(lines.get(1).get("memory_ratio").getAsDouble()).isEqualTo(0.25);
        assertThat(lines.get(2).get("left_out").getAsString()).isEqualTo("it does not train");
    }

    private static String printed(boolean json, List<BenchResult> results) {
        StringWriter out = new StringWriter();
        BenchTable table = new BenchTable(new PrintWriter(out), json);
        table.head(true);
        table.add(SAMPLE, results);
        return out.toString();
    }
}
