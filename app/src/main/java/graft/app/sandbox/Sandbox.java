package graft.app.sandbox;

import graft.file.AtomicFile;
import graft.file.CacheFolder;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The system's sandbox: bubblewrap on Linux, with a filter of system calls; elsewhere there is none.
 *
 * <p>Immutable; safe for several threads.
 */
public final class Sandbox {

    /** The property that tells a process which plugins it is in the sandbox for, set apart by commas. */
    public static final String CONFINED = "graft.sandboxed";

    private static final long PATIENCE_SECONDS = 20;

    /** The one folder that everything may write to; it is in memory and goes with the process. */
    static final Path TEMPORARY = Path.of("/temporary");

    /** Where programs and libraries of the system find theirs; no programs but those of Java. */
    private static final List<Path> SYSTEM = Stream.of(
                    "/usr/lib",
                    "/usr/lib64",
                    "/lib",
                    "/lib64",
                    "/etc/ld.so.cache",
                    "/etc/localtime",
                    "/usr/share/zoneinfo",
                    "/usr/share/fonts",
                    "/etc/fonts",
                    "/sys/devices/system/cpu",
                    "/sys/devices/system/node")
            .map(Path::of)
            .toList();

    /**
     * The system ends what it confined when the thread ends that started it; this one does not end before the program.
     */
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "graft-sandbox");
        thread.setDaemon(true);
        return thread;
    });

    private final Optional<Path> program;
    private final String processor;
    private final String lacking;

    private Sandbox(Optional<Path> program, String processor, String lacking) {
        this.program = program;
        this.processor = processor;
        this.lacking = lacking;
    }

    public static Sandbox ofThisMachine() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"), System.getenv());
    }

    /** @param environment whose {@code PATH} says where programs are */
    public static Sandbox of(String system, String processor, Map<String, String> environment) {
        if (!system.equals("Linux")) {
            return new Sandbox(Optional.empty(), processor, "Graft has none on " + system);
        }
        if (SystemCalls.withoutProcesses(processor).isEmpty()) {
            return new Sandbox(Optional.empty(), processor, "Graft has none for the processor " + processor);
        }
        Optional<Path> found = Arrays.stream(
                        environment.getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator), -1))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, "bwrap"))
                .filter(Files::isExecutable)
                .findFirst();
        return new Sandbox(found, processor, "bubblewrap is not installed (on Debian: apt-get install bubblewrap)");
    }

    /**
     * Starts a process in it that does nothing, which takes some milliseconds.
     *
     * @return why there is no sandbox here, as a clause; empty when it works
     */
    public Optional<String> lacks() {
        if (program.isEmpty()) {
            return Optional.of(lacking);
        }
        Path shell = Path.of("/bin/sh");
        try {
            Process trial = start(new Confines().reads(shell), List.of(shell.toString(), "-c", ":"));
            if (!trial.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                trial.destroyForcibly();
                return Optional.of("bubblewrap does not come back");
            }
            String said = new String(trial.getErrorStream().readNBytes(4000), StandardCharsets.UTF_8).strip();
            return trial.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of("bubblewrap does not work here: "
                            + (said.isEmpty() ? "its exit code is " + trial.exitValue() : said)
                            + " (user namespaces may be forbidden)");
        } catch (IOException failed) {
            return Optional.of("bubblewrap cannot be started: " + FileFault.why(failed));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.of("it was not waited for");
        }
    }

    /** Where bubblewrap is. */
    public Optional<Path> program() {
        return program;
    }

    /**
     * Starts a process with nothing but the system's libraries and what it is given. It ends with this program at the latest.
     *
     * @param command the program, by its whole path, and its arguments
     * @throws Problem when there is no sandbox
     */
    public Process start(Confines given, List<String> command) throws IOException {
        Path bubblewrap = program.orElseThrow(
                () -> new Problem("cannot run in a sandbox", lacking, "trust the plugin, or install what is lacking"));
        List<String> all = new ArrayList<>();
        // Java hands no open file on; the shell opens the filter, and becomes bubblewrap.
        all.addAll(List.of("/bin/sh", "-c", "exec 3<\"$1\"; shift; exec \"$@\"", "sh", filter().toString()));
        all.addAll(List.of(bubblewrap.toString(), "--seccomp", "3", "--unshare-all", "--die-with-parent"));
        all.addAll(List.of("--new-session", "--cap-drop", "ALL", "--clearenv", "--proc", "/proc", "--dev", "/dev"));
        Confines whole = new Confines().empty(Path.of("/tmp")).empty(home());
        SYSTEM.forEach(whole::reads);
        all.addAll(whole.options());
        all.addAll(given.options());
        Confines end = new Confines()
                .empty(TEMPORARY)
                .closed(Path.of("/tmp"))
                .closed(home())
                .closed(Path.of("/"))
                .variable("HOME", home().toString())
                .variable("TMPDIR", TEMPORARY.toString());
        all.addAll(end.options());
        all.add("--");
        all.addAll(command);
        return started(new ProcessBuilder(all));
    }

    private static Process started(ProcessBuilder builder) throws IOException {
        try {
            return STARTER.submit(builder::start).get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException told
                    ? told
                    : new IOException(String.valueOf(failed.getCause()), failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("it was stopped", stopped);
        }
    }

    /** Written anew each time: it is the user's own to change, and nobody else's. */
    private Path filter() {
        Path file = CacheFolder.path().toAbsolutePath().resolve("sandbox").resolve(processor + ".filter");
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AtomicFile.write(
                file, out -> out.write(SystemCalls.withoutProcesses(processor).orElseThrow()));
        return file;
    }

    static Path home() {
        return Path.of(System.getProperty("user.home")).toAbsolutePath().normalize();
    }
}
