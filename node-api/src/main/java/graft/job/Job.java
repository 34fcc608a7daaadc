package graft.job;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One run of a workflow: a command that works in a folder, which every machine sees under the same path.
 *
 * <p>The command may be started at any time, as often as one likes and twice at once. Each start works in a folder of its own below
 * {@link #ATTEMPTS}; the first that is complete gives that folder the name {@link #RESULT} in one step, and all others change nothing.
 * A start that dies leaves states from which the next goes on, with the same bits in the end. A start where there is a result already
 * ends at once.
 *
 * @param name what it is called in its sweep: {@code 0001}
 * @param command the program with its arguments; paths in it are absolute
 * @param directory the working directory of the command
 * @param folder its own
 * @param environment variables that are set for the command beside those that are set where it runs
 */
public record Job(String name, List<String> command, Path directory, Path folder, Map<String, String> environment) {

    /** The folder of the one complete run. */
    public static final String RESULT = "result";

    /** A file that says in a sentence why the workflow cannot be run to its end; written whole. */
    public static final String FAILURE = "failure.json";

    /** Where each start has a folder of its own. */
    public static final String ATTEMPTS = "attempts";

    /** What the command prints goes to this file, where its place has it so. */
    public static final String OUTPUT = "output.txt";

    /**
     * A variable; where it is {@code true} the command ends at once when its standard input ends. A place sets it where it holds the other
     * end, so that no command outlives a machine's part of the place.
     */
    public static final String ENDS_WITH_INPUT = "GRAFT_ENDS_WITH_INPUT";

    /** What its folder tells. */
    public enum State {
        /** Not begun, under way, or died. */
        OPEN,
        /** Its result is there, whole. */
        DONE,
        /** A node failed: another start would fail too. */
        FAILED
    }

    public Job {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** How it stands, by its files. */
    public State state() {
        if (Files.isDirectory(folder.resolve(RESULT))) {
            return State.DONE;
        }
        return Files.exists(folder.resolve(FAILURE)) ? State.FAILED : State.OPEN;
    }

    /** Whether nobody needs to start it any more. */
    public boolean ended() {
        return state() != State.OPEN;
    }
}
