package graft.app.workflow;

import java.util.Set;

/** What an edit that makes new things gives: the workflow, and the ids of what is new, to be selected. */
public record Edited(Workflow workflow, Set<String> ids) {}
