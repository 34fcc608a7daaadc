package graft.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a shell is handed is the command as it is, whatever its words hold. */
@DisabledOnOs(OS.WINDOWS)
class JobScriptTest {

    @TempDir
    private Path folder;

    @Test
    void wordsVariablesAndLinesOfThePlaceArriveAsTheyAre() throws Exception {
        Job job = job("printf '%s|%s|%s' \"$0\" \"$WORDS\" \"$PLACE\"", Map.of("WORDS", "a 'b' $c\nd"));

        assertThat(run(JobScript.of(job, List.of("export PLACE=here"), "</dev/null")))
                .isZero();
        assertThat(Files.readString(job.folder().resolve(Job.OUTPUT))).isEqualTo("it's \"$HOME\"|a 'b' $c\nd|here");
    }

    @Test
    void theInputIsTheShellsUnlessThePlaceSaysOtherwiseAndTheExitCodeIsTheCommands() throws Exception {
        Job job = job("cat; exit 7", Map.of());
        Path words = Files.writeString(folder.resolve("words.txt"), "words");

        assertThat(run(JobScript.of(job, List.of(), "<" + words))).isEqualTo(7);
        assertThat(run(JobScript.of(job, List.of(), ""))).isEqualTo(7);
        assertThat(Files.readString(job.folder().resolve(Job.OUTPUT))).isEqualTo("wordstyped");
    }

    private Job job(String script, Map<String, String> environment) throws IOException {
        Path own = Files.createDirectories(folder.resolve("jobs/0001"));
        return new Job("0001", List.of("/bin/sh", "-c", script, "it's \"$HOME\""), own, own, environment);
    }

    private int run(String script) throws Exception {
        Path file = Files.writeString(folder.resolve("job.sh"), script);
        Process shell = new ProcessBuilder("/bin/sh", file.toString())
                .redirectInput(
                        Files.writeString(folder.resolve("typed.txt"), "typed").toFile())
                .start();
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return shell.exitValue();
    }
}
