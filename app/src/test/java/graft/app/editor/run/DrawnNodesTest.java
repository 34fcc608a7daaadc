package graft.app.editor.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.app.editor.canvas.NodeState;
import graft.app.editor.canvas.NodeState.Kind;
import graft.app.engine.RunEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrawnNodesTest {

    private final DrawnNodes drawn = new DrawnNodes(Set.of("load", "train", "compare", "odd--1"));
    private final RunProgress progress = new RunProgress(() -> 0);

    private NodeState take(RunEvent event) {
        return drawn.states(progress.take(event), progress).get("train");
    }

    private void begin() {
        progress.take(new RunEvent.RunStarted(
                "",
                Path.of("run"),
                "cpu",
                "",
                -1,
                -1,
                Map.of(),
                List.of("load", "train--1", "train--2", "odd--1", "compare")));
    }

    @Test
    void theCombinationsOfASweepAreShownByTheNodeThatTheyWereMadeFrom() {
        assertThat(drawn.of("train--2")).isEqualTo("train");
        assertThat(drawn.of("load")).isEqualTo("load");
        assertThat(drawn.of("odd--1")).isEqualTo("odd--1");
    }

    @Test
    void aSweptNodeIsAsFarAsAllItsCombinationsTogether() {
        begin();
        assertThat(take(new RunEvent.NodeStarted("train--1", "Train", "")).kind())
                .isEqualTo(Kind.RUNNING);
        assertThat(take(new RunEvent.NodeProgress("train--1", "Train", 1, 2, Map.of()))
                        .progress())
                .isCloseTo(0.25, within(1e-9));
        NodeState between = take(new RunEvent.NodeFinished("train--1", "Train", 3, -1, false));
        assertThat(between.kind()).isEqualTo(Kind.RUNNING);
        assertThat(between.progress()).isCloseTo(0.5, within(1e-9));
        take(new RunEvent.NodeStarted("train--2", "Train", ""));
        NodeState done = take(new RunEvent.NodeFinished("train--2", "Train", 4, -1, false));
        assertThat(done.kind()).isEqualTo(Kind.DONE);
        assertThat(done.seconds()).isEqualTo(7);
    }

    @Test
    void oneFailedCombinationFailsTheNode() {
        begin();
        take(new RunEvent.NodeFinished("train--1", "Train", 3, -1, false));
        NodeState failed = take(new RunEvent.NodeFailed("train--2", "Train", "", "The disk is full.", null, ""));
        assertThat(failed.kind()).isEqualTo(Kind.FAILED);
        assertThat(failed.problem()).isEqualTo("The disk is full.");
    }

    @Test
    void whatWasKeptOfEveryCombinationIsKept() {
        begin();
        take(new RunEvent.NodeCached("train--1", "Train", "nothing changed"));
        assertThat(take(new RunEvent.NodeCached("train--2", "Train", "nothing changed"))
                        .kind())
                .isEqualTo(Kind.CACHED);
    }
}
