package graft.app.editor.canvas;

/**
 * How it stands with a node in a run.
 *
 * @param reason why it is so, a clause in plain words; empty when there is nothing to say
 * @param progress of the run of this node, 0 to 1; below 0 while that is unknown
 * @param seconds that its last run took; below 0 while it has not run
 * @param problem what went wrong, a sentence; empty while nothing did
 */
public record NodeState(Kind kind, String reason, double progress, double seconds, String problem) {

    /** The state of a node that nothing is known of. */
    public static final NodeState FRESH = of(Kind.FRESH, "");

    /** What a node is at. */
    public enum Kind {
        /** Not run yet. */
        FRESH,
        /** Its result is there from an earlier run. */
        CACHED,
        /** Its result is older than what it was made from. */
        STALE,
        WAITING,
        RUNNING,
        DONE,
        FAILED,
        MUTED
    }

    public static NodeState of(Kind kind, String reason) {
        return new NodeState(kind, reason, -1, -1, "");
    }

    public static NodeState running(double progress) {
        return new NodeState(Kind.RUNNING, "", progress, -1, "");
    }

    public static NodeState done(double seconds) {
        return new NodeState(Kind.DONE, "", -1, seconds, "");
    }

    public static NodeState failed(String problem) {
        return new NodeState(Kind.FAILED, "", -1, -1, problem);
    }
}
