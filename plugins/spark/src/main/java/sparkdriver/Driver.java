package sparkdriver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * Spark's driver: has scripts run on executors, each a task, and ends when each has come back.
 *
 * <p>A task never fails by what its script did, since a task that fails too often ends all the others. One whose executor is lost is run
 * again by Spark. Its one argument is a file with the paths of the scripts, one on each line, which all machines see.
 *
 * <p>When its standard input ends it ends too: whoever started it is gone.
 */
public final class Driver {

    private Driver() {}

    public static void main(String[] arguments) throws IOException {
        List<String> scripts = Files.readAllLines(Path.of(arguments[0]));
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf())) {
            Thread input = new Thread(() -> endWithInput(spark), "graft-input");
            input.setDaemon(true);
            input.start();
            spark.parallelize(scripts, scripts.size()).map(Driver::run).collect();
        }
    }

    private static void endWithInput(JavaSparkContext spark) {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said there.
            }
        } catch (IOException closed) {
            // As at its end.
        }
        spark.cancelAllJobs();
        spark.close();
        Runtime.getRuntime().halt(1);
    }

    /** On an executor; interrupted by Spark when it is not wanted any more. */
    private static int run(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE);
        // Which of the machine's GPUs are the task's own, where Spark was told that it needs some.
        ResourceInformation gpus = TaskContext.get().resourcesJMap().get("gpu");
        if (gpus != null) {
            builder.environment().put("CUDA_VISIBLE_DEVICES", String.join(",", gpus.addresses()));
        }
        Process process = builder.start();
        try {
            return process.waitFor();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
