package graft.app.editor.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import graft.app.editor.canvas.NodeState.Kind;
import graft.app.engine.RunEvent;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunProgressTest {

    private final Map<String, Double> expected = new HashMap<>();
    private long now;
    private final RunProgress progress = new RunProgress(node -> expected.getOrDefault(node, Double.NaN), () -> now);

    private void begin() {
        progress.take(new RunEvent.RunStarted(
                "", Path.of("run"), "cpu", "", -1, -1, Map.of(), List.of("load", "train", "save")));
    }

    private void after(double seconds) {
        now += (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void nodesWaitThenRunThenAreDone() {
        begin();
        assertThat(progress.state("train").kind()).isEqualTo(Kind.WAITING);
        progress.take(new RunEvent.NodeCached("load", "Load", "nothing changed"));
        progress.take(new RunEvent.NodeStarted("train", "Train", "it has not run before"));
        assertThat(progress.take(new RunEvent.NodeProgress("train", "Train", 1, 4, Map.of())))
                .containsExactly("train");
        assertThat(progress.state("train").progress()).isEqualTo(0.25);
        assertThat(progress.title()).contains("Train");
        progress.take(new RunEvent.NodeFinished("train", "Train", 3, -1, false));
        assertThat(progress.state("load").kind()).isEqualTo(Kind.CACHED);
        assertThat(progress.state("train").kind()).isEqualTo(Kind.DONE);
        assertThat(progress.state("train").seconds()).isEqualTo(3);
        assertThat(progress.title()).isEmpty();
    }

    @Test
    void timeLeftIsThatOfTheNodeAtWorkAndOfThoseToCome() {
        expected.put("load", 2.0);
        expected.put("save", 5.0);
        begin();
        progress.take(new RunEvent.NodeStarted("load", "Load", ""));
        progress.take(new RunEvent.NodeFinished("load", "Load", 2, -1, false));
        progress.take(new RunEvent.NodeStarted("train", "Train", ""));
        assertThat(progress.timeLeft().orElseThrow().whole()).isFalse();
        after(10);
        progress.take(new RunEvent.NodeProgress("train", "Train", 1, 5, Map.of()));
        assertThat(progress.timeLeft().orElseThrow().whole()).isTrue();
        assertThat(progress.timeLeft().orElseThrow().seconds()).isCloseTo(40 + 5, within(1e-6));
        progress.take(new RunEvent.NodeProgress("train", "Train", 2, 5, Map.of("seconds left", 7.0)));
        assertThat(progress.timeLeft().orElseThrow().seconds()).isCloseTo(7 + 5, within(1e-6));
    }

    @Test
    void nothingIsSaidOfTheTimeWhileNothingIsKnown() {
        begin();
        assertThat(progress.timeLeft()).isEmpty();
    }

    @Test
    void aRunThatBreaksOffFailsWhatRanAndNothingElse() {
        begin();
        progress.take(new RunEvent.NodeCached("load", "Load", ""));
        progress.take(new RunEvent.NodeStarted("train", "Train", ""));
        assertThat(progress.broken("gone")).containsExactlyInAnyOrder("train", "save");
        assertThat(progress.state("load").kind()).isEqualTo(Kind.CACHED);
        assertThat(progress.state("train").problem()).isEqualTo("gone");
        assertThat(progress.state("save").kind()).isEqualTo(Kind.FRESH);
    }

    @Test
    void aFailureIsInWords() {
        begin();
        Problem problem = new Problem("cannot go on", "it is a test", "stop testing");
        progress.take(new RunEvent.NodeFailed("train", "Train", "", problem.getMessage(), problem, ""));
        assertThat(progress.state("train").problem()).isEqualTo("Cannot go on: it is a test; stop testing.");
    }
}
