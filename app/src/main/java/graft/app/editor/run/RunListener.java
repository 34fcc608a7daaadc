package graft.app.editor.run;

import graft.app.engine.RunEvent;
import graft.node.Problem;
import java.util.List;
import java.util.Optional;

/** Hears of runs, on the event dispatch thread. */
interface RunListener {

    /** A run begins. */
    default void began(RunJob job) {}

    /** What happened since the last time. */
    default void events(RunJob job, List<RunEvent> events) {}

    /** A run is over; the problem is why nothing ran, or why it broke off. */
    default void ended(RunJob job, RunEvent.Outcome outcome, Optional<Problem> problem) {}

    /** The queue, or what is asked of the run under way, changed. */
    default void changed() {}
}
