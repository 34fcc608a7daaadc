package graft.app.command;

import graft.file.Folder;
import graft.file.SafeTensors;
import graft.node.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft kill-test}: whether a training that is killed again and again ends with the same files, bit for bit. */
@Command(
        name = "kill-test",
        description = {
            "Kills a workflow's process at random moments and runs it again, until it was killed often enough.",
            "",
            "First the workflow runs undisturbed. Then it is started again and again and ended with SIGKILL at a random "
                    + "moment, or not at all when it is done before; each run that reaches its end must have written the "
                    + "same files as the first, bit for bit, and no unreadable file may ever be seen. Samples that a training "
                    + "drew before it was killed stay in the folder of that run: those of a later run must be the same, not all."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every run ended equal", "1:a run ended otherwise, or left an unreadable file"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft kill-test workflows/train-lora.json",
            "  graft kill-test workflows/train-lora.json --kills 20 --set train.steps=50 --set train.saveEvery=5"
        })
final class KillTestCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The workflow, a JSON file.")
    private Path file;

    @Option(names = "--kills", paramLabel = "N", defaultValue = "50", description = "How often (default: 50).")
    private int kills;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the moments at which it is killed (default: 0).")
    private long seed;

    @Option(
            names = "--set",
            paramLabel = "NODE.SETTING=VALUE",
            description = "Runs with another value of a setting; may be given again and again.")
    private List<String> set = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (TemporaryFolder whole = TemporaryFolder.create();
                TemporaryFolder killed = TemporaryFolder.create()) {
            long start = System.nanoTime();
            if (!ends(whole.path(), Long.MAX_VALUE)) {
                throw new IllegalStateException("it has no limit");
            }
            long undisturbed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            Map<String, byte[]> expected = written(newest(whole.path()));
            say(out, "undisturbed: " + undisturbed + " ms, " + expected.size() + " files");
            Random moments = new Random(seed);
            int died = 0;
            int ended = 0;
            while (died < kills || ended == 0) {
                long moment = died < kills ? moments.nextLong(undisturbed) : Long.MAX_VALUE;
                if (!ends(killed.path(), moment)) {
                    died++;
                    checkReadable(killed.path());
                    say(out, "killed " + died + " after " + moment + " ms");
                    continue;
                }
                ended++;
                List<String> others = differences(expected, written(newest(killed.path())));
                if (!others.isEmpty()) {
                    say(out, "NOT EQUAL: " + String.join(", ", others));
                    return ExitCode.FAILED;
                }
                say(out, "ended equal to the undisturbed run");
            }
            say(out, died + " kills, " + ended + " runs to the end, all equal bit for bit");
            return ExitCode.DONE;
        }
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }

    /** Runs the workflow; false when it had to be killed. */
    private boolean ends(Path folder, long killAfterMillis) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Home.launcher().toString(), "run", file.toString(), "--device=cpu", "--out=" + folder));
        set.forEach(each -> command.add("--set=" + each));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(killAfterMillis, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            return false;
        }
        if (process.exitValue() != 0) {
            throw new Problem(
                    "cannot test " + file,
                    "`" + String.join(" ", command) + "` ended with exit code " + process.exitValue(),
                    "mend what it says first");
        }
        return true;
    }

    private static Path newest(Path folder) throws IOException {
        return Folder.entries(folder).stream()
                .filter(run -> Files.exists(run.resolve("run.json")))
                .max((a, b) -> stamp(a).compareTo(stamp(b)))
                .orElseThrow();
    }

    private static java.nio.file.attribute.FileTime stamp(Path run) {
        try {
            return Files.getLastModifiedTime(run.resolve("run.json"));
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    /** What the nodes of a run wrote, by path; not the run's own records, which hold times. */
    private static Map<String, byte[]> written(Path run) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (Path path : files(run)) {
            if (!path.getParent().equals(run)) {
                files.put(run.relativize(path).toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static List<Path> files(Path folder) throws IOException {
        return Folder.tree(folder).stream().filter(Files::isRegularFile).toList();
    }

    /** Files that are not the same, or not in both; but samples from before the state that a run took up are in its forerunners. */
    static List<String> differences(Map<String, byte[]> expected, Map<String, byte[]> found) {
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        return names.stream()
                .filter(name -> found.containsKey(name) || !isSample(name))
                .filter(name -> !Arrays.equals(expected.get(name), found.get(name)))
                .toList();
    }

    private static boolean isSample(String name) {
        Path folder = Path.of(name).getParent();
        return folder != null && folder.endsWith("samples");
    }

    /** Every file under its own name must be whole; what a kill leaves of a file being written is called {@code .part}. */
    private static void checkReadable(Path folder) throws IOException {
        for (Path path : files(folder)) {
            boolean state = path.getParent().getFileName().toString().equals(".state");
            String name = path.getFileName().toString();
            if (!name.endsWith(".part") && (state || name.endsWith(".safetensors"))) {
                SafeTensors.open(path).close();
            }
        }
    }
}
