package graft.job;

/** What a place asks and tells while it has jobs run; may be called by several threads. */
public interface JobWatch {

    /** Whether the user asked to stop: jobs that run are ended, and no other begins. */
    boolean stopped();

    /** A sentence for the user: what was handed to whom, under which number. */
    void said(String sentence);

    /**
     * A job is given up for now: it died as often as it may.
     *
     * @param why a clause, such as "its process ended with exit code 137 before it was done"
     */
    void gaveUp(Job job, String why);
}
