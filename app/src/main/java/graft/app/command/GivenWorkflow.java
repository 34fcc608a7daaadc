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
 */
record GivenWorkflow(Workflow workflow, List<Finding> findings) {

    /**
     * Reads a file of any of them.
     *
     * @throws Problem when it is none
     */
    static GivenWorkflow read(Path file, NodeLibrary library, ModelFolders folders) {
        if (ComfyWorkflow.isOne(file)) {
            ComfyWorkflow theirs = ComfyWorkflow.read(file);
            return new GivenWorkflow(theirs.workflow(), theirs.findings());
        }
        if (ParameterWorkflow.isOne(file)) {
            ParameterWorkflow told = ParameterWorkflow.read(file, library, folders);
            return new GivenWorkflow(told.workflow(), told.findings());
        }
        return new GivenWorkflow(Workflow.read(file), List.of());
    }
}
