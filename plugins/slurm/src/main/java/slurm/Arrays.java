package slurm;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import graft.file.AtomicFile;
import graft.job.Job;
import graft.job.JobBatch;
import graft.job.JobScript;
import graft.job.JobWatch;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job arrays of one batch, until each job has ended or is given up.
 *
 * <p>What was handed over is in {@code arrays.json} of the batch's folder: a sweep that was killed finds it there, and hands nothing over
 * twice that still waits or runs.
 */
final class Arrays {

    private static final Gson GSON = new Gson();
    private static final Pattern LARGEST = Pattern.compile("MaxArraySize\\s*=\\s*(\\d+)");
    private static final Pattern REASON = Pattern.compile("JobState=(\\S+).*?ExitCode=(\\S+)", Pattern.DOTALL);

    /** Looks at which a task is not in the queue and its job has no end: file systems tell late what other machines wrote. */
    private static final int PATIENCE = 2;

    private static final int USUAL_LARGEST = 1001;

    /**
     * An array that was handed over.
     *
     * @param id Slurm's number
     * @param jobs by the index of their tasks
     */
    private record Given(String id, List<String> jobs) {}

    private record Ledger(List<Given> arrays) {}

    private final JobBatch batch;
    private final JobWatch watch;
    private final List<String> options;
    private final int look;
    private final Path ledger;
    private final List<Given> given = new ArrayList<>();
    private final Map<String, Job> open = new HashMap<>();

    /** By the name of a job. */
    private final Map<String, Integer> starts = new HashMap<>();

    private final Map<String, Integer> missed = new HashMap<>();
    private boolean mute;

    Arrays(JobBatch batch, JobWatch watch, List<String> options, int look) {
        this.batch = batch;
        this.watch = watch;
        this.options = options;
        this.look = look;
        this.ledger = batch.folder().resolve("arrays.json");
    }

    void run() throws IOException, InterruptedException {
        batch.jobs().forEach(job -> open.put(job.name(), job));
        readLedger();
        Set<String> queued = queued();
        List<Job> fresh = batch.jobs().stream()
                .filter(job -> !queued.contains(job.name()))
                .toList();
        if (fresh.size() < open.size()) {
            watch.said((open.size() - fresh.size()) + " jobs wait or run in Slurm since before");
        }
        hand(fresh);
        while (true) {
            for (int i = 0; i < look; i++) {
                if (open.isEmpty() || watch.stopped()) {
                    cancel();
                    return;
                }
                TimeUnit.SECONDS.sleep(1);
                open.values().removeIf(Job::ended);
            }
            Set<String> alive = queued();
            if (!mute) {
                hand(died(alive));
            }
        }
    }

    // --- handing over
    // ------------------------------------------------------------------------------------------------

    private void hand(List<Job> jobs) throws IOException {
        int largest = largest();
        for (int from = 0; from < jobs.size(); from += largest) {
            array(jobs.subList(from, Math.min(jobs.size(), from + largest)));
        }
    }

    private static int largest() {
        Matcher size = LARGEST.matcher(Answer.of(List.of("scontrol", "show", "config")).said());
        // Indices are below it.
        return Math.max(1, (size.find() ? Integer.parseInt(size.group(1)) : USUAL_LARGEST) - 1);
    }

    private void array(List<Job> jobs) throws IOException {
        Path scripts = Files.createDirectories(batch.folder().resolve("array-" + (given.size() + 1)));
        for (int i = 0; i < jobs.size(); i++) {
            write(scripts.resolve(i + ".sh"), script(jobs.get(i)));
        }
        Path script = scripts.resolve("array.sh");
        write(script, "#!/bin/sh\nexec /bin/sh " + JobScript.quoted(scripts.toString()) + "/$SLURM_ARRAY_TASK_ID.sh\n");
        List<String> command = new ArrayList<>(List.of(
                "sbatch",
                "--parsable",
                "--job-name=graft-" + batch.title(),
                "--array=0-" + (jobs.size() - 1) + (batch.atOnce() > 0 ? "%" + batch.atOnce() : ""),
                "--requeue",
                "--open-mode=append",
                "--chdir=" + scripts,
                "--output=" + scripts.resolve("%a.txt")));
        command.addAll(options);
        command.add(script.toString());
        Answer answer = Answer.of(command);
        if (answer.code() != 0) {
            throw new Problem(
                    "cannot hand " + jobs.size() + " jobs over to Slurm",
                    "sbatch says: " + answer.reason(),
                    "set what it asks for with --with, such as --with partition=gpu; what was done is kept");
        }
        String id = answer.reason().replaceFirst(";.*", "");
        given.add(new Given(id, jobs.stream().map(Job::name).toList()));
        write(ledger, GSON.toJson(new Ledger(given)) + "\n");
        jobs.forEach(job -> {
            starts.merge(job.name(), 1, Integer::sum);
            missed.remove(job.name());
        });
        watch.said(jobs.size() + (jobs.size() == 1 ? " job is" : " jobs are") + " Slurm's array " + id);
    }

