package graft.app.editor.run;

import static graft.app.editor.Hands.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonPrimitive;
import graft.app.editor.EdtWatch;
import graft.app.editor.Hands;
import graft.app.editor.OpensWindows;
import graft.app.editor.Theme;
import graft.app.editor.canvas.CanvasContext;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.editor.canvas.NodeState;
import graft.app.editor.viewer.PictureView;
import graft.app.engine.RunFolders;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.worker.LocalBackend;
import graft.app.worker.RunBackend;
import graft.app.worker.TestNodes;
import graft.app.workflow.Edits;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.file.SafeTensors;
import graft.node.Problem;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Point;
import java.awt.event.KeyEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.swing.JFrame;
import javax.swing.JSplitPane;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.core.Robot;
import org.assertj.swing.data.Index;
import org.assertj.swing.edt.FailOnThreadViolationRepaintManager;
import org.assertj.swing.fixture.FrameFixture;
import org.assertj.swing.fixture.JListFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does while workflows run: a canvas above the dock, the real engine, the model that is built in. */
@OpensWindows
class RunDockTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path folder;

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private Robot robot;
    private TestHost host;
    private GraphCanvas canvas;
    private RunController controller;
    private FrameFixture frame;

    @BeforeEach
    void watch() {
        FailOnThreadViolationRepaintManager.install();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
        robot = Hands.robot();
    }

    @AfterEach
    void close() {
        if (controller != null) {
            execute(() -> {
                var unused = controller.end();
            });
        }
        robot.cleanUp();
        assertThat(failures).isEmpty();
        assertThat(host.told).isEmpty();
    }

    private void open(NodeLibrary library, RunBackend backend, Workflow workflow) {
        host = new TestHost(folder.resolve("runs"));
        JFrame window = execute(() -> {
            Theme.DARK.install(Theme.ACCENT);
            OpenWorkflow document = OpenWorkflow.unkept(workflow);
            canvas = new GraphCanvas(document, library, new CanvasContext() {
                @Override
                public void open(Path file) {
                    throw new IllegalStateException("nobody opens a file here");
                }

                @Override
                public void tell(Problem problem) {
                    host.tell(problem);
                }
            });
            controller = new RunController(library, backend, host, folder.resolve("queue.json"));
            host.front = new RunTarget(document, NodeStateSink.of(canvas));
            controller.attach(host.front);
            JFrame made = new JFrame("runs");
            JSplitPane split =
                    new JSplitPane(JSplitPane.VERTICAL_SPLIT, true, canvas, new RunDock(controller, host, library));
            made.setContentPane(split);
            return made;
        });
        frame = new FrameFixture(robot, window);
        frame.show(new Dimension(1200, 860));
        execute(() -> {
            ((JSplitPane) window.getContentPane()).setDividerLocation(400);
            canvas.fit();
        });
        robot.waitForIdle();
    }

    /** A workflow that ships, its pictures as small a matter as can be. */
    private static Workflow shipped(String name) {
        return Workflow.read(HOME.resolve("workflows/" + name + ".json"));
    }

    private static NodeLibrary plugins() {
        return NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");
    }

    private void openShipped(Workflow workflow) {
        NodeLibrary library = plugins();
        open(library, new LocalBackend(library, () -> ModelFolders.NONE), workflow);
    }

    private static Workflow quick() {
        return shipped("text-to-image")
                .with("sample", "steps", new JsonPrimitive(3))
                .with("canvas", "batch", new JsonPrimitive(2));
    }

    private void runToTheEnd() {
        tab("Queue");
        frame.button("queue.run").click();
        await("the run is over", () -> !controller.isRunning());
    }

    private void tab(String title) {
        frame.tabbedPane("runs.tabs").selectTab(title);
    }

    private PictureView picture() {
        return robot.finder().findByName("picture", PictureView.class);
    }

    private NodeState.Kind kind(String node) {
        return canvas.state(node).kind();
    }

    // --- what a person does
    // -------------------------------------------------------------------------------------------

    @Test
    void textBecomesAPictureAndAChangeShowsWhatIsStale() {
        openShipped(quick());
        runToTheEnd();
        tab("Pictures");
        await("a picture is shown", () -> picture().isShowingPicture());
        frame.list("viewer.gallery").requireItemCount(2);
        await("the kept results are shown", () -> kind("sample") == NodeState.Kind.CACHED);
        assertThat(kind("save")).isEqualTo(NodeState.Kind.DONE);
        execute(() -> canvas.edit("steps", workflow -> workflow.with("sample", "steps", new JsonPrimitive(4))));
        await("what follows the change is stale", () -> kind("save") == NodeState.Kind.STALE);
        assertThat(canvas.state("sample").reason()).contains("steps");
        assertThat(kind("prompt")).isEqualTo(NodeState.Kind.CACHED);
    }

    @Test
    void aTrainingThatIsStoppedKeepsItsLora() throws Exception {
        openShipped(shipped("train-lora")
                .with("train", "steps", new JsonPrimitive(5000))
                .with("before", "steps", new JsonPrimitive(2)));
        execute(() -> controller.run(host.front, List.of("lora"), false, 1));
        await("the training is under way", () -> canvas.state("train").progress() > 0);
        tab("Losses");
        await("losses are told", () -> !frame.label("losses.figures").text().isBlank());
        tab("Queue");
        await(
                "its step is told",
                () -> frame.label("queue.node").target().getText().matches("Train LoRA: step [0-9]+ of 5000"));
        frame.button("queue.stop").click();
        await("the run is over", () -> !controller.isRunning());
        assertThat(kind("lora")).isEqualTo(NodeState.Kind.DONE);
        assertThat(frame.textBox("queue.kept").text())
                .matches(
                        "(?s)Train LoRA: Stopped after step [0-9]+ of 5000; what was learnt so far is kept\\. It is in "
                                + Pattern.quote(host.runs().toAbsolutePath() + "/") + "[^,]*teapot\\.safetensors.*");
        try (Stream<Path> files = Files.walk(host.runs())) {
            Path lora = files.filter(file -> file.toString().endsWith("teapot.safetensors"))
                    .findFirst()
                    .orElseThrow();
            try (SafeTensors written = SafeTensors.open(lora)) {
                assertThat(written.names()).isNotEmpty();
            }
        }
    }

    @Test
    void theSliderOfTwoPicturesFollowsThePointer() {
        openShipped(quick());
        runToTheEnd();
        tab("Pictures");
        frame.list("viewer.gallery").requireItemCount(2).selectItems(0, 1);
        await("two pictures are compared", () -> picture().isComparing());
        int middle = picture().getHeight() / 2;
        robot.pressMouse(picture(), new Point(picture().getWidth() / 2, middle), MouseButton.LEFT_BUTTON);
        robot.moveMouse(picture(), new Point(picture().getWidth() / 2 - 60, middle));
        robot.releaseMouse(MouseButton.LEFT_BUTTON);
        robot.waitForIdle();
        double left = execute(() -> picture().divider());
        assertThat(left).isBetween(0.05, 0.45);
        robot.pressKey(KeyEvent.VK_SHIFT);
        robot.pressAndReleaseKeys(KeyEvent.VK_RIGHT);
        robot.releaseKey(KeyEvent.VK_SHIFT);
        robot.waitForIdle();
        assertThat(execute(() -> picture().divider())).isGreaterThan(left);
        robot.pressAndReleaseKeys(KeyEvent.VK_C);
        await("one picture is shown again", () -> !picture().isComparing());
    }

    @Test
    void aPastRunOpensAsAWorkflowAndAPictureAsTheOneThatMadeIt() {
        Workflow workflow = quick();
        openShipped(workflow);
        runToTheEnd();
        tab("History");
        await(
                "the run is listed",
                () -> frame.list("history.list").target().getModel().getSize() == 1);
        frame.list("history.list").selectItem(0);
        frame.button("history.open").click();
        await("it is opened", () -> host.opened.size() == 1);
        Workflow past = RunFolders.list(host.runs(), 1, host::tell).get(0).workflow();
        assertThat(host.opened.get(0)).isEqualTo(past);
        assertThat(past.nodes().keySet()).isEqualTo(workflow.nodes().keySet());
        frame.button("history.show").click();
        await("its pictures are shown", () -> picture().isShowingPicture());
        robot.waitForIdle();
        Component facts = robot.finder().findByName("viewer.facts");
        assertThat(execute(facts::getY)).as("what it tells begins at its top").isZero();
        await(
                "the picture tells its workflow",
                () -> frame.button("viewer.workflow").target().isEnabled());
        frame.button("viewer.workflow").click();
        await("it is opened too", () -> host.opened.size() == 2);
        assertThat(host.opened.get(1).nodes().keySet())
                .isEqualTo(workflow.nodes().keySet());
        frame.button("viewer.send").click();
        assertThat(host.sent).hasSize(1);
    }

    @Test
    void theReportOfAComparisonCanBeOpened() throws Exception {
        openShipped(quick());
        runToTheEnd();
        tab("History");
        JListFixture runs = frame.list("history.list");
        await("the run is listed", () -> runs.target().getModel().getSize() == 1);
        runs.selectItem(0);
        frame.button("history.report").requireDisabled();
        Path folder = RunFolders.list(host.runs(), 1, host::tell).get(0).folder();
        Path record = folder.resolve("run.json");
        Files.writeString(record, Files.readString(record).replace(".png\"", ".html\""));
        frame.button("history.refresh").click();
        await(
                "its report is known",
                () -> frame.button("history.report").target().isEnabled());
    }

    @Test
    void aFailureIsListedAndLeadsToItsNode() {
        open(TestNodes.library(), TestNodes.backend(), TestNodes.workflow("test/steps", 0));
        runToTheEnd();
        assertThat(kind("work")).isEqualTo(NodeState.Kind.FAILED);
        frame.tabbedPane("runs.tabs").requireSelectedTab(Index.atIndex(3));
        frame.button("problem.node.work").click();
        assertThat(host.revealed).containsExactly("work");
        frame.toggleButton("problem.trace.toggle").click();
        assertThat(frame.textBox("problem.trace").text()).contains("IllegalStateException");
    }

    @Test
    void threeHundredNodesAreEditedAndRunWithoutALongTask() {
        open(TestNodes.library(), TestNodes.backend(), TestNodes.many(300));
        edit(40); // The first times Java still compiles what it runs.
        execute(() -> controller.run(host.front, List.of(), false, 1));
        await("the run is under way", () -> kind("n10") == NodeState.Kind.DONE);
        EdtWatch watch = execute(EdtWatch::begin);
        try {
            edit(60);
            await("the run is over", () -> !controller.isRunning());
            assertThat(watch.tasks()).isGreaterThan(100);
            assertThat(watch.longestMillis()).as(watch.longest()).isLessThan(50);
        } finally {
            execute(watch::close);
        }
        assertThat(Collections.frequency(states(300), NodeState.Kind.DONE)).isGreaterThan(200);
    }

    private void edit(int times) {
        for (int i = 0; i < times; i++) {
            String node = "n" + (i * 5);
            int steps = i % 7 + 1;
            execute(() -> {
                canvas.edit("move", workflow -> Edits.move(workflow, Map.of(node, new Place(20 + 9 * steps, 30))));
                canvas.edit("set", workflow -> workflow.with(node, "steps", new JsonPrimitive(steps)));
            });
            // What the edit left for later is worked off. The robot would ask the display too, by a task that waits.
            execute(() -> {});
        }
    }

    private List<NodeState.Kind> states(int count) {
        return Stream.iterate(0, i -> i + 1)
                .limit(count)
                .map(i -> kind("n" + i))
                .toList();
    }
}
