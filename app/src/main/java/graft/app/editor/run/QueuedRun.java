package graft.app.editor.run;

import graft.app.workflow.Workflow;
import java.util.List;

/**
 * A run that waits.
 *
 * @param id its own, never used again
 * @param title what the queue calls it
 * @param outputs the nodes to run, with what they need; empty for all that write
 */
record QueuedRun(String id, String title, Workflow workflow, List<String> outputs) {

    QueuedRun {
        outputs = List.copyOf(outputs);
    }
}
