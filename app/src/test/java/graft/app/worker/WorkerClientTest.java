package graft.app.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonPrimitive;
import graft.app.command.Graft;
import graft.app.engine.EventJson;
import graft.app.engine.PlannedState;
import graft.app.engine.RunEvent;
import graft.app.engine.RunEvent.Outcome;
import graft.app.engine.RunResult;
import graft.app.sandbox.ThisProgram;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process at the other end. */
@Timeout(600)
class WorkerClientTest {

    @TempDir
    private Path folder;

    private final List<RunEvent> events = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final CountDownLatch working = new CountDownLatch(1);
    private WorkerClient client = new WorkerClient(ThisProgram.command(TestNodes.class.getName()), log::add);

    @AfterEach
    void close() {
        client.close();
    }

    private CompletableFuture<RunResult> start(Workflow workflow) {
        return client.start(new RunRequest(workflow, List.of(), folder, "cpu"), event -> {
            events.add(event);
            if (event instanceof RunEvent.NodeProgress) {
                working.countDown();
            }
        });
    }

    private <E extends RunEvent> Stream<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast);
    }

    /** What is printed comes by pipes of its own, some of it after the end of the run, and in no order. */
    private void awaitPrinted(String... words) throws InterruptedException {
        Set<String> missing = new HashSet<>(List.of(words));
        while (!missing.isEmpty()) {
            String line = log.poll(5, TimeUnit.MINUTES);
            assertThat(line).as("what comes before %s", missing).isNotNull();
            missing.removeIf(line::contains);
        }
    }

    private static RunResult end(CompletableFuture<RunResult> run) throws Exception {
        return run.get(5, TimeUnit.MINUTES);
    }

    @Test
    void aRunInAWorkerTellsWhatARunHereTells() throws Exception {
        RunResult result = end(start(TestNodes.workflow("test/steps", 3)));
        assertThat(result.outcome()).isEqualTo(Outcome.DONE);
        List<String> there =
                events.stream().map(event -> event.getClass().getSimpleName()).toList();
        events.clear();
        try (LocalBackend here = new LocalBackend(TestNodes.library(), () -> ModelFolders.NONE)) {
            end(here.start(new RunRequest(TestNodes.workflow("test/steps", 3), List.of(), folder, "cpu"), events::add));
        }
        assertThat(there)
                .startsWith("RunStarted", "NodeStarted", "NodeProgress")
                .endsWith("RunFinished")
                .isEqualTo(events.stream()
                        .map(event -> event.getClass().getSimpleName())
                        .toList());
    }

    @Test
    void aWorkerThatIsKilledIsToldOfInWordsAndTheNextRunWorks() throws Exception {
        CompletableFuture<RunResult> run = start(TestNodes.workflow("test/steps", 100_000));
        working.await();
        long first = client.process().orElseThrow().pid();
        client.process().orElseThrow().destroyForcibly();
        assertThatThrownBy(() -> end(run))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it was killed")
                .hasMessageContaining("run it again");
        assertThat(end(start(TestNodes.workflow("test/steps", 2))).outcome()).isEqualTo(Outcome.DONE);
        assertThat(client.process().orElseThrow().pid()).isNotEqualTo(first);
    }

    @Test
    void aNodeThatIsLeftBehindEndsWithItsProcessAndTheNextRunWorks() throws Exception {
        CompletableFuture<RunResult> run = start(TestNodes.workflow("test/deaf", 1));
        working.await();
        ProcessHandle first = client.process().orElseThrow();
        client.stopAndKeep();
        client.leaveBehind();
        assertThat(end(run).outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(events(RunEvent.NodeFailed.class)).singleElement().satisfies(failed -> assertThat(failed.problem())
                .startsWith("Deaf was left behind"));
        assertThat(end(start(TestNodes.workflow("test/steps", 2))).outcome()).isEqualTo(Outcome.DONE);
        assertThat(client.process().orElseThrow().pid()).isNotEqualTo(first.pid());
        first.onExit().get(5, TimeUnit.MINUTES);
    }

    @Test
    void theSameProcessServesOneRunAfterTheOther() throws Exception {
        end(start(TestNodes.workflow("test/steps", 1)));
        long first = client.process().orElseThrow().pid();
        end(start(TestNodes.workflow("test/save", 1)));
        assertThat(client.process().orElseThrow().pid()).isEqualTo(first);
        assertThat(events(RunEvent.Wrote.class))
                .singleElement()
                .satisfies(wrote -> assertThat(Files.readString(wrote.file())).isEqualTo("saved"));
    }

    @Test
    void stoppingKeepsWhatIsDone() throws Exception {
        CompletableFuture<RunResult> run = start(TestNodes.workflow("test/steps", 100_000));
        working.await();
        client.stopAndKeep();
        assertThat(end(run).outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(events(RunEvent.NodeFinished.class)).singleElement().satisfies(node -> assertThat(node.partial())
                .isTrue());
    }

    @Test
    void aStopThatComesBeforeTheRunHasBegunStopsIt() throws Exception {
        CompletableFuture<RunResult> run = start(TestNodes.workflow("test/steps", 100_000));
        client.cancel();
        assertThat(end(run).outcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void whatANodePrintsBreaksNothing() throws Exception {
        assertThat(end(start(TestNodes.workflow("test/chatty", 1))).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.RunFinished.class)).hasSize(1);
        awaitPrinted("a plugin says something", "native code says something");
    }

    @Test
    void aFailureComesWithItsTrace() throws Exception {
        assertThat(end(start(TestNodes.workflow("test/steps", 0))).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(events(RunEvent.NodeFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.problem()).contains("this is a fault of the node");
            assertThat(EventJson.trace(failed.cause().getCause())).contains("at graft.app.worker.TestNodes$Steps.run");
        });
    }

    @Test
    void aWorkflowThatCannotRunIsRefusedInWords() {
        assertThatThrownBy(() -> end(start(TestNodes.workflow("test/unheard-of", 1))))
                .cause()
                .isInstanceOf(Problem.class)
                .hasMessageContaining("test/unheard-of");
        assertThat(events).isEmpty();
    }

    @Test
    void aWorkerThatCannotStartIsToldOfInWords() {
        client.close();
        client = new WorkerClient(List.of("/no/such/java"), log::add);
        assertThatThrownBy(() -> end(start(TestNodes.workflow("test/steps", 1))))
                .cause()
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot start the process");
    }

    @Test
    void theCommandThatTheEditorStartsRunsTheNodesOfPlugins() throws Exception {
        Path home = Path.of("").toAbsolutePath().getParent();
        client.close();
        client = new WorkerClient(
                ThisProgram.command("-Dgraft.home=" + home, Graft.class.getName(), "worker"), log::add);
        Workflow workflow = Workflow.read(home.resolve("workflows/text-to-image.json"))
                .with("sample", "steps", new JsonPrimitive(2))
                .with("canvas", "batch", new JsonPrimitive(1));
        assertThat(end(start(workflow)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(events(RunEvent.Wrote.class)).singleElement().satisfies(wrote -> assertThat(wrote.file())
                .exists());
        assertThat(events(RunEvent.NodePreview.class).map(RunEvent.NodePreview::node))
                .contains("sample", "decode");
        assertThat(client.states(workflow, "cpu")
                        .get(5, TimeUnit.MINUTES)
                        .get("sample")
                        .kind())
                .isEqualTo(PlannedState.Kind.CACHED);
    }

    @Test
    void theWorkerEndsWhenTheEditorIsGone() throws Exception {
        CompletableFuture<RunResult> run = start(TestNodes.workflow("test/steps", 100_000));
        working.await();
        ProcessHandle process = client.process().orElseThrow();
        client.close();
        process.onExit().get(5, TimeUnit.MINUTES);
        assertThat(run).isDone();
        assertThat(events(RunEvent.RunFinished.class)).singleElement().satisfies(end -> assertThat(end.outcome())
                .isEqualTo(Outcome.CANCELLED));
    }
}
