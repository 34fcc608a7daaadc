package graft.app.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code graft completion}: a script that teaches bash and zsh to complete commands and options. */
@Command(
        name = "completion",
        description = "Prints a script that lets bash and zsh complete Graft's commands and options.",
        footerHeading = "%nExample:%n",
        footer = "  source <(graft completion)")
final class CompletionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(AutoComplete.bash("graft", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
