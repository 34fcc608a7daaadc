package graft.app.image;

import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Programs of a JDK: {@code jlink}, {@code jpackage} and {@code java}. */
final class JavaTool {

    /** Of what a program that failed said, lines. */
    private static final int MOST_LINES = 3;

    private JavaTool() {}

    /**
     * A program of a JDK's.
     *
     * @throws Problem when it is not there
     */
    static Path of(Path jdk, String name) {
        Path program = jdk.resolve("bin").resolve(name + (windows() ? ".exe" : ""));
        if (!Files.isExecutable(program)) {
            throw new Problem(
                    "cannot make an application",
                    "the Java in " + jdk + " has no " + name,
                    "install a whole JDK 17 or newer and point JAVA_HOME at it");
        }
        return program;
    }

    static boolean windows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    /**
     * Runs a program to its end.
     *
     * @param making what is made, for the sentence of a failure
     * @throws Problem with the last lines that it said, when it fails or is interrupted
     */
    static void run(String making, List<String> command) {
        String name = Path.of(command.get(0)).getFileName().toString();
        try {
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true);
            // Nearly all that goes into a .deb is compressed already: a higher level takes minutes for little.
            builder.environment().putIfAbsent("DPKG_DEB_COMPRESSOR_LEVEL", "1");
            Process process = builder.start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                List<String> lines =
                        said.lines().filter(line -> !line.isBlank()).toList();
                throw new Problem(
                        "cannot make " + making,
                        name + " says: "
                                + lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()).stream()
                                        .map(String::strip)
                                        .collect(Collectors.joining(" / ")),
                        "mend that and package again");
            }
        } catch (IOException e) {
            throw new Problem("cannot make " + making, name + " does not start: " + FileFault.why(e), "mend that")
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem("cannot make " + making, "it was interrupted", "package again");
        }
    }
}
