package graft.job;

import graft.node.Choice;
import graft.node.Problem;
import graft.node.QuickAnswer;
import org.pf4j.ExtensionPoint;

/**
 * Where the jobs of a sweep run.
 *
 * <p>This machine is {@link Kind#LOCAL}. A plugin offers another, such as a cluster, as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice of {@code graft sweep --on}, and fields with
 * {@link graft.node.Setting} are settings of its own. Graft schedules nothing: which job runs when and on which machine is the place's to
 * decide, and so is what becomes of one whose machine fails.
 *
 * <p>A place is told of a job's end by nothing but {@link Job#state}, since a job may have been ended by another start of it. A place
 * may start a job again whenever it likes, and twice at once: see {@link Job}.
 */
@Choice.Set(builtIn = JobPlace.Kind.class)
public interface JobPlace extends Choice, ExtensionPoint {

    /** What comes with Graft. */
    enum Kind implements JobPlace, Choice.BuiltIn {
        /** Processes on this machine. */
        LOCAL;

        @Override
        public String title() {
            return "This machine";
        }

        @Override
        public void check(JobBatch batch) {
            // There is always room for one process.
        }

        @Override
        public void run(JobBatch batch, JobWatch watch) throws InterruptedException {
            new LocalProcesses(batch, watch).run();
        }
    }

    /**
     * Looks, before anything is handed over, whether it can have such jobs run.
     *
     * @throws Problem saying what is missing here
     */
    @QuickAnswer(seconds = 60)
    void check(JobBatch batch);

    /**
     * Has jobs run, and comes back when each has ended or is given up, or the user asked to stop.
     *
     * <p>Called again with the same folder after the sweep's own process was killed: jobs of before that still wait or run are taken up, not
     * handed over again, where the place can tell.
     *
     * @throws Problem when it cannot go on; what has ended is kept
     */
    void run(JobBatch batch, JobWatch watch) throws Exception;
}
