package graft.app.command;

import com.google.gson.JsonObject;
import graft.app.command.BenchTask.Case;
import graft.app.command.BenchTask.Size;
import graft.app.command.BenchTask.Weights;
import graft.file.SafeTensors.DType;
import graft.model.sd.RandomModel;
import graft.node.Problem;
import graft.tensor.Compute;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code graft bench}: times of a sampling step, a training step and a start, with their peak memory, beside other programs.
 *
 * <p>Every measurement runs in a process of its own, so that its peak memory is its own; peers run in turn with Graft, round by
 * round, so that all see the same machine.
 */
@Command(
        name = "bench",
        subcommands = BenchEditorCommand.class,
        description = {
            "Measures time per sampling step, time per training step, start and peak memory, beside other programs.",
            "",
            "sample      one guided step: a batch of two through the UNet and the DDIM update",
            "lora        one training step: rank 16 on the attention of the UNet, batch 1",
            "dreambooth  one training step: all weights of the UNet, a picture of the subject and one of its class",
            "ti          one training step: the vector of a new word, through text encoder and UNet, batch 1",
            "cold        from starting the process to the first picture on disk: 20 DDIM steps of the built-in model",
            "load        from starting the process to the end of the first sampling step of a single file of random fp16 "
                    + "weights, 2 GiB for sd15 and 6.5 GiB for sdxl, prompts encoded on the way",
            "",
            "Training steps are forward, backward, gradients clipped to 1 and AdamW; all is computed in fp32.",
            "",
            "Each measurement is a process of its own, warmed up by one step. A round measures Graft and then each peer; "
                    + "of the rounds the median and the minimum are printed, and of the ratios of each round the median."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft bench",
            "  graft bench --size sd15 --latent 32,64 --threads 1,2 --rounds 5 sample lora",
            "  graft bench --size sdxl --weights fp16 --checkpointing lora",
            "  graft bench --peer \"diffusers=python3 docs/bench/diffusers_peft.py\" \\",
            "              --peer \"OpenVINO=python3 docs/bench/openvino_unet.py\" sample",
            "      docs/bench/README.md says what these need, and what a program of your own has to print"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all was measured, or left out because a program has no such case", "1:a measurement failed"})
final class BenchCommand implements Callable<Integer> {

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
            split = ",",
            defaultValue = "builtin,sd15",
            description =
                    "Models: builtin (the built-in one), sd15 or sdxl (the sizes of Stable Diffusion 1.5 and XL, random "
                            + "weights), with commas between them (default: ${DEFAULT-VALUE}).")
    private List<Size> sizes;

    @Option(
            names = "--latent",
            paramLabel = "N",
            split = ",",
            description =
                    "Sides of the latents, an eighth of the picture's, with commas between them (default: 16 for builtin, "
                            + "32 for sd15, 64 for sdxl).")
    private List<Integer> latents = List.of();

    @Option(
            names = "--weights",
            paramLabel = "KIND",
            defaultValue = "fp32",
            description =
                    "Random weights in memory in 32 bits (fp32), or in a file in 16 bits and kept as narrow as they are "
                            + "there (fp16), or rounded from there to 8 bits and computed with in whole numbers (int8; the peers have those in "
                            + "16 bits then) (default: ${DEFAULT-VALUE}).")
    private Weights weights;

    @Option(names = "--checkpointing", description = "Trains with gradient checkpointing, in all programs.")
    private boolean checkpointing;

    @Option(
            names = "--states-8bit",
            description = "Trains with states of the optimiser in 8 bits (AdamW 8-bit), in Graft alone.")
    private boolean narrowStates;

    @Option(
            names = "--release-gradients",
            description =
                    "Trains DreamBooth with each gradient applied and freed as soon as it is known, in Graft alone; no "
                            + "program limits their length then.")
    private boolean releases;

    @Option(
            names = "--threads",
            paramLabel = "N",
            split = ",",
            description =
                    "Threads that Graft and the peers compute with, with commas between several (default: all cores).")
    private List<Integer> threads = List.of(Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Timed steps of each process (default: 20 for builtin, 3 for sd15, 2 for sdxl).")
    private Integer steps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often to measure each case with each program (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(
            names = "--peer",
            paramLabel = "NAME=COMMAND",
            description = "Another program to measure in turn, once for each; scripts for some are in docs/bench.")
    private List<String> peers = List.of();

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description =
                    "Folder in which model files of random weights, and what peers make of models, are kept for the next "
                            + "time (default: a temporary one).")
    private Path keep;

    @Option(names = "--json", description = "Prints a line of JSON for each program and case, in place of the table.")
    private boolean json;

    @Option(names = "--here", hidden = true, description = "Measures one case in this process and prints it.")
    private boolean here;

    @Option(names = "--make", hidden = true, description = "Only writes the model file of the size.")
    private boolean make;

    @Option(names = "--file", hidden = true, description = "The model file of the size.")
    private Path file;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        if (make) {
            randomModel(sizes.get(0)).write(file, DType.F16, Compute.choose("cpu"));
            return ExitCode.DONE;
        }
        if (here) {
            measureHere();
            return ExitCode.DONE;
        }
        List<BenchPeer> others = peers.stream().map(BenchPeer::parse).toList();
        Compute.choose(device);
        if (keep != null) {
            Files.createDirectories(keep);
            return compare(keep.toAbsolutePath(), others);
        }
        try (TemporaryFolder temporary = TemporaryFolder.create()) {
            return compare(temporary.path(), others);
        }
    }

    private void check() {
        latents.forEach(latent -> {
            if (latent < 8 || latent > 512 || latent % 8 != 0) {
                throw new Problem(
                        "cannot measure latents of " + latent + "×" + latent,
                        "a side is a multiple of 8 from 8 to 512",
                        "give for example --latent 32, which is a picture of 256×256");
            }
        });
        threads.forEach(each -> positive("--threads", each));
        positive("--rounds", rounds);
        if (steps != null) {
            positive("--steps", steps);
        }
        if (file != null && !here && !make) {
            throw new Problem(
                    "cannot measure " + file,
                    "--file is for the processes that graft bench starts, with files of random weights that it writes itself",
                    "leave --file out; --size says how large the model is, and --keep where its file stays");
        }
    }

    private static void positive(String option, int value) {
        if (value < 1) {
            throw new Problem(
                    "cannot measure with " + option + " " + value, "it has to be at least 1", "give 1 or more");
        }
    }

    private List<BenchTask> tasks() {
        List<Case> wanted = cases.isEmpty() ? List.of(Case.values()) : cases;
        List<BenchTask> tasks = new ArrayList<>();
        for (Size size : sizes) {
            for (Case name : wanted) {
                for (int latent : latents.isEmpty() || name == Case.cold ? List.of(size.latent) : latents) {
                    for (int each : threads) {
                        if (name.fits(size)) {
                            tasks.add(task(name, size, latent, each));
                        }
                    }
                }
            }
        }
        if (tasks.isEmpty()) {
            throw new Problem(
                    "there is nothing to measure",
                    "cold is measured of the model builtin only, and load of sd15 and sdxl",
                    "name other cases or sizes");
        }
        return tasks;
    }

    private BenchTask task(Case name, Size size, int latent, int count) {
        return new BenchTask(
                name,
                size,
                latent,
                weights,
                checkpointing && name.isTraining(),
                narrowStates && name.isTraining(),
                releases && name == Case.dreambooth,
                count,
                steps == null ? size.steps : steps,
                device);
    }

    private int compare(Path work, List<BenchPeer> others) throws IOException, InterruptedException {
        List<BenchTask> tasks = tasks();
        BenchTable table = new BenchTable(spec.commandLine().getOut(), json);
        boolean headed = false;
        boolean failed = false;
        for (BenchTask task : tasks) {
            Optional<Path> model = task.readsFile() ? Optional.of(modelFile(task.size(), work)) : Optional.empty();
            if (!headed) {
                table.head(!others.isEmpty());
                headed = true;
            }
            BenchRounds programs = new BenchRounds(task, work, model, others);
            for (int round = 0; round < rounds; round++) {
                programs.measure();
            }
            table.add(task, programs.results());
            failed |= programs.failed();
        }
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** Made once, in a process that takes its memory with it. */
    private Path modelFile(Size size, Path work) throws IOException, InterruptedException {
        Path made = work.resolve("random-" + size + "-fp16.safetensors");
        if (!Files.exists(made)) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("graft: writing random weights to " + made + " ...");
            err.flush();
            ProcessBuilder maker = new ProcessBuilder(
                            Home.launcher().toString(), "bench", "--make", "--size=" + size, "--file=" + made)
                    .inheritIO();
            // Billions of numbers are rounded in Java: there the second compiler pays.
            maker.environment().put("GRAFT_JAVA_OPTS", "-XX:TieredStopAtLevel=4");
            Process process = maker.start();
            if (process.waitFor() != 0) {
                throw new Problem(
                        "cannot measure models from files",
                        made + " could not be written",
                        "see what was said above; --keep chooses another folder");
            }
        }
        return made;
    }

    private static RandomModel randomModel(Size size) {
        return size.random()
                .orElseThrow(() -> new Problem(
                        "cannot write a file of random weights of the size " + size,
                        "the built-in model has a file of its own",
                        "choose sd15 or sdxl"));
    }

    private void measureHere() {
        Case name = cases.get(0);
        Size size = sizes.get(0);
        int latent = latents.isEmpty() ? size.latent : latents.get(0);
        BenchResult.Round round =
                BenchWork.measure(task(name, size, latent, threads.get(0)), Optional.ofNullable(file));
        JsonObject line = new JsonObject();
        line.addProperty("seconds", round.seconds());
        line.addProperty("fastest", round.fastest());
        line.addProperty("peak_mib", round.peakMebibytes());
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
