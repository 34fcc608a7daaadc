package graft.app.command;

import graft.node.Problem;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code graft} command: reads the command line and hands over to one of the commands. */
@Command(
        name = "graft",
        versionProvider = VersionCommand.Provider.class,
        customSynopsis = {"graft [FILE...]", "   or: graft COMMAND [ARGUMENT...]"},
        description = {
            "Trains and runs diffusion models by wiring nodes: load a base model, caption pictures, train a LoRA, "
                    + "stack adapters, sample.",
            "",
            "A workflow is a JSON file of nodes and wires. Without a command the editor opens; `graft run` runs a "
                    + "workflow without a window."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  graft run workflows/text-to-image.json",
            "      runs a workflow; what it writes lands in a new folder under runs/",
            "  graft run workflows/train-lora.json --set train.steps=200 --out results",
            "      runs it with another setting of the node \"train\"",
            "  graft check my.json",
            "      names everything that is wrong with a workflow, and runs nothing",
            "  graft nodes graft/lora/train",
            "      explains a node: its sockets, settings and defaults",
            "",
            "Exit codes:",
            "    0  done",
            "    1  a node failed, or a check of `doctor` did",
            "    2  wrong input: nothing ran",
            "  130  stopped by the user",
            "",
            "Environment:",
            "  GRAFT_CACHE           where the built-in model is unpacked to (default: the user's cache folder)",
            "  GRAFT_CONFIG          where the editor keeps its settings (default: the user's settings folder)",
            "  GRAFT_JAVA_OPTS       further options for the Java machine, for example -Xmx4g",
            "  GRAFT_MODELS          folders in which models are looked for by name, and files such as "
                    + "extra_model_paths.yaml, separated as in PATH",
            "  GRAFT_NATIVES=cuda    leaves libtorch's CPU build out, so that its CUDA build is used",
            "  GRAFT_PLUGINS         the folder that plugins are installed into (default: plugins/installed; of an installed "
                    + "Graft, plugins in the settings folder)",
            "  PYTORCH_LIBRARY_PATH  a folder with the libraries of a libtorch that is already there"
        },
        subcommands = {
            EditCommand.class,
            RunCommand.class,
            SweepCommand.class,
            CheckCommand.class,
            DataCommand.class,
            ExportCommand.class,
            NodesCommand.class,
            PluginsCommand.class,
            DoctorCommand.class,
            BenchCommand.class,
            KillTestCommand.class,
            SoakTestCommand.class,
            WorkerCommand.class,
            JobCommand.class,
            ScoreMethodsCommand.class,
            PackageCommand.class,
            VersionCommand.class,
            CompletionCommand.class
        })
public final class Graft implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "Workflows to open in the editor, or pictures that carry one, as `graft edit` does.")
    private List<Path> files = new ArrayList<>();

    /** Seconds that what plugins asked for at the end of the process may take. */
    private static final int LAST_WORDS = 5;

    public static void main(String[] arguments) {
        int code = commandLine().execute(arguments);
        Thread end = new Thread(() -> endSoon(code), "graft-end");
        end.setDaemon(true);
        end.start();
        System.exit(code);
    }

    /** A shutdown hook of a stranger's that does not come back keeps no process. */
    private static void endSoon(int code) {
        try {
            TimeUnit.SECONDS.sleep(LAST_WORDS);
        } catch (InterruptedException noMoreTime) {
            LoggerFactory.getLogger(Graft.class).info("the process ends now");
        }
        Runtime.getRuntime().halt(code);
    }

    /** The command line with its error handling, as {@link #main} uses it. */
    public static CommandLine commandLine() {
        CommandLine command = new CommandLine(new Graft());
        command.setParameterExceptionHandler(new WrongArguments());
        command.setExecutionExceptionHandler(new Failure());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        withHelp(command);
        command.setUsageHelpAutoWidth(true);
        return command;
    }

    /** Without a command, the editor. */
    @Override
    public Integer call() throws InterruptedException {
        for (Path file : files) {
            if (!Files.exists(file)) {
                String given = file.toString();
                throw given.matches("[a-z-]+")
                        ? new UnknownCommand(spec.commandLine(), given)
                        : new ParameterException(spec.commandLine(), "There is no file " + given);
            }
        }
        EditCommand.open(spec, files);
        return ExitCode.DONE;
    }

    /** Commands that are methods have it already: picocli wants it before their parameters. */
    private static void withHelp(CommandLine command) {
        command.getSubcommands().values().forEach(Graft::withHelp);
        if (!command.getCommandSpec().mixinStandardHelpOptions()) {
            command.getCommandSpec().mixinStandardHelpOptions(true);
        }
    }

    /** A word that is neither a command nor a file; those that are alike are named. */
    private static final class UnknownCommand extends UnmatchedArgumentException {

        private static final long serialVersionUID = 1;
        private final String word;

        private UnknownCommand(CommandLine command, String word) {
            super(command, List.of(word));
            this.word = word;
        }

        @Override
        public String getMessage() {
            return "There is no command " + word;
        }
    }

    /** Says in one sentence what is wrong with the arguments. */
    private static final class WrongArguments implements IParameterExceptionHandler {
        @Override
        public int handleParseException(ParameterException wrong, String[] arguments) {
            CommandLine command = wrong.getCommandLine();
            PrintWriter err = command.getErr();
            String sentence = wrong.getMessage();
            err.println("graft: " + (sentence.endsWith(".") ? sentence : sentence + ".") + " See `"
                    + command.getCommandSpec().qualifiedName() + " --help`.");
            UnmatchedArgumentException.printSuggestions(wrong, err);
            return ExitCode.WRONG_INPUT;
        }
    }

    /** Says in one sentence what the user can mend; anything else is a fault of Graft and shows its trace. */
    private static final class Failure implements IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
            if (failure instanceof Problem) {
                command.getErr().println("graft: " + failure.getMessage());
                return ExitCode.WRONG_INPUT;
            }
            command.getErr().println("graft: this is a fault of Graft, please report it with the lines below.");
            failure.printStackTrace(command.getErr());
            return ExitCode.FAILED;
        }
    }
}
