package graft.app.editor.dataset;

import graft.app.engine.Known;
import graft.app.workflow.Size;
import graft.app.workflow.Workflow;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The workflow whose pictures are looked at. All on the event dispatch thread. */
public interface DatasetHost {

    /** The nodes among which those are that are edited. */
    Workflow shown();

    /** The whole workflow as an edit of what is shown would leave it. */
    Workflow with(UnaryOperator<Workflow> change);

    /** What the ids of what is shown begin with in the whole. */
    String prefix();

    /** The sizes of nodes by id, as drawn. */
    Function<String, Size> sizes();

    /**
     * Carries an edit out.
     *
     * @param label what undo calls it
     * @param mergeKey edits that follow each other with the same key are one step of undo; empty for a step of its own
     */
    void edit(String label, String mergeKey, UnaryOperator<Workflow> change);

    /** Tells soon what is known of a whole workflow before it runs. */
    void known(Workflow whole, Consumer<Known> then);

    /** Says in passing how something went. */
    void say(String words);

    /** Goes back to the canvas. */
    void close();
}
