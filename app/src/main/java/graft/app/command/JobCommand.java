package graft.app.command;

import graft.app.plugin.NodeLibrary;
import graft.app.sweep.JobRun;
import graft.app.user.ModelFolders;
import graft.job.Job;
import graft.node.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft job}: one start of one job of a sweep, as its place starts it. */
@Command(
        name = "job",
        hidden = true,
        description = "Runs one job of a sweep in its folder; where it has its result already it ends at once.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the result is there",
            "1:a node failed, and failure.json says why",
            "2:it could not begin",
            "130:stopped before it was done"
        })
final class JobCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "The job's folder.")
    private Path folder;

    @Option(names = "--device", paramLabel = "DEVICE", description = "cpu, cuda or cuda:N.")
    private String device;

    @Option(names = "--models", paramLabel = "PLACE", description = "As of `graft run`.")
    private List<Path> models = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (JobRun.ended(folder)) {
            return code();
        }
        if (Boolean.parseBoolean(System.getenv(Job.ENDS_WITH_INPUT))) {
            endWithInput();
        }
        LoggerFactory.getILoggerFactory();
        ModelFolders folders = Home.models(models);
        NodeLibrary library = Home.library(err);
        try {
            JobRun run = new JobRun(folder, library, folders, device);
            boolean ended = run.run(
                    new RunPrinter(spec.commandLine().getOut(), err, Terminal.detect(), System::nanoTime),
                    Interrupt::first);
            return ended ? code() : ExitCode.CANCELLED;
        } catch (IOException | Problem fault) {
            // Another start may have been first, and taken away what this one wrote to.
            if (JobRun.ended(folder)) {
                return code();
            }
            throw fault;
        }
    }

    private int code() {
        return JobRun.isDone(folder) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void endWithInput() {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is said there.
                        }
                    } catch (IOException closed) {
                        // As at its end.
                    }
                    Runtime.getRuntime().halt(ExitCode.CANCELLED);
                },
                "graft-input");
        thread.setDaemon(true);
        thread.start();
    }
}
