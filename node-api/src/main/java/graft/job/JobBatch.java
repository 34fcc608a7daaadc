package graft.job;

import java.nio.file.Path;
import java.util.List;

/**
 * Jobs that are handed to a place together.
 *
 * @param title of the sweep, for lists of jobs; of letters, digits and hyphens
 * @param jobs at least one
 * @param folder where the place keeps what it has to know when it is handed the same jobs again, after the sweep was killed; it may
 *     not be there yet
 * @param atOnce how many may run at the same time; 0 where the place decides
 * @param tries how often a job is started that dies before it has ended; at least 1
 * @param memory bytes of main memory that one of them takes; 0 where nobody knows
 */
public record JobBatch(String title, List<Job> jobs, Path folder, int atOnce, int tries, long memory) {

    public JobBatch {
        jobs = List.copyOf(jobs);
    }
}
