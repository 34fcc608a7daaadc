package graft.node;

/** Ends a node's work because the user asked to stop; not a failure. */
public final class Cancelled extends Exception {

    private static final long serialVersionUID = 1;

    public Cancelled() {
        super("stopped by the user", null, false, false);
    }
}
