package graft.app.sweep;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.workflow.ProcessId;
import graft.file.FileFault;
import graft.job.Job;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A sweep that runs in a process of its own, and goes on when the one that started it dies.
 *
 * <p>What it says goes into a file of its folder, and so does which process it is: another process can listen to it and stop it.
 */
public final class SweepProcess {

    private static final String SAID = "sweep.log";
    private static final String PROCESS = "process.json";
    private static final long LOOK_MILLIS = 150;

    private final Path folder;
    private final ProcessHandle process;

    private SweepProcess(Path folder, ProcessHandle process) {
        this.folder = folder;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param command of {@code graft sweep} with all its words
     * @param folder of the sweep, as the words say it
     * @throws Problem when one is under way there, or none can be started
     */
    public static SweepProcess start(List<String> command, Path folder) {
        if (in(folder).isPresent()) {
            throw new Problem(
                    "cannot start another sweep in " + folder,
                    "one is under way there",
                    "wait for its end, or choose another folder");
        }
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().remove(Job.ENDS_WITH_INPUT);
            Process started = builder.redirectErrorStream(true)
                    .redirectOutput(folder.resolve(SAID).toFile())
                    .start();
            started.getOutputStream().close();
            JsonObject whose = new JsonObject();
            ProcessId.of(started.toHandle()).addTo(whose);
            SweepFolder.write(folder.resolve(PROCESS), whose + "\n");
            return new SweepProcess(folder, started.toHandle());
        } catch (IOException e) {
            throw new Problem(
                            "cannot start the sweep in " + folder,
                            FileFault.why(e),
                            "choose another folder, or free some space")
                    .causedBy(e);
        }
    }

    /** The one that runs in a folder, whoever started it so; empty where none does. */
    public static Optional<SweepProcess> in(Path folder) {
        Path file = folder.resolve(PROCESS);
        try {
            ProcessId whose = Files.isRegularFile(file)
                    ? ProcessId.in(
                            JsonParser.parseString(Files.readString(file)).getAsJsonObject())
                    : null;
            return Optional.ofNullable(whose)
                    .filter(ProcessId::lives)
                    .flatMap(alive -> ProcessHandle.of(alive.pid()))
                    .map(alive -> new SweepProcess(folder, alive));
        } catch (IOException | RuntimeException strange) {
            return Optional.empty();
        }
    }

    public Path folder() {
        return folder;
    }

    /** Asks it to end, as Ctrl-C does: what is done is kept. Asked again it ends at once. */
    public void stop() {
        process.destroy();
    }

    /**
     * Tells all that it said and says, on a thread of its own.
     *
     * @param said a line
     * @param ended told after all lines, with what came of it; with nothing where it wrote no report
     */
    public void follow(Consumer<String> said, Consumer<Optional<SweepOutcome>> ended) {
        Thread thread = new Thread(() -> listen(said, ended), "graft-sweep-said");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen(Consumer<String> said, Consumer<Optional<SweepOutcome>> ended) {
        // Its words are in the charset of its system, which is this one's.
        try (Reader words =
                new InputStreamReader(Files.newInputStream(folder.resolve(SAID)), Charset.defaultCharset())) {
            StringBuilder line = new StringBuilder();
            boolean over;
            do {
                over = awaitEnd();
                for (String each : lines(words, line)) {
                    said.accept(each);
                }
            } while (!over);
            if (!line.isEmpty()) {
                said.accept(line.toString());
            }
        } catch (IOException gone) {
            // Somebody took the folder away: nothing more is to be heard.
        } catch (InterruptedException stopped) {
            return;
        }
        ended.accept(reported() ? SweepOutcome.in(folder) : Optional.empty());
    }

    /** Waits for a moment; whether it has ended before. */
    private boolean awaitEnd() throws InterruptedException {
        try {
            process.onExit().get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException running) {
            return false;
        } catch (ExecutionException unknown) {
            return !process.isAlive();
        }
    }

    /** What has come since, cut into lines; what is no whole line yet stays. */
    private static List<String> lines(Reader words, StringBuilder line) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int next = words.read(); next >= 0; next = words.read()) {
            if (next == '\n') {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
            } else {
                line.append((char) next);
            }
        }
        return lines;
    }

    /** Whether it wrote a report, not one of before. */
    private boolean reported() {
        try {
            return Files.getLastModifiedTime(folder.resolve("report.json"))
                            .compareTo(Files.getLastModifiedTime(folder.resolve(PROCESS)))
                    >= 0;
        } catch (IOException none) {
            return false;
        }
    }
}
