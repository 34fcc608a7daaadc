package spark;

import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.job.Job;
import graft.job.JobBatch;
import graft.job.JobScript;
import graft.job.JobPlace;
import graft.job.JobWatch;
import graft.node.Problem;
import graft.node.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.pf4j.Extension;

/**
 * An Apache Spark cluster: the jobs of a sweep are the tasks of one Spark job, in a driver that {@code spark-submit} starts here.
 *
 * <p>Which cluster that is, standalone, YARN or Kubernetes, and which GPUs a task has, is said by Spark's own master URL and settings. Graft,
 * the sweep's folder and the models lie on a file system that the executors share.
 */
@Extension
public final class SparkTasks implements JobPlace {

    @Setting(
            help =
                    "Where Spark is installed: the folder with bin/spark-submit; empty for the environment variable SPARK_HOME, or the one on the path.")
    String home = "";

    @Setting(help = "Spark's master URL, such as spark://host:7077, yarn or k8s://https://host:443; empty for that of spark-defaults.conf.")
    String master = "";

    @Setting(
            help =
                    "Settings of Spark's own, with spaces between them, such as spark.executor.memory=2g"
                            + " spark.task.resource.gpu.amount=1 spark.executor.resource.gpu.amount=1.")
    String settings = "";

    @Setting(min = 1, max = 1024, unit = "processors", help = "Of each job.")
    int cpus = 1;

    @Override
    public String id() {
        return "spark/tasks";
    }

    @Override
    public String title() {
        return "Apache Spark";
    }

    @Override
    public void check(JobBatch batch) {
        try {
            Process version = new ProcessBuilder(submit(), "--version")
                    .redirectErrorStream(true)
                    .start();
            version.getOutputStream().close();
            String said = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (version.waitFor() != 0) {
                throw missing("spark-submit says: " + said.strip().lines().reduce("nothing", (first, last) -> last));
            }
        } catch (IOException e) {
            throw missing(submit() + " cannot be started: " + FileFault.why(e)).causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw missing("it was interrupted");
        }
    }

    private static Problem missing(String why) {
        return new Problem(
                "cannot hand jobs over to Spark",
                why,
                "install Spark 4, and name its folder with --with home=FOLDER or SPARK_HOME");
    }

    private String submit() {
        String folder = home.isBlank() ? System.getenv().getOrDefault("SPARK_HOME", "") : home.strip();
        return folder.isEmpty() ? "spark-submit" : Path.of(folder, "bin", "spark-submit").toString();
    }

    @Override
    public void run(JobBatch batch, JobWatch watch) throws IOException, InterruptedException {
        List<Job> open = batch.jobs();
        for (int start = 1; !watch.stopped(); start++) {
            Path round = Files.createDirectories(batch.folder().resolve("round-" + UUID.randomUUID()));
            Path log = round.resolve("driver.txt");
            watch.said(open.size() + (open.size() == 1 ? " job is a task" : " jobs are tasks") + " of Spark; what its driver says is in " + log);
            int code = submitted(batch, open, round, log, watch);
            List<Job> left = open.stream().filter(job -> !job.ended()).toList();
            if (left.isEmpty() || watch.stopped()) {
                return;
            }
            if (code != 0 && left.size() == open.size()) {
                throw new Problem(
                        "cannot run jobs on Spark",
                        "its driver ended with exit code " + code + "; what it said is in " + log,
                        "mend that and start the sweep again");
            }
            if (start >= batch.tries()) {
                left.forEach(job -> watch.gaveUp(
                        job,
                        "its process died as often as it may, " + batch.tries() + " times; what it said is in "
                                + job.folder().resolve(Job.OUTPUT)));
                return;
            }
            open = left;
        }
    }

    private int submitted(JobBatch batch, List<Job> jobs, Path round, Path log, JobWatch watch)
            throws IOException, InterruptedException {
        List<String> scripts = new ArrayList<>();
        for (Job job : jobs) {
            Path script = round.resolve(job.name() + ".sh");
            write(script, script(job));
            scripts.add(script.toString());
        }
        Path list = round.resolve("scripts.txt");
        write(list, String.join("\n", scripts) + "\n");
        Path driver = round.resolve("driver.jar");
        try (InputStream in = SparkTasks.class.getResourceAsStream("/driver.jar")) {
            AtomicFile.write(driver, in::transferTo);
        }
        Process process = new ProcessBuilder(command(batch, jobs.size(), driver, list))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (!process.waitFor(500, TimeUnit.MILLISECONDS)) {
            if (watch.stopped()) {
                process.getOutputStream().close();
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        }
        return process.exitValue();
    }

    private List<String> command(JobBatch batch, int jobs, Path driver, Path list) {
        List<String> command = new ArrayList<>(List.of(submit(), "--class", "sparkdriver.Driver", "--name", "graft-" + batch.title()));
        if (!master.isBlank()) {
            command.addAll(List.of("--master", master.strip()));
        }
        command.addAll(List.of(
                "--deploy-mode",
                "client",
                "--conf",
                "spark.task.cpus=" + cpus,
                // A task fails only when its executor is lost, which is no fault of its own.
                "--conf",
                "spark.task.maxFailures=" + Math.max(100, jobs),
                "--conf",
                "spark.locality.wait=0s"));
        if (batch.atOnce() > 0) {
            command.addAll(List.of("--conf", "spark.cores.max=" + batch.atOnce() * cpus));
        }
        for (String each : settings.strip().split("\\s+")) {
            if (!each.isEmpty()) {
                command.addAll(List.of("--conf", each));
            }
        }
        command.addAll(List.of(driver.toString(), list.toString()));
        return command;
    }

    static String script(Job job) {
        // The executor holds the other end of the input: a job does not outlive it.
        return JobScript.of(
                job,
                List.of(
                        "export " + Job.ENDS_WITH_INPUT + "=true",
                        "export OMP_NUM_THREADS=\"${OMP_NUM_THREADS:-1}\""),
                "");
    }

    private static void write(Path file, String text) {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
