package graft.app.command;

import graft.app.engine.ComfyWorkflow;
import graft.app.engine.Finding;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * The workflow that a command was given: Graft's, or ComfyUI's as it is taken over.
 *
 * @param findings what of ComfyUI's was not taken over
 * @param report what became of each class of its nodes; nothing for a workflow of Graft
 */
record GivenWorkflow(Workflow workflow, List<Finding> findings, List<String> report) {

    /**
     * Reads a file of either.
     *
     * @throws Problem when it is none
     */
    static GivenWorkflow read(Path file, NodeLibrary library) {
        if (ComfyWorkflow.isOne(file)) {
            ComfyWorkflow theirs = ComfyWorkflow.read(file, library);
            return new GivenWorkflow(theirs.workflow(), theirs.findings(), theirs.report());
        }
        return new GivenWorkflow(Workflow.read(file), List.of(), List.of());
    }
}
