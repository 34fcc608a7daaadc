package graft.model;

/**
 * A hook that stands in a pass of its own: what is predicted for the positive prompts is moved away from what is predicted for them with
 * it, so many times as far.
 *
 * <p>With the positive ones as c and those of its own pass as p, the prediction after all other guidance is raised by scale · (c − p).
 */
public interface GuidingHook extends NetworkHook {

    /** How many times the difference counts; at 0 there is no such pass. */
    double scale();
}
