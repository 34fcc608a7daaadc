package graft.app.editor.run;

import graft.app.engine.RunQueue;
import graft.app.workflow.OpenWorkflow;
import java.util.Optional;

/**
 * A run under way.
 *
 * @param document the workflow that it is of; empty when the run waited since an earlier session
 */
record RunJob(RunQueue.Entry run, Optional<OpenWorkflow> document, RunProgress progress) {}
