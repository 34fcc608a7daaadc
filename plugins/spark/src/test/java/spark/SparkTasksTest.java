package spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import graft.job.Job;
import graft.job.JobBatch;
import graft.job.JobWatch;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of a shell's own, on a Spark that is installed here (SPARK_HOME), with its executor in the driver's process. */
class SparkTasksTest {

    /** Ends well at once: the folder takes its name in one step. */
    private static final String GOOD = "mkdir -p a && touch a/done && mv a result";

    @TempDir
    private Path folder;

    private final Map<String, String> gaveUp = new ConcurrentSkipListMap<>();

    private final JobWatch watch = new JobWatch() {
        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public void said(String sentence) {
            System.out.println(sentence);
        }

        @Override
        public void gaveUp(Job job, String why) {
            gaveUp.put(job.name(), why);
        }
    };

    private Job job(String name, String script) throws IOException {
        Path own = Files.createDirectories(folder.resolve("jobs").resolve(name));
        return new Job(name, List.of("/bin/sh", "-c", script, "it's \"$HOME\""), own, own, Map.of("WORDS", "a 'b' $c"));
    }

    private static boolean hasSpark() {
        String home = System.getenv("SPARK_HOME");
        return home != null && Files.isExecutable(Path.of(home, "bin", "spark-submit"));
    }

    private JobBatch batch(Job... jobs) {
        return new JobBatch("test", List.of(jobs), folder.resolve("places/spark"), 0, 2, 0);
    }

    @Test
    void whatTheShellIsHandedIsTheCommandAsItIs() throws Exception {
        Job job = job("0001", "printf '%s|%s|%s' \"$0\" \"$WORDS\" $GRAFT_ENDS_WITH_INPUT");
        Path script = Files.writeString(folder.resolve("0.sh"), SparkTasks.script(job));

        Process shell = new ProcessBuilder("/bin/sh", script.toString()).start();

        assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
        assertEquals(
                "it's \"$HOME\"|a 'b' $c|true", Files.readString(job.folder().resolve(Job.OUTPUT)));
    }

    @Test
    void whereThereIsNoSparkThatIsSaid() {
        SparkTasks place = new SparkTasks();
        place.home = folder.toString();

        Problem problem = assertThrows(Problem.class, () -> place.check(batch()));

        assertTrue(problem.getMessage().contains("SPARK_HOME"), problem.getMessage());
    }

    @Test
    void jobsEndAndThoseThatDieAreStartedAgainOrGivenUp() throws Exception {
        assumeTrue(hasSpark(), "there is no Spark here");
        SparkTasks place = new SparkTasks();
        place.master = "local[2]";
        Job good = job("0001", GOOD);
        Job second = job("0002", "test -e begun && { " + GOOD + "; } || { touch begun; kill -9 $$; }");
        Job never = job("0003", "exit 7");
        Job fails = job("0004", "echo '{}' > failure.json; exit 1");

        place.check(batch());
        place.run(batch(good, second, never, fails), watch);

        assertEquals(Job.State.DONE, good.state());
        assertEquals(Job.State.DONE, second.state());
        assertEquals(Job.State.OPEN, never.state());
        assertEquals(Job.State.FAILED, fails.state());
        assertEquals(List.of("0003"), List.copyOf(gaveUp.keySet()));
    }
}
