package graft.app.sweep;

import graft.job.Job;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One workflow of a sweep.
 *
 * @param name its number in the folder, {@code 0001}
 * @param settings what is special about it, by {@code node.setting}
 * @param folder its own
 */
public record SweepJob(String name, Map<String, String> settings, Path folder) {

    public SweepJob {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** Its workflow, as it runs. */
    public Path workflow() {
        return folder.resolve(SweepFolder.WORKFLOW);
    }

    /** Its run's folder, once it is done. */
    public Path result() {
        return folder.resolve(Job.RESULT);
    }

    /** What is special about it, in words. */
    public String words() {
        return SweepPlan.words(settings);
    }
}
