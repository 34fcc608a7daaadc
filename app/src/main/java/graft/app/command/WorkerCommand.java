package graft.app.command;

import graft.app.engine.RunEvent;
import graft.app.user.ModelFolders;
import graft.app.user.ModelSources;
import graft.app.worker.LocalBackend;
import graft.app.worker.Worker;
import graft.node.Setting;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code graft worker}: runs workflows for the editor, which asks on standard input and hears on standard output. */
@Command(name = "worker", hidden = true, description = "Runs workflows for the editor.")
final class WorkerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--folder",
            paramLabel = "COLLECTION=FOLDER",
            description = "Where models of a kind are, in place of what the user chose; may be given again and again.")
    private List<String> folders = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        OutputStream answers = System.out;
        // Whatever a node or a library prints must not come between the answers.
        System.setOut(System.err);
        LoggerFactory.getILoggerFactory();
        LocalBackend backend = new LocalBackend(Home.library(spec.commandLine().getErr()), this::models);
        new Worker(backend, answers, WorkerCommand::log).serve(System.in);
        return ExitCode.DONE;
    }

    private ModelFolders models() {
        return folders.isEmpty()
                ? ModelSources.ofThisUser(List.of())
                : new ModelFolders(folders.stream().map(WorkerCommand::folder).toList(), List.of());
    }

    private static ModelFolders.Folder folder(String text) {
        int at = text.indexOf('=');
        return new ModelFolders.Folder(
                Setting.Collection.valueOf(text.substring(0, at)), Path.of(text.substring(at + 1)));
    }

    private static void log(RunEvent event) {
        if (event instanceof RunEvent.RunStarted started) {
            Logging.to(started.folder().resolve("libraries.txt"));
        }
    }
}
