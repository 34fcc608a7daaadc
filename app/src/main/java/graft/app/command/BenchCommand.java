package graft.app.command;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import graft.file.BuiltIn;
import graft.node.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code graft bench}: times of a sampling step, a training step and a cold start, with their peak memory.
 *
 * <p>Every measurement runs in a process of its own, so that its peak memory is its own; a peer, when one is given,
 * runs in turn with Graft so that both see the same machine.
 */
@Command(
        name = "bench",
        subcommands = BenchEditorCommand.class,
        description = {
            "Measures time per sampling step, time per training step, cold start and peak memory.",
            "",
            "sample      one guided step: a batch of two through the UNet and the DDIM update",
            "lora        one training step: rank 16 on the attention of the UNet, batch 1",
            "dreambooth  one training step: all weights of the UNet, a picture of the subject and one of its class",
            "ti          one training step: the vector of a new word, through text encoder and UNet, batch 1",
            "cold        from starting the process to the first picture on disk: 20 DDIM steps of the built-in model",
            "",
            "Training steps are forward, backward, gradients clipped to 1 and AdamW, all in fp32.",
            "",
            "Each case is warmed up once and runs in a process of its own; times are medians."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft bench",
            "  graft bench --size sd15 --json sample lora dreambooth ti",
            "  graft bench --peer python3 bench_diffusers.py",
            "      runs that script's cases in turn with Graft's and prints the ratios; it takes",
            "      --base --size --latent --steps --threads CASE and prints one line of JSON"
        })
final class BenchCommand implements Callable<Integer> {

    /** What is measured. */
    enum Case {
        sample,
        lora,
        dreambooth,
        ti,
        cold
    }

    /** Whose weights: the built-in model's, or random ones of the size of Stable Diffusion 1.5. */
    enum Size {
        /** The built-in model at its own picture size, 64×64. */
        base(16, 20),
        /** 256×256 pictures. */
        sd15(32, 3);

        final int latent;
        final int steps;

        Size(int latent, int steps) {
            this.latent = latent;
            this.steps = steps;
        }
    }

