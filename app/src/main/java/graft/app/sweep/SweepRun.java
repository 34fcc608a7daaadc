package graft.app.sweep;

import graft.job.Job;
import graft.job.JobBatch;
import graft.job.JobPlace;
import graft.job.JobWatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Hands the jobs of a sweep to a place, says how far they are, and writes the report as they end. */
public final class SweepRun {

    private static final long LOOK_MILLIS = 500;
    private static final long SAY_NANOS = 2_000_000_000L;
    private static final long REPORT_NANOS = 30_000_000_000L;

    private final SweepFolder folder;
    private final String title;
    private final JobPlace place;
    private final Function<SweepJob, Job> command;
    private final JobBatch limits;
    private final Consumer<String> said;
    private final Map<String, String> gaveUp = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /**
     * @param command how a job is started
     * @param limits what a batch may take; its title, jobs and folder are of no matter
     * @param said a sentence for the user, by several threads
     */
    public SweepRun(
            SweepFolder folder,
            String title,
            JobPlace place,
            Function<SweepJob, Job> command,
            JobBatch limits,
            Consumer<String> said) {
        this.folder = folder;
        this.title = title;
        this.place = place;
        this.command = command;
        this.limits = limits;
        this.said = said;
    }

    /** Ends what runs; from any thread. */
    public void stop() {
        stopped = true;
    }

    public boolean isStopped() {
        return stopped;
    }

    /**
     * Has those run that have not ended yet, and waits for them.
     *
     * @param reported told now and then, and at the end, that there is more to report
     */
    public void run(List<SweepJob> jobs, Runnable reported) throws Exception {
        List<Job> open = jobs.stream()
                .map(command)
                .filter(job -> job.state() == Job.State.OPEN)
                .toList();
        open.forEach(job -> gaveUp.remove(job.name()));
        if (jobs.size() > open.size()) {
            said.accept((jobs.size() - open.size()) + " of " + jobs.size() + " jobs had ended before");
        }
        if (open.isEmpty() || stopped) {
            return;
        }
        JobBatch batch = new JobBatch(
                title,
                open,
                folder.path().resolve("places").resolve(place.id().replace('/', '-')),
                limits.atOnce(),
                limits.tries(),
                limits.memory());
        place.check(batch);
        CountDownLatch over = new CountDownLatch(1);
        Thread watching = new Thread(() -> watch(open, jobs.size() - open.size(), over, reported), "graft-sweep");
        watching.setDaemon(true);
        watching.start();
        try {
            place.run(batch, new Watch());
        } finally {
            // Not interrupted: it may be writing the report.
            over.countDown();
            watching.join();
        }
    }

    /** Looks at the folders of those that are open. */
    private void watch(List<Job> jobs, int before, CountDownLatch over, Runnable reported) {
        List<Job> open = new ArrayList<>(jobs);
        long began = System.nanoTime();
        long toldNanos = began;
        long reportNanos = began;
        int told = 0;
        int failed = 0;
        try {
            // The more there are, the more rarely: each look is one at a file that others may hold far away.
            while (!open.isEmpty() && !over.await(LOOK_MILLIS + 2L * open.size(), TimeUnit.MILLISECONDS)) {
                for (Job job : List.copyOf(open)) {
                    Job.State state = job.state();
                    if (state != Job.State.OPEN) {
                        open.remove(job);
                        failed += state == Job.State.FAILED ? 1 : 0;
                    }
                }
                int ended = jobs.size() - open.size();
                long now = System.nanoTime();
                if (ended > told && (now - toldNanos > SAY_NANOS || open.isEmpty())) {
                    double left = (now - began) / 1e9 / ended * open.size();
                    said.accept(new SweepProgress(ended + before, jobs.size() + before, failed, left).sentence());
                    told = ended;
                    toldNanos = now;
                    if (now - reportNanos > REPORT_NANOS) {
                        reported.run();
                        reportNanos = now;
                    }
                }
            }
        } catch (InterruptedException ended) {
            return;
        }
    }

    /** What became of jobs. */
    public List<JobResult> results(List<SweepJob> jobs) {
        return jobs.stream()
                .map(job -> JobResult.of(job, gaveUp.getOrDefault(job.name(), "")))
                .toList();
    }

    /**
     * Writes the report.
     *
     * @param jobs by what was to be had of each where it stopped early; nothing for one that has all
     * @return the page
     */
    public Path report(String heading, Ranking ranking, Map<SweepJob, String> jobs) {
        Map<String, String> stoppedAt = new HashMap<>();
        Map<String, List<JobResult>> byBudget = new LinkedHashMap<>();
        jobs.forEach((job, at) -> {
            if (!at.isEmpty()) {
                stoppedAt.put(job.name(), at);
            }
            byBudget.computeIfAbsent(at, each -> new ArrayList<>())
                    .add(JobResult.of(job, gaveUp.getOrDefault(job.name(), "")));
        });
        List<JobResult> ranked = new ArrayList<>();
        byBudget.values().forEach(each -> ranked.addAll(ranking.ranked(each)));
        return SweepReport.write(folder.path(), heading, ranking, ranked, stoppedAt);
    }

    private final class Watch implements JobWatch {

        @Override
        public boolean stopped() {
            return stopped;
        }

        @Override
        public void said(String sentence) {
            said.accept(sentence);
        }

        @Override
        public void gaveUp(Job job, String why) {
            gaveUp.put(job.name(), "It was given up: " + why + ".");
            said.accept(job.name() + " is given up: " + why);
        }
    }
}
