package graft.job;

import java.util.List;

/** A job as a script for a shell ({@code /bin/sh}), for places that start scripts rather than commands. */
public final class JobScript {

    private JobScript() {}

    /**
     * A script that sets the job's variables, goes to its directory and becomes its command; what that prints is added to
     * {@link Job#OUTPUT}.
     *
     * @param first lines of the place's own that come before the command
     * @param input where the command's standard input comes from, such as {@code </dev/null}; empty for the shell's own
     */
    public static String of(Job job, List<String> first, String input) {
        StringBuilder script = new StringBuilder("#!/bin/sh\n");
        job.environment().forEach((name, value) -> script.append("export ")
                .append(name)
                .append('=')
                .append(quoted(value))
                .append('\n'));
        first.forEach(line -> script.append(line).append('\n'));
        script.append("cd ").append(quoted(job.directory().toString())).append(" || exit 2\nexec");
        job.command().forEach(word -> script.append(' ').append(quoted(word)));
        return script.append(input.isEmpty() ? "" : " " + input)
                .append(" >>")
                .append(quoted(job.folder().resolve(Job.OUTPUT).toString()))
                .append(" 2>&1\n")
                .toString();
    }

    /** A word as the shell takes it for one, and as it is. */
    public static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
