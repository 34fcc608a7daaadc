package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonPrimitive;
import graft.app.editor.EstimateText;
import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.NodeState;
import graft.app.engine.Estimate;
import graft.app.engine.PastRun;
import graft.app.engine.RunFolders;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Place;
import graft.app.workflow.Wire;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.file.Folder;
import graft.node.Forecast;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SocketType;
import graft.node.Spec;
import graft.node.Specs;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import javax.swing.JTextArea;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training will take stands on its node and in its form before it runs. */
@OpensWindows
class EstimatesTest {

    @SocketType(id = "test/lesson", title = "Lesson", color = "#40c080")
    record Lesson(int steps) {}

    @SocketType(id = "test/coach", title = "Coach", color = "#c08040")
    record Coach(int seconds) implements Spec {}

    @NodeType(id = "test/watch", title = "Watch", category = "test", help = "Watches.")
    static final class Watch implements Node {
        @Setting(min = 0, max = 10_000)
        int seconds = 50;

        @Output
        Coach coach;

        @Override
        public void configure(Specs specs) {
            specs.output("coach", new Coach(seconds));
        }

        @Override
        public void run(Run run) {
            coach = new Coach(seconds);
        }
    }

    @NodeType(id = "test/teach", title = "Teach", category = "test", help = "Teaches.")
    static final class Teach implements Node {
        @Input(optional = true)
        Coach coach;

        @Setting(min = 1, max = 10_000)
        int steps = 100;

        @Setting
        int size = 8;

        @Setting(title = "GiB")
        double gib = 0.25;

        @Setting
        boolean timed = true;

        @Setting
        boolean readable = true;

        @Output
        Lesson lesson;

        @Override
        public void configure(Specs specs) {
            specs.forecast((device, measure) -> {
                if (!readable) {
                    throw new Problem("cannot look into the model", "it is cut short", "fetch it anew");
                }
                double own = timed ? 2.0 * steps : Double.NaN;
                OptionalInt watched = specs.of("coach", Coach.class).stream()
                        .mapToInt(Coach::seconds)
                        .findFirst();
                return new Forecast(
                        (long) (gib * (1L << 30)),
                        own + watched.orElse(0),
                        3 << 20,
                        "choose smaller pictures",
                        watched.isPresent()
                                ? List.of(new Forecast.Part(
                                        "coach", timed ? watched.getAsInt() / (own + watched.getAsInt()) : 0.5))
                                : List.of());
            });
        }

        @Override
        public void run(Run run) {
            lesson = new Lesson(steps);
        }
    }

    @NodeType(id = "test/keep", title = "Keep", category = "test", help = "Keeps.", output = true)
    static final class Keep implements Node {
        @Input
        Lesson lesson;

        @Setting(control = Setting.Control.SAVE_NAME)
        String name = "lesson";

        @Setting(control = Setting.Control.FOLDER)
        String folder = "";

        @Override
        public void run(Run run) {
            run.log("kept");
        }
    }

    @TempDir
    private static Path config;

    private static OpenedEditor editor;
    private static Workflow fresh;

    @BeforeAll
    static void open() {
        editor = new OpenedEditor(
                config, OpenedEditor.begun(), NodeLibrary.of(List.of(Teach.class, Keep.class, Watch.class)));
        Path file = config.resolve("lesson.json");
        Workflow.EMPTY
                .withTitle("A lesson")
                .withNodes(Map.of(
                        "teach", WorkflowNode.of("test/teach", 1, new Place(0, 0)),
                        "keep", WorkflowNode.of("test/keep", 1, new Place(360, 0))))
                .withWires(List.of(new Wire("teach", "lesson", "keep", "lesson")))
                .write(file);
        execute(() -> editor.window().open(file));
        editor.awaitWorkflow();
        fresh = editor.workflow();
    }

    @AfterAll
    static void close() {
        editor.close();
    }

    @BeforeEach
    void begin() {
        execute(() -> {
            editor.window().current().orElseThrow().document().edit("Again", workflow -> fresh);
            editor.canvas().select(Set.of("teach"));
        });
    }

    private static void set(String setting, Object value) {
        execute(() -> editor.canvas()
                .edit(
                        "Set",
                        workflow -> workflow.with(
                                "teach",
                                setting,
                                value instanceof Boolean yes
                                        ? new JsonPrimitive(yes)
                                        : new JsonPrimitive((Number) value))));
    }

    /** What the form says of one part; empty while it does not. */
    private static String says(String part) {
        return editor.robot().finder().findAll(OpenedEditor.named("inspector.estimate." + part)).stream()
                .map(JTextArea.class::cast)
                .filter(JTextArea::isShowing)
                .map(JTextArea::getText)
                .findFirst()
                .orElse("");
    }

