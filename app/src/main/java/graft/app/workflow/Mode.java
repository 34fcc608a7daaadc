package graft.app.workflow;

/** Whether a node takes part in a run. */
public enum Mode {
    /** It runs when something needs it. */
    RUN,
    /** It is left out, and gives nothing to the nodes after it. */
    MUTED,
    /** It is left out, and what comes in goes on to the nodes after it where the kinds fit. */
    BYPASSED
}
