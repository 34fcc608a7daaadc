package graft.app.command;

import graft.app.engine.Assignment;
import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Plan;
import graft.app.engine.RunEvent;
import graft.app.engine.RunHandle;
import graft.app.engine.RunOptions;
import graft.app.engine.RunResult;
import graft.app.plugin.NodeLibrary;
import graft.app.sandbox.Sandbox;
import graft.app.user.ModelFolders;
import graft.app.worker.LocalBackend;
import graft.app.worker.RunRequest;
import graft.app.worker.SandboxingBackend;
import graft.app.workflow.RunPlace;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Memory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft run}: checks a workflow and runs it. */
@Command(
        name = "run",
        description = {
            "Runs a workflow.",
            "",
            "The workflow is checked first; when anything is wrong with it, everything that is wrong is named and "
                    + "nothing runs. A run leaves a folder with the workflow as run, seeds, versions, times, log and "
                    + "all files that its nodes write.",
            "",
            "Ctrl-C stops within a step: a training hands on what it learnt so far, and the nodes that save it still "
                    + "run. A second Ctrl-C ends at once."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a node failed; the others that did not need it are done",
            "2:wrong input: nothing ran",
            "130:stopped by the user"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft run workflows/text-to-image.json",
            "  graft run workflows/text-to-image.json --set sample.seed=7",
            "  graft run workflows/train-lora.json --output save --out results",
            "  graft run my.json --json | jq -r 'select(.event == \"wrote\").file'"
        })
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The workflow, a JSON file; also one of ComfyUI.")
    private Path file;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where the folder of the run is made (default: the workflow's own folder of runs, where it has one, else runs).")
    private Path out;

    @Option(
            names = "--set",
            paramLabel = "NODE.SETTING=VALUE",
            description =
                    "Runs with another value of a setting, or of one of the chosen sampler's, loss's or other choice's own"
                            + " by NODE.SETTING.OWN=VALUE; may be given again and again.")
    private List<String> set = new ArrayList<>();

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu, cuda or cuda:N (default: a CUDA device when there is one).")
    private String device;

    @Option(
            names = "--output",
            paramLabel = "NODE",
            description = "Runs only this node and what it needs; may be given again and again "
                    + "(default: every node that writes).")
    private List<String> outputs = new ArrayList<>();

    @Option(
            names = "--dry-run",
            description =
                    "Checks, says what would run and what it would take, and runs nothing. The first time, trainings"
                            + " are timed on this machine for some seconds.")
    private boolean dryRun;

    @Option(
            names = "--models",
            paramLabel = "PLACE",
            description = "Where models are that the workflow names as ComfyUI does: a folder, of ComfyUI or the "
                    + "AUTOMATIC1111 web UI too, or an extra_model_paths.yaml; may be given again and again, and comes "
                    + "before GRAFT_MODELS and the editor's settings.")
    private List<Path> models = new ArrayList<>();

    @Option(names = "--json", description = "Prints every event as one line of JSON.")
    private boolean json;

    @Option(names = "--verbose", description = "Prints the stack trace of a failure beneath its sentence.")
    private boolean verbose;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        List<Assignment> assignments = set.stream().map(Assignment::of).toList();
        // Two threads that wake the logging at once would make it complain.
        LoggerFactory.getILoggerFactory();
        loadLibtorch();
        ModelFolders folders = Home.models(models);
        NodeLibrary library = Home.library(err);
        GivenWorkflow given = GivenWorkflow.read(file, library, folders);
        Workflow workflow = given.workflow();
        Path folder = out == null ? RunPlace.of(workflow).under(Path.of("runs")) : out;
        for (Assignment assignment : assignments) {
            workflow = assignment.applyTo(workflow, library);
        }
        Home.compareLock(file, library, err);
        Findings.warn(given.findings(), err);
        try (Cache cache = Cache.none()) {
            Engine engine = new Engine(library, cache, () -> folders);
            Plan plan = engine.check(workflow, outputs);
            if (!plan.runnable()) {
                Findings.print(plan, file, err);
                return ExitCode.WRONG_INPUT;
            }
            plan.findings().forEach(finding -> err.println("warning: " + finding.sentence()));
            err.flush();
            Compute compute = Compute.choose(device);
            long program = Memory.resident().orElse(0);
            ForecastPrinter forecast = new ForecastPrinter(engine.forecast(plan, device, dryRun), compute, program);
            forecast.warn(err);
            if (dryRun) {
                forecast.nodes(plan, json, spec.commandLine().getOut());
                return ExitCode.DONE;
            }
            if (!json) {
                forecast.total(spec.commandLine().getOut());
            }
            if (!SandboxingBackend.sandboxed(plan, library).isEmpty()) {
                return inSandbox(workflow, library, folders, folder);
            }
            RunHandle run = engine.start(plan, new RunOptions(folder, device, listener(), false));
            stopsBy(run::cancel);
            return exitCode(run.join());
        }
    }

    /** A workflow with nodes of a plugin that may run nowhere else. */
    private int inSandbox(Workflow workflow, NodeLibrary library, ModelFolders folders, Path folder)
            throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Consumer<String> said = verbose ? err::println : line -> {};
        try (SandboxingBackend backend = new SandboxingBackend(
                new LocalBackend(library, () -> folders), library, () -> folders, Sandbox.ofThisMachine(), said)) {
            RunRequest request = new RunRequest(
                    workflow, outputs, folder, device == null ? "auto" : device, false, Optional.empty());
            CompletableFuture<RunResult> result = backend.start(request, printer());
            stopsBy(backend::stopAndKeep);
            return exitCode(result.get());
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Problem problem ? problem : new IllegalStateException(failed.getCause());
        }
    }

    private void stopsBy(Runnable stop) {
        PrintWriter err = spec.commandLine().getErr();
        Interrupt.first(() -> {
            err.println("graft: stopping; what is learnt so far is kept. Press Ctrl-C again to end at once.");
            err.flush();
            stop.run();
        });
    }

    /** Begins to load libtorch, which takes a second, while the plugins load and the workflow is checked. */
    private void loadLibtorch() {
        Thread thread = new Thread(
                () -> {
                    try {
                        Compute.choose(device);
                    } catch (Problem laterToldByTheRun) {
                        return;
                    }
                },
                "graft-libtorch");
        thread.setDaemon(true);
        thread.start();
    }

    private Consumer<RunEvent> listener() {
        Consumer<RunEvent> printer = printer();
        return event -> {
            if (event instanceof RunEvent.RunStarted started) {
                Logging.to(started.folder().resolve("libraries.txt"));
            }
            printer.accept(event);
        };
    }

    private Consumer<RunEvent> printer() {
        PrintWriter stdout = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Consumer<RunEvent> printer =
                json ? new JsonPrinter(stdout) : new RunPrinter(stdout, err, Terminal.detect(), System::nanoTime);
        return event -> {
            printer.accept(event);
            if (verbose && event instanceof RunEvent.NodeFailed failed) {
                failed.cause().printStackTrace(err);
                err.flush();
            }
        };
    }

    private static int exitCode(RunResult result) {
        return switch (result.outcome()) {
            case DONE -> ExitCode.DONE;
            case FAILED -> ExitCode.FAILED;
            case CANCELLED -> ExitCode.CANCELLED;
        };
    }
}