    /** One line of the table; a time in seconds, memory in MiB. */
    record Measured(String program, Case name, Size size, double seconds, long peakMebibytes) {}

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "CASE",
            description = "What to measure: ${COMPLETION-CANDIDATES}; all when none is named.")
    private List<Case> cases = new ArrayList<>();

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description =
                    "Model: base (the built-in one) or sd15 (the size of Stable Diffusion 1.5, random weights, 256x256); both when not given.")
    private Size size;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Timed steps of each case (default: 20 for base, 3 for sd15).")
    private Integer steps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often to measure each case; the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(
            names = "--peer",
            arity = "2",
            paramLabel = "PYTHON SCRIPT",
            description = "Another program to measure in turn, and the script that it runs.")
    private List<String> peer = List.of();

    @Option(names = "--checkpointing", description = "Trains with gradient checkpointing, which the peer does not.")
    private boolean checkpointing;

    @Option(names = "--json", description = "Prints one line of JSON for each measurement.")
    private boolean json;

    @Option(names = "--here", hidden = true, description = "Measures one case in this process and prints it.")
    private boolean here;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (here) {
            print(BenchWork.measure(cases.get(0), size, stepsOf(size), device, checkpointing));
            return ExitCode.DONE;
        }
        List<Size> sizes = size == null ? List.of(Size.values()) : List.of(size);
        List<Case> wanted = cases.isEmpty() ? List.of(Case.values()) : cases;
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.printf("%-10s %-5s %-9s %12s %10s%n", "case", "model", "program", "seconds", "peak MiB");
        }
        for (Size each : sizes) {
            for (Case name : wanted) {
                if (name != Case.cold || each == Size.base) {
                    compare(name, each);
                }
            }
        }
        return ExitCode.DONE;
    }

    private int stepsOf(Size size) {
        return steps != null ? steps : size.steps;
    }

    private void compare(Case name, Size size) throws IOException, InterruptedException {
        List<Measured> own = new ArrayList<>();
        List<Measured> others = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            own.add(name == Case.cold ? cold() : child("graft", name, size, ownCommand(name, size)));
            if (!peer.isEmpty()) {
                others.add(child("peer", name, size, peerCommand(name, size)));
            }
        }
        Measured graft = median(own);
        print(graft);
        if (!others.isEmpty()) {
            Measured other = median(others);
            print(other);
            double time = graft.seconds / other.seconds;
            double memory = (double) graft.peakMebibytes / other.peakMebibytes;
            if (!json) {
                spec.commandLine()
                        .getOut()
                        .printf(Locale.ROOT, "%-10s %-5s %-9s %12.2f %10.2f%n", name, size, "ratio", time, memory);
            }
        }
        spec.commandLine().getOut().flush();
    }

    private void print(Measured measured) {
        PrintWriter out = spec.commandLine().getOut();
        if (json || here) {
            JsonObject line = new JsonObject();
            line.addProperty("program", measured.program);
            line.addProperty("case", measured.name.name());
            line.addProperty("size", measured.size.name());
            line.addProperty("latent", measured.size.latent);
            line.addProperty("seconds", measured.seconds);
            line.addProperty("peak_mib", measured.peakMebibytes);
            out.println(line);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%-10s %-5s %-9s %12.4f %10d%n",
                    measured.name,
                    measured.size,
                    measured.program,
                    measured.seconds,
                    measured.peakMebibytes);
        }
        out.flush();
    }

    private static Measured median(List<Measured> rounds) {
        List<Measured> sorted = new ArrayList<>(rounds);
        sorted.sort((a, b) -> Double.compare(a.seconds, b.seconds));
        return sorted.get(sorted.size() / 2);
    }

    private List<String> ownCommand(Case name, Size size) {
        List<String> command = new ArrayList<>(List.of(
                Home.launcher().toString(),
                "bench",
                "--here",
                "--size=" + size,
                "--steps=" + stepsOf(size),
                "--device=" + device));
        if (checkpointing) {
            command.add("--checkpointing");
        }
        command.add(name.name());
        return command;
    }

    private List<String> peerCommand(Case name, Size size) {
        List<String> command = new ArrayList<>(peer);
        command.addAll(List.of(
                "--base",
                BuiltIn.path("builtin:emoji-sd").toString(),
                "--size",
                size.name(),
                "--latent",
                Integer.toString(size.latent),
                "--steps",
                Integer.toString(stepsOf(size)),
                "--threads",
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                name.name()));
        return command;
    }

    /** Runs a process that prints one JSON object with {@code seconds} and {@code peak_mib} as its last line. */
    private static Measured child(String program, Case name, Size size, List<String> command)
            throws IOException, InterruptedException {
        JsonObject last = lastObject(command, output(command));
        return new Measured(
                program,
                name,
                size,
                last.get("seconds").getAsDouble(),
                last.get("peak_mib").getAsLong());
    }

    /** The whole of a run: launcher, Java, libtorch, plugins, model, picture, PNG. */
    private Measured cold() throws IOException, InterruptedException {
        try (TemporaryFolder temporary = TemporaryFolder.create()) {
            Path folder = temporary.path();
            Path workflow = folder.resolve("cold.json");
            try (var in = BenchCommand.class.getResourceAsStream("cold.json")) {
                Files.copy(in, workflow);
            }
            List<String> command = List.of(
                    Home.launcher().toString(),
                    "run",
                    workflow.toString(),
                    "--json",
                    "--device=" + device,
                    "--out=" + folder.resolve("out"));
            long start = System.nanoTime();
            List<String> lines = output(command);
            double seconds = (System.nanoTime() - start) / 1e9;
            long peak = lastObject(command, lines).get("peak").getAsLong();
            return new Measured("graft", Case.cold, Size.base, seconds, peak / (1024 * 1024));
        }
    }

    private static List<String> output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new Problem(
                    "cannot measure with " + String.join(" ", command),
                    "it ended with exit code " + code,
                    "run it alone to see why");
        }
        return output.lines().filter(line -> line.startsWith("{")).toList();
    }

    private static JsonObject lastObject(List<String> command, List<String> lines) {
        return Optional.of(lines)
                .filter(all -> !all.isEmpty())
                .map(all -> new Gson().fromJson(all.get(all.size() - 1), JsonObject.class))
                .orElseThrow(() -> new Problem(
                        "cannot measure with " + String.join(" ", command),
                        "it printed no line of JSON",
                        "run it alone to see why"));
    }
}
