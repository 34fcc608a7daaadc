package graft.app.editor.run;

import graft.app.editor.viewer.ViewerActions;
import graft.app.plugin.MissingNode;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What running asks of the window that it is in. All on the event dispatch thread. */
public interface RunHost extends ViewerActions {

    /** The workflow in front; empty when there is none. */
    Optional<RunTarget> front();

    /** Whether a workflow is open still. */
    boolean isOpen(OpenWorkflow document);

    /** Opens a workflow, as it was run once, in a tab of its own. */
    void open(Workflow workflow, String title);

    /** Brings a workflow to the front, where it is open still, and shows one of its nodes. */
    void reveal(OpenWorkflow document, String node);

    /** Where run folders are made, unless a workflow has a place of its own. */
    Path runs();

    /** All places in which there are runs to look back at: that of all, and those of the workflows that are open. */
    List<Path> places();

    /** What to compute on: auto, cpu, cuda or cuda:1. */
    String device();

    /** Shows the plugin that brings a type of node, or looks for one. */
    void bring(MissingNode missing);

    /** Loads an installed plugin no more; its nodes stay in workflows as placeholders. */
    void disable(String plugin);

    /** Says in passing how something went. */
    void say(String words);
}
