package graft.app.command;

import graft.app.editor.shell.Editor;
import graft.app.sandbox.ThisProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft edit}: the desktop editor. */
@Command(
        name = "edit",
        description = "Opens the editor, where workflows are composed, run and watched by eye.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the window was closed", "2:there is no display, or the settings cannot be read"},
        footerHeading = "%nExample:%n",
        footer = "  graft edit workflows/train-lora.json")
final class EditCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "Workflows to open, or pictures that carry one; without any, what was open last.")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        open(spec, files);
        return ExitCode.DONE;
    }

    /** In the current folder, as without a window; in the user's own where a menu of the system starts in one that is nobody's. */
    private static Path runs() {
        Path here = Path.of("").toAbsolutePath();
        return (Files.isWritable(here) ? here : Path.of(System.getProperty("user.home"))).resolve("runs");
    }

    /** Opens the editor and returns when it was closed. */
    static void open(CommandSpec spec, List<Path> files) throws InterruptedException {
        Editor.run(
                Home.folder().resolve("workflows"),
                runs(),
                Home.library(spec.commandLine().getErr()),
                ThisProgram.command("-Dgraft.home=" + Home.folder(), Graft.class.getName()),
                files);
    }
}