    private static void awaitForm(String part, String words) {
        editor.await(part + " is " + words, () -> says(part).contains(words));
    }

    private static void awaitNode(String words) {
        editor.await(
                "the node says " + words,
                () -> editor.canvas().estimate("teach").contains(words));
    }

    @Test
    void theFormSaysTimeMemoryFileAndWhereItGoes() {
        awaitForm("time", "about 3:20 min");
        assertThat(says("memory")).startsWith("about 256 MiB at most; ").endsWith(" are free");
        assertThat(says("file")).isEqualTo("about 3 MiB");
        assertThat(says("folder"))
                .isEqualTo(config.resolve("runs")
                        .resolve("…_a-lesson")
                        .resolve("keep")
                        .toString());
        assertThat(execute(() -> editor.canvas().estimate("teach"))).isEqualTo("≈ 3:20 min · 256 MiB · file 3 MiB");
    }

    @Test
    void itFollowsTheSettingsAndTheWires() {
        awaitForm("time", "about 3:20 min");
        set("steps", 200);
        awaitForm("time", "about 6:40 min");
        awaitNode("6:40 min");
        execute(() -> editor.canvas().edit("Cut", workflow -> workflow.withWires(List.of())));
        awaitForm("folder", "nowhere");
    }

    @Test
    void whatPartGoesToANodeThatIsWiredInStandsOnBoth() {
        execute(() -> editor.canvas().edit("Watch", workflow -> workflow.withNodes(Map.of(
                        "teach", workflow.nodes().get("teach"),
                        "keep", workflow.nodes().get("keep"),
                        "watch", WorkflowNode.of("test/watch", 1, new Place(-360, 0))))
                .withWires(List.of(
                        new Wire("teach", "lesson", "keep", "lesson"), new Wire("watch", "coach", "teach", "coach")))));
        awaitForm("time", "about 4:10 min, 20 % of it for Watch");
        editor.await(
                "the watch says its part",
                () -> editor.canvas().estimate("watch").equals("≈ 20 % of the time of Teach"));
        execute(() -> editor.canvas().select(Set.of("watch")));
        awaitForm("time", "about 50 s: 20 % of the time of Teach");
        assertThat(says("memory")).isEmpty();
        set("timed", false);
        // What a run before taught is kept with the machine.
        set("size", (int) (System.nanoTime() % 1_000_000_000));
        awaitForm("time", "about 50 % of the time of Teach");
        assertThat(says("folder")).isEmpty();
    }

    @Test
    void whatDoesNotFitSaysWhyAndWhatWouldHelp() {
        set("gib", 1_000_000);
        awaitNode("will not fit: 1000000.0 GiB");
        editor.await("the form warns", () -> editor.frame()
                .panel("inspector.estimate")
                .target()
                .getAccessibleContext()
                .getAccessibleName()
                .contains("It helps to choose smaller pictures."));
    }

    @Test
    void aTimeThatNobodyKnowsIsSaidToComeWithTheFirstSteps() {
        set("timed", false);
        set("steps", 7777);
        awaitForm("time", "known after its first steps");
        awaitNode("time after the first steps · 256 MiB");
    }

    @Test
    void whatCannotBeToldSaysWhy() {
        set("readable", false);
        set("steps", 6666);
        awaitNode("cannot be told before it runs");
        editor.await("the form says why", () -> editor.frame()
                .panel("inspector.estimate")
                .target()
                .getAccessibleContext()
                .getAccessibleName()
                .contains("it is cut short"));
    }

    /** A forecast is a guess; how long it took is none. */
    @Test
    void afterARunTheNextOneIsKnownByIt() throws IOException {
        set("timed", false);
        // What a run before taught is kept with the machine.
        set("size", (int) (System.currentTimeMillis() % 1_000_000_000));
        awaitForm("time", "known after its first steps");
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_ENTER, KeyEvent.VK_CONTROL);
        editor.await("it ran", () -> editor.state("keep") == NodeState.Kind.DONE);
        Path run = Folder.entries(config.resolve("runs")).get(0);
        editor.await("its record is written", () -> RunFolders.read(run).state() == PastRun.State.DONE);
        // How long that is the machine decides.
        double seconds = RunFolders.read(run).nodes().get("teach").seconds();
        awaitForm("time", new EstimateText(known(seconds)).time());
    }

    private static Estimate known(double seconds) {
        return new Estimate(
                OptionalDouble.of(seconds),
                OptionalLong.empty(),
                OptionalLong.empty(),
                0,
                List.of(),
                "",
                List.of(),
                Optional.empty(),
                "");
    }
}
