package graft.app.engine;

import graft.app.parameters.ParameterPicture;
import graft.app.parameters.Taken;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.List;

/**
 * A picture of A1111, Forge or InvokeAI as a workflow of Graft, made from the text in which it tells how it was drawn.
 *
 * @param findings warnings: what was not taken over, and what is otherwise here
 */
public record ParameterWorkflow(Workflow workflow, List<Finding> findings) {

    /** Whether a file is such a picture, and holds no workflow. */
    public static boolean isOne(Path file) {
        return ParameterPicture.isOne(file);
    }

    /**
     * Reads a picture.
     *
     * @param folders where what it names is looked for
     * @throws Problem when it does not tell how it was drawn
     */
    public static ParameterWorkflow read(Path file, NodeLibrary library, ModelFolders folders) {
        Taken taken = ParameterPicture.read(file, library, folders);
        return new ParameterWorkflow(
                taken.workflow(),
                taken.remarks().stream()
                        .map(remark -> Finding.warning(remark.node(), remark.sentence()))
                        .toList());
    }
}
