package graft.app.editor.viewer;

import graft.node.Problem;
import java.nio.file.Path;

/** What a viewer asks of the window that it is in. */
public interface ViewerActions {

    /** Makes the picture the input of a node of the workflow in front. */
    void sendToNode(Path picture);

    /** Opens the workflow that made the picture, which its file holds. */
    void openWorkflow(Path picture);

    /** Says to the user what went wrong. */
    void tell(Problem problem);
}
