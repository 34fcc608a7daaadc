package graft.app.command;

import graft.app.engine.Versions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code graft version}: what runs here. */
@Command(name = "version", description = "Prints the versions of Graft and of what it runs on.")
final class VersionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (Map.Entry<String, String> version : Versions.all().entrySet()) {
            spec.commandLine().getOut().printf("%-9s %s%n", version.getKey(), version.getValue());
        }
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }

    /** The one line of {@code graft --version}. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Graft " + Versions.graft()};
        }
    }
}