    static String script(Job job) {
        // As many threads as Slurm gives processors.
        return JobScript.of(
                job, List.of("export OMP_NUM_THREADS=\"${OMP_NUM_THREADS:-$SLURM_CPUS_PER_TASK}\""), "</dev/null");
    }

    private static void write(Path file, String text) {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void readLedger() throws IOException {
        if (Files.exists(ledger)) {
            try {
                given.addAll(GSON.fromJson(Files.readString(ledger), Ledger.class).arrays());
            } catch (JsonParseException | NullPointerException strange) {
                watch.said("what was handed over to Slurm before is not known: " + ledger + " cannot be read");
            }
        }
    }

    // --- looking after
    // -----------------------------------------------------------------------------------------------

    /** The open jobs that wait or run. */
    private Set<String> queued() {
        Set<String> names = new HashSet<>();
        boolean silent = false;
        for (Given array : List.copyOf(given)) {
            if (array.jobs().stream().noneMatch(open::containsKey)) {
                continue;
            }
            // Numbers begin anew on a cluster that is set up anew: the folder tells whose an array is.
            Answer answer = Answer.of(List.of("squeue", "--noheader", "--array", "--jobs=" + array.id(), "--format=%K %Z"));
            if (answer.code() == 0) {
                answer.said()
                        .lines()
                        .map(line -> line.strip().split(" ", 2))
                        .filter(cells -> cells.length == 2
                                && cells[0].matches("\\d+")
                                && Path.of(cells[1]).startsWith(batch.folder()))
                        .map(cells -> Integer.parseInt(cells[0]))
                        .filter(index -> index < array.jobs().size())
                        .forEach(index -> names.add(array.jobs().get(index)));
            } else if (!answer.said().contains("Invalid job id")) {
                silent = true;
                if (!mute) {
                    watch.said("Slurm does not answer, which is waited for: " + answer.reason());
                }
            }
        }
        mute = silent;
        return names;
    }

    /** Those to hand over again; those that died too often are given up. */
    private List<Job> died(Set<String> alive) {
        List<Job> again = new ArrayList<>();
        for (Job job : List.copyOf(open.values())) {
            if (alive.contains(job.name())) {
                missed.remove(job.name());
            } else if (job.ended()) {
                open.remove(job.name());
            } else if (missed.merge(job.name(), 1, Integer::sum) >= PATIENCE) {
                if (starts.getOrDefault(job.name(), 0) < batch.tries()) {
                    again.add(job);
                } else {
                    open.remove(job.name());
                    watch.gaveUp(job, why(job) + "; what it said is in " + job.folder().resolve(Job.OUTPUT));
                }
            }
        }
        return again;
    }

    /** As Slurm's accounting tells it, else its controller for as long as that remembers. */
    private String why(Job job) {
        for (int i = given.size() - 1; i >= 0; i--) {
            int index = given.get(i).jobs().indexOf(job.name());
            if (index >= 0) {
                String task = given.get(i).id() + "_" + index;
                Answer told = Answer.of(List.of(
                        "sacct", "--noheader", "--allocations", "--parsable2", "--jobs=" + task, "--format=State,ExitCode"));
                String[] cells = told.reason().split("\\|");
                if (told.code() == 0 && cells.length == 2) {
                    return "Slurm's task " + task + " ended as " + cells[0] + " with exit code " + cells[1];
                }
                Matcher known =
                        REASON.matcher(Answer.of(List.of("scontrol", "show", "job", task)).said());
                return known.find()
                        ? "Slurm's task " + task + " ended as " + known.group(1) + " with exit code " + known.group(2)
                        : "Slurm's task " + task + " is gone and its job was not done";
            }
        }
        return "Slurm does not know it";
    }

    private void cancel() {
        for (Given array : given) {
            if (array.jobs().stream().anyMatch(open::containsKey)) {
                Answer.of(List.of("scancel", array.id()));
            }
        }
    }
}
