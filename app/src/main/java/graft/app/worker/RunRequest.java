package graft.app.worker;

import graft.app.workflow.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to run, and how.
 *
 * @param outputs the nodes to run, with what they need; empty for all that write
 * @param folder where run folders are made
 * @param device "auto", "cpu", "cuda" or "cuda:1"
 * @param previewed whether pictures of the work are wanted
 * @param made the run's own folder, where it was made already, in {@code folder} and empty
 */
public record RunRequest(
        Workflow workflow, List<String> outputs, Path folder, String device, boolean previewed, Optional<Path> made) {

    public RunRequest {
        outputs = List.copyOf(outputs);
    }

    public RunRequest(Workflow workflow, List<String> outputs, Path folder, String device) {
        this(workflow, outputs, folder, device, true, Optional.empty());
    }
}
