package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process ends with its exit code, whatever plugins asked for at its end. */
class LastWordsTest {

    @TempDir
    private Path folder;

    /** A program with a shutdown hook that never comes back. */
    static final class Hooked {

        private Hooked() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                while (true) {
                    try {
                        TimeUnit.DAYS.sleep(1);
                    } catch (InterruptedException unmoved) {
                        // It goes on.
                    }
                }
            }));
            Graft.main(arguments);
        }
    }

    @Test
    void aHookThatDoesNotComeBackKeepsNoProcess() throws Exception {
        Path out = folder.resolve("out.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hooked.class.getName(),
                        "nosuchcommand")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(out)).isEqualTo(ExitCode.WRONG_INPUT);
        } finally {
            process.destroyForcibly();
        }
    }
}
