package graft.app.parameters;

import graft.app.workflow.Workflow;
import java.util.List;

/**
 * A picture's text as a workflow of Graft.
 *
 * @param workflow what it became, with all that is otherwise in its notes
 * @param remarks what was not taken over, and what is otherwise here, a sentence each
 */
public record Taken(Workflow workflow, List<Remark> remarks) {

    /** @param node id of the node that it is about; empty for the whole */
    public record Remark(String node, String sentence) {}
}
