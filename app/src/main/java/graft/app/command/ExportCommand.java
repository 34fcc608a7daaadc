package graft.app.command;

import graft.app.engine.ComfyFiles;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.node.Problem;
import java.io.PrintWriter;
import java.nio.file.Files;
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

/** {@code graft export}: a workflow as a file of another program. */
@Command(
        name = "export",
        description = {
            "Writes a workflow as a file of ComfyUI.",
            "",
            "comfy-api is what ComfyUI runs; comfy is what its window opens. Nodes that came from ComfyUI and that Graft "
                    + "does not know go out as they came. What ComfyUI has nothing like is named, and nothing is written."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:written", "2:the workflow cannot be said in ComfyUI's nodes, or is none"},
        footerHeading = "%nExample:%n",
        footer = "  graft export my.json --to comfy-api --out my-api.json")
final class ExportCommand implements Callable<Integer> {

    /** What to write, as people type it. */
    enum To {
        COMFY_API(ComfyFiles.Form.COMFY_API),
        COMFY(ComfyFiles.Form.COMFY);

        private final ComfyFiles.Form form;

        To(ComfyFiles.Form form) {
            this.form = form;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "The workflow, a JSON file or a picture with one; also one of ComfyUI.")
    private Path file;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FORM",
            description = "What to write: ${COMPLETION-CANDIDATES}.")
    private To to;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to write, a file that is not there yet; without it the text is printed.")
    private Path out;

    @Option(
            names = "--models",
            paramLabel = "PLACE",
            description = "Where models are, to call them by their names there, as for `graft run`.")
    private List<Path> models = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        ModelFolders folders = Home.models(models);
        NodeLibrary library = Home.library(err);
        GivenWorkflow given = GivenWorkflow.read(file, library, folders);
        ComfyFiles files = new ComfyFiles(library, folders);
        if (out == null) {
            spec.commandLine().getOut().println(files.text(given.workflow(), to.form));
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        }
        if (Files.exists(out)) {
            throw new Problem("cannot write " + out, "there is a file of that name", "name another with --out");
        }
        files.write(given.workflow(), to.form, out);
        return ExitCode.DONE;
    }
}
