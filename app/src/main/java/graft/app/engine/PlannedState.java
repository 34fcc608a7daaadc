package graft.app.engine;

/**
 * What a run would do with a node as things are now.
 *
 * @param reason why, as a clause; empty where the kind says it all
 */
public record PlannedState(Kind kind, String reason) {

    /** What there is of a node's result. */
    public enum Kind {
        /** It has not run yet. */
        FRESH,
        /** Its result is kept and would be taken. */
        CACHED,
        /** It ran, and something that it depends on has changed since. */
        STALE,
        /** It writes files, and so runs every time. */
        WRITES,
        /** Something is wrong with it, or with what it needs. */
        WRONG,
        /** It is left out. */
        MUTED,
        /** It is left out, and what comes in goes on. */
        BYPASSED
    }
}
