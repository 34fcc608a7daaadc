package slurm;

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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of a shell's own, on a Slurm that runs here; where there is none what is handed to it is run by the shell alone. */
class SlurmArrayTest {

    /** Ends well at once: the folder takes its name in one step. */
    private static final String GOOD = "mkdir -p a && echo $SLURM_ARRAY_TASK_ID > a/task && mv a result";

    @TempDir
    private Path folder;

    private final Map<String, String> gaveUp = new ConcurrentSkipListMap<>();
    private final List<String> said = new java.util.concurrent.CopyOnWriteArrayList<>();

    private final JobWatch watch = new JobWatch() {
        @Override
        public boolean stopped() {
            return false;
        }

        @Override
        public void said(String sentence) {
            said.add(sentence);
        }

        @Override
        public void gaveUp(Job job, String why) {
            gaveUp.put(job.name(), why);
        }
    };

    private Job job(String name, String script, Map<String, String> environment) throws IOException {
        Path own = Files.createDirectories(folder.resolve("jobs").resolve(name));
        return new Job(name, List.of("/bin/sh", "-c", script, "it's \"$HOME\""), own, own, environment);
    }

    private static boolean hasSlurm() {
        return Answer.of(List.of("squeue", "--noheader")).code() == 0;
    }

    private SlurmArray place() {
        SlurmArray place = new SlurmArray();
        place.look = 1;
        return place;
    }

    private JobBatch batch(Job... jobs) {
        return new JobBatch("test", List.of(jobs), folder.resolve("places/slurm"), 0, 2, 0);
    }

    @Test
    void whatTheShellIsHandedIsTheCommandAsItIs() throws Exception {
        Job job = job("0001", "printf '%s|%s' \"$0\" \"$WORDS\"", new TreeMap<>(Map.of("WORDS", "a 'b' $c\nd")));
        Path script = Files.writeString(folder.resolve("0.sh"), Arrays.script(job));

        Process shell = new ProcessBuilder("/bin/sh", script.toString()).start();

        assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, shell.exitValue());
        assertEquals(
                "it's \"$HOME\"|a 'b' $c\nd",
                Files.readString(job.folder().resolve(Job.OUTPUT)));
    }

    @Test
    void whereThereIsNoSlurmThatIsSaid() {
        assumeTrue(!hasSlurm(), "there is a Slurm here");
        Problem problem = assertThrows(Problem.class, () -> place().check(batch()));
        assertTrue(problem.getMessage().contains(" does not answer: "), problem.getMessage());
    }

    @Test
    void jobsEndAndThoseThatDieAreStartedAgainOrGivenUp() throws Exception {
        assumeTrue(hasSlurm(), "there is no Slurm here");
        Job good = job("0001", GOOD, Map.of());
        Job second = job("0002", "test -e begun && " + GOOD + " || { touch begun; kill -9 $$; }", Map.of());
        Job never = job("0003", "exit 7", Map.of());
        Job fails = job("0004", "echo '{}' > failure.json; exit 1", Map.of());

        place().run(batch(good, second, never, fails), watch);

        assertEquals(Job.State.DONE, good.state());
        assertEquals(Job.State.DONE, second.state());
        assertEquals(Job.State.OPEN, never.state());
        assertEquals(Job.State.FAILED, fails.state());
        assertEquals(List.of("0003"), List.copyOf(gaveUp.keySet()));
        assertTrue(gaveUp.get("0003").contains("7:0"), gaveUp.toString());
    }

    @Test
    void whatWaitsOrRunsSinceBeforeIsNotHandedOverAgain() throws Exception {
        assumeTrue(hasSlurm(), "there is no Slurm here");
        Job slow = job("0001", "echo x >> starts; while ! test -e go; do sleep 0.2; done; " + GOOD, Map.of());
        Thread killed = new Thread(() -> {
            try {
                place().run(batch(slow), watch);
            } catch (Exception asIfItHadDied) {
                Thread.currentThread().interrupt();
            }
        });
        killed.start();
        while (!Files.exists(slow.folder().resolve("starts"))) {
            Thread.onSpinWait();
        }
        killed.interrupt();
        killed.join();

        Files.writeString(slow.folder().resolve("go"), "");
        place().run(batch(slow), watch);

        assertEquals(Job.State.DONE, slow.state());
        assertEquals(List.of("x"), Files.readAllLines(slow.folder().resolve("starts")));
    }
}
