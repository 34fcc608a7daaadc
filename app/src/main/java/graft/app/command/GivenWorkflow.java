package graft.app.command;

import graft.app.engine.ComfyWorkflow;
import graft.app.engine.Finding;
import graft.app.engine.ParameterWorkflow;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * The workflow that a command was given: Graft's, ComfyUI's as it is taken over, or what a picture of another program tells.
 *
 * @param findings what of another program's was not taken over
 * @param report lines for people: what became of each class of ComfyUI's nodes
 */
record GivenWorkflow(Workflow workflow, List<Finding> findings, List<String> report) {

    /**
     * Reads a file of any of them.
     *
     * @throws Problem when it is none
     */
    static GivenWorkflow read(Path file, NodeLibrary library, ModelFolders folders) {
        if (ComfyWorkflow.isOne(file)) {
            ComfyWorkflow theirs = ComfyWorkflow.read(file, library, folders);
            return new GivenWorkflow(theirs.workflow(), theirs.findings(), theirs.report());
        }
        if (ParameterWorkflow.isOne(file)) {
            ParameterWorkflow told = ParameterWorkflow.read(file, library, folders);
            return new GivenWorkflow(told.workflow(), told.findings(), List.of());
        }
        return new GivenWorkflow(Workflow.read(file), List.of(), List.of());
    }
}
