package slurm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What one of Slurm's commands said.
 *
 * @param code its exit code; -1 where it could not be started
 * @param said both its streams
 */
record Answer(int code, String said) {

    /** Runs a command and waits for it. */
    static Answer of(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), said.strip());
        } catch (IOException missing) {
            return new Answer(-1, "the command " + command.get(0) + " is not there");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Answer(-1, "it was interrupted");
        }
    }

    /** Its last line, which is where Slurm's commands say what is wrong. */
    String reason() {
        return said.substring(said.lastIndexOf('\n') + 1).replaceFirst("^(sbatch|squeue|scancel): (error: )?", "");
    }
}
