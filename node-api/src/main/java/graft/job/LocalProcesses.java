package graft.job;

import graft.file.FileFault;
import graft.tensor.Memory;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Jobs as processes of this machine, so many at a time.
 *
 * <p>Without a number: as many as there are processors and memory for. Each has its share of the processors; of CUDA devices each has one.
 */
final class LocalProcesses {

    /** What a process takes beside what its nodes were forecast to take, and what one takes of which nothing is known. */
    private static final long OWN = 600L << 20;

    private static final long UNKNOWN = 2L << 30;

    private static final int LOOK_MILLIS = 200;

    private final JobBatch batch;
    private final JobWatch watch;
    private final List<Path> devices;
    private final int processors = Runtime.getRuntime().availableProcessors();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Map<Job, Integer> starts = new HashMap<>();

    /** Of the first slots; null where a slot is free. */
    private final Running[] slots;

    private record Running(Job job, Process process) {}

    LocalProcesses(JobBatch batch, JobWatch watch) {
        this.batch = batch;
        this.watch = watch;
        this.devices = devices();
        this.waiting.addAll(batch.jobs());
        this.slots = new Running[atOnce()];
    }

    private static List<Path> devices() {
        List<Path> found = new ArrayList<>();
        for (int i = 0; Files.exists(Path.of("/dev/nvidia" + i)); i++) {
            found.add(Path.of("/dev/nvidia" + i));
        }
        return found;
    }

    private int atOnce() {
        int most = Math.min(batch.jobs().size(), batch.atOnce());
        if (batch.atOnce() == 0) {
            long need = batch.memory() == 0 ? UNKNOWN : batch.memory() + OWN;
            long room = (long) (Memory.available().orElse(UNKNOWN) * Memory.USABLE / need);
            long units = devices.isEmpty() ? processors : devices.size();
            most = (int) Math.min(batch.jobs().size(), Math.min(units, room));
        }
        return Math.max(1, most);
    }

    void run() throws InterruptedException {
        watch.said(String.format(
                Locale.ROOT,
                "%d %s on this machine, %s",
                waiting.size(),
                waiting.size() == 1 ? "job" : "jobs",
                slots.length == 1 ? "one at a time" : slots.length + " at a time"));
        try {
            while (!watch.stopped() && (!waiting.isEmpty() || isBusy())) {
                for (int slot = 0; slot < slots.length; slot++) {
                    look(slot);
                }
                awaitAny();
            }
        } finally {
            stopAll();
        }
    }

    private boolean isBusy() {
        for (Running each : slots) {
            if (each != null) {
                return true;
            }
        }
        return false;
    }

    private void look(int slot) {
        Running running = slots[slot];
        if (running != null && !running.process().isAlive()) {
            slots[slot] = null;
            ended(running);
        }
        while (slots[slot] == null && !waiting.isEmpty()) {
            Job job = waiting.remove();
            if (!job.ended()) {
                slots[slot] = started(job, slot);
            }
        }
    }

    private void ended(Running running) {
        Job job = running.job();
        if (job.ended()) {
            return;
        }
        if (starts.get(job) < batch.tries()) {
            waiting.add(job);
        } else {
            watch.gaveUp(
                    job,
                    "its process ended with exit code " + running.process().exitValue()
                            + " before it was done; what it said is in "
                            + job.folder().resolve(Job.OUTPUT));
        }
    }

    private Running started(Job job, int slot) {
        starts.merge(job, 1, Integer::sum);
        ProcessBuilder builder =
                new ProcessBuilder(job.command()).directory(job.directory().toFile());
        Map<String, String> variables = builder.environment();
        if (devices.size() > 1) {
            variables.putIfAbsent("CUDA_VISIBLE_DEVICES", String.valueOf(slot % devices.size()));
        }
        variables.putIfAbsent("OMP_NUM_THREADS", String.valueOf(Math.max(1, processors / slots.length)));
        variables.putAll(job.environment());
        // It stays open as long as this process lives.
        variables.put(Job.ENDS_WITH_INPUT, "true");
        builder.redirectErrorStream(true)
                .redirectOutput(
                        Redirect.appendTo(job.folder().resolve(Job.OUTPUT).toFile()));
        try {
            return new Running(job, builder.start());
        } catch (IOException e) {
            watch.gaveUp(job, "its process cannot be started: " + FileFault.why(e));
            return null;
        }
    }

    private void awaitAny() throws InterruptedException {
        for (Running each : slots) {
            if (each != null) {
                var unused = each.process().waitFor(LOOK_MILLIS / slots.length + 1, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** A training that is asked to end leaves its state. */
    private void stopAll() throws InterruptedException {
        for (Running each : slots) {
            if (each != null) {
                each.process().destroy();
            }
        }
        for (Running each : slots) {
            if (each != null && !each.process().waitFor(60, TimeUnit.SECONDS)) {
                each.process().destroyForcibly().waitFor();
            }
        }
    }
}
