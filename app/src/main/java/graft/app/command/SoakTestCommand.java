package graft.app.command;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import graft.node.Problem;
import graft.tensor.Memory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft soak-test}: whether a long training's memory stays level. */
@Command(
        name = "soak-test",
        description = {
            "Runs a workflow in a process of its own and prints what that process holds as its training goes on.",
            "",
            "The line at the end is the slope of a straight line through all values after the first 50 steps. Linux only: "
                    + "the memory is that of /proc."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft soak-test workflows/train-lora.json --set train.steps=2000",
            "  graft soak-test workflows/train-dreambooth.json --set train.steps=2000 --every 100 --output losses"
        })
final class SoakTestCommand implements Callable<Integer> {

    /** Steps in which caches fill and the Java machine compiles. */
    private static final long WARM_UP = 50;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The workflow, a JSON file.")
    private Path file;

    @Option(
            names = "--node",
            paramLabel = "NODE",
            defaultValue = "train",
            description = "Whose steps (default: train).")
    private String node;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "50",
            description = "Steps between two values (default: 50).")
    private long every;

    @Option(names = "--output", paramLabel = "NODE", description = "Runs only this node and what it needs.")
    private String output;

    @Option(
            names = "--set",
            paramLabel = "NODE.SETTING=VALUE",
            description = "Runs with another value of a setting; may be given again and again.")
    private List<String> set = new ArrayList<>();

    /** What the process held after a step, in MiB. */
    private record Value(double step, double mebibytes) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Value> values = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            List<String> command = new ArrayList<>(
                    List.of(Home.launcher().toString(), "run", file.toString(), "--json", "--out=" + folder.path()));
            if (output != null) {
                command.add("--output=" + output);
            }
            set.forEach(each -> command.add("--set=" + each));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    watch(new Gson().fromJson(line, JsonObject.class), process.pid(), values, out);
                }
            }
            if (process.waitFor() != 0) {
                throw new Problem(
                        "cannot test " + file,
                        "`" + String.join(" ", command) + "` ended with exit code " + process.exitValue(),
                        "mend what it says first");
            }
        }
        out.printf(
                Locale.ROOT,
                "slope after step %d: %+.2f MiB per 1000 steps%n",
                WARM_UP,
                1000
                        * slope(values.stream()
                                .filter(value -> value.step >= WARM_UP)
                                .toList()));
        out.flush();
        return ExitCode.DONE;
    }

    private void watch(JsonObject event, long process, List<Value> values, PrintWriter out) {
        if (!event.get("event").getAsString().equals("nodeProgress")
                || !event.get("node").getAsString().equals(node)) {
            return;
        }
        long step = event.get("done").getAsLong();
        if (step % every == 0) {
            Memory.resident(process).ifPresent(bytes -> {
                double mebibytes = (double) bytes / (1024 * 1024);
                values.add(new Value((double) step, mebibytes));
                out.printf(Locale.ROOT, "%6d  %8.1f MiB%n", step, mebibytes);
                out.flush();
            });
        }
    }

    /** Least squares, in MiB per step; 0 for fewer than two values. */
    private static double slope(List<Value> values) {
        double steps = values.stream().mapToDouble(Value::step).average().orElse(0);
        double mean = values.stream().mapToDouble(Value::mebibytes).average().orElse(0);
        double along = 0;
        double spread = 0;
        for (Value value : values) {
            along += (value.step - steps) * (value.mebibytes - mean);
            spread += (value.step - steps) * (value.step - steps);
        }
        return spread > 0 ? along / spread : 0;
    }
}
