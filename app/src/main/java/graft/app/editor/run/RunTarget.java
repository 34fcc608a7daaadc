package graft.app.editor.run;

import graft.app.workflow.OpenWorkflow;

/** An open workflow that can be run, and where the states of its nodes are shown. */
public record RunTarget(OpenWorkflow document, NodeStateSink states) {}
