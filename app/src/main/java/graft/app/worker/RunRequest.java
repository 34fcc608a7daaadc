package graft.app.worker;

import graft.app.workflow.Workflow;
import java.nio.file.Path;
import java.util.List;

/**
 * What to run, and how.
 *
 * @param outputs the nodes to run, with what they need; empty for all that write
 * @param folder where run folders are made
 * @param device "auto", "cpu", "cuda" or "cuda:1"
 */
public record RunRequest(Workflow workflow, List<String> outputs, Path folder, String device) {

    public RunRequest {
        outputs = List.copyOf(outputs);
    }
}
