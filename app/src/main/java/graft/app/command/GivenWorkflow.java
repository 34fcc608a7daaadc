package graft.app.command;

import graft.app.engine.ComfyWorkflow;
import graft.app.engine.Finding;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * The workflow that a command was given: Graft's, or ComfyUI's as it is taken over.
 *
 * @param findings what of ComfyUI's was not taken over
 */
record GivenWorkflow(Workflow workflow, List<Finding> findings) {

    /**
     * Reads a file of either.
     *
     * @throws Problem when it is none
     */
    static GivenWorkflow read(Path file) {
        if (ComfyWorkflow.isOne(file)) {
            ComfyWorkflow theirs = ComfyWorkflow.read(file);
            return new GivenWorkflow(theirs.workflow(), theirs.findings());
        }
        return new GivenWorkflow(Workflow.read(file), List.of());
    }
}
