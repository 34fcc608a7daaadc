package graft.app.editor.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import graft.app.editor.canvas.NodeState;
import graft.app.engine.RunEvent.Outcome;
import graft.app.engine.RunQueue;
import graft.app.worker.RunBackend;
import graft.app.worker.TestNodes;
import graft.app.worker.WorkerClient;
import graft.app.workflow.OpenWorkflow;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the real engine, without a window. */
@Timeout(600)
class RunControllerTest {

    /** What a canvas would show. */
    private static final class Shown implements NodeStateSink {
        private final Map<String, NodeState> states = new HashMap<>();

        @Override
        public void show(String node, NodeState state) {
            states.put(node, state);
        }

        @Override
        public NodeState state(String node) {
            return states.getOrDefault(node, NodeState.FRESH);
        }

        @Override
        public void preview(String node, List<BufferedImage> pictures) {
            // These nodes draw nothing.
        }
    }

    @TempDir
    private Path folder;

    private final Shown shown = new Shown();
    private final List<String> ended = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private RunController controller;

    private static <T> T onEdt(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        SwingUtilities.invokeAndWait(task);
        return task.get();
    }

    private static void edt(Runnable work) throws Exception {
        SwingUtilities.invokeAndWait(work);
    }

    private static void await(BooleanSupplier so) throws Exception {
        while (!onEdt(so::getAsBoolean)) {
            Thread.sleep(10);
        }
    }

    private void open(RunBackend backend) throws Exception {
        RunQueue unkept = onEdt(() -> {
            controller =
                    new RunController(TestNodes.library(), backend, new TestHost(folder), folder.resolve("queue.json"));
            controller.addListener(new RunListener() {
                @Override
                public void ended(RunJob job, Outcome outcome, Optional<Problem> problem) {
                    ended.add(job.run().title() + " " + outcome);
                    problem.ifPresent(problems::add);
                }
            });
            return controller.queue();
        });
        await(() -> controller.queue() != unkept);
    }

    @AfterEach
    void close() throws Exception {
        edt(() -> {
            var unused = controller.end();
        });
    }

    private RunTarget target(String title, int steps) {
        return new RunTarget(
                OpenWorkflow.unkept(TestNodes.workflow("test/steps", steps).withTitle(title)), shown);
    }

    private List<String> waiting() throws Exception {
        return onEdt(() -> controller.queue().entries().stream()
                .filter(entry -> !entry.running())
                .map(RunQueue.Entry::title)
                .toList());
    }

    @Test
    void runsComeInTheirOrderAndOneThatIsPutFirstBeforeAll() throws Exception {
        open(TestNodes.backend());
        edt(() -> {
            controller.run(target("a", 2), List.of(), false, 1);
            controller.run(target("b", 2), List.of(), false, 1);
            controller.run(target("c", 2), List.of(), true, 1);
        });
        await(() -> ended.size() == 3);
        assertThat(ended).containsExactly("a DONE", "c DONE", "b DONE");
        assertThat(shown.state("work").kind()).isEqualTo(NodeState.Kind.DONE);
    }

    @Test
    void aPausedQueueLetsTheRunEndAndBeginsNoOther() throws Exception {
        open(TestNodes.backend());
        edt(() -> {
            controller.run(target("a", 2), List.of(), false, 1);
            controller.run(target("b", 2), List.of(), false, 1);
            controller.setPaused(true);
        });
        await(() -> ended.size() == 1 && !controller.isRunning());
        assertThat(waiting()).containsExactly("b");
        edt(() -> controller.setPaused(false));
        await(() -> ended.size() == 2);
        assertThat(ended).containsExactly("a DONE", "b DONE");
    }

    @Test
    void aRunThatIsStoppedKeepsWhatItDidAndTheNextBegins() throws Exception {
        open(TestNodes.backend());
        edt(() -> {
            controller.run(target("long", 1_000_000), List.of(), false, 1);
            controller.run(target("short", 1), List.of(), false, 1);
        });
        await(() -> shown.state("work").progress() > 0);
        edt(controller::stopAndKeep);
        await(() -> ended.size() == 2);
        assertThat(ended).containsExactly("long CANCELLED", "short DONE");
    }

    @Test
    void aWorkerThatDiesFailsItsNodeAndTheNextRunHappensInAnother() throws Exception {
        WorkerClient worker = TestNodes.worker();
        open(worker);
        edt(() -> {
            controller.run(target("doomed", 1_000_000), List.of(), false, 1);
            controller.run(target("next", 1), List.of(), false, 1);
        });
        await(() -> shown.state("work").progress() > 0);
        worker.process().orElseThrow().destroyForcibly();
        await(() -> ended.size() == 1);
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem.getMessage())
                .contains("it was killed"));
        await(() -> ended.size() == 2);
        assertThat(ended).containsExactly("doomed FAILED", "next DONE");
    }

    @Test
    void whatWaitsOutlivesTheProcessAndWaitsToBeLetGoOn() throws Exception {
        open(TestNodes.backend());
        edt(() -> {
            controller.setPaused(true);
            controller.run(target("a", 1), List.of(), false, 1);
            controller.run(target("b", 1), List.of(), false, 1);
            var unused = controller.end();
        });
        open(TestNodes.backend());
        await(() -> controller.queue().entries().size() == 2);
        assertThat(onEdt(() -> controller.queue().paused())).isTrue();
        edt(() -> controller.setPaused(false));
        await(() -> ended.size() == 2);
        assertThat(ended).containsExactly("a DONE", "b DONE");
    }

    @Test
    void aRepeatedRunHasAnotherSeedEachTimeAndTheWorkflowShowsTheLast() throws Exception {
        open(TestNodes.backend());
        RunTarget target =
                new RunTarget(OpenWorkflow.unkept(TestNodes.seeded(new JsonPrimitive(5), "increment")), shown);
        List<String> seeds = new ArrayList<>();
        edt(() -> {
            controller.setPaused(true);
            controller.run(target, List.of(), false, 3);
            controller
                    .queue()
                    .entries()
                    .forEach(entry -> seeds.add(entry.workflow()
                            .nodes()
                            .get("work")
                            .settings()
                            .get("seed")
                            .toString()));
        });
        assertThat(seeds).containsExactly("6", "7", "8");
        assertThat(target.document().workflow().nodes().get("work").settings().get("seed"))
                .hasToString("8");
    }
}
