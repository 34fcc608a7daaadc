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
    private final RunProgress progress = new RunProgress(() -> now);

    private void begin() {
        progress.take(new RunEvent.RunStarted(
                "", Path.of("run"), "cpu", "", -1, -1, Map.of(), List.of("load", "train", "save"), expected));
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

    private void told(int done, int total, Map<String, Double> figures) {
        progress.take(new RunEvent.NodeProgress("train", "Train", "step", done, total, figures));
    }

    private double left() {
        return progress.timeLeft().orElseThrow().seconds();
    }

    private void loaded() {
        begin();
        progress.take(new RunEvent.NodeStarted("load", "Load", ""));
        after(2);
        progress.take(new RunEvent.NodeFinished("load", "Load", 2, -1, false));
        progress.take(new RunEvent.NodeStarted("train", "Train", ""));
    }

    @Test
    void timeLeftIsThatOfTheNodeAtWorkAndOfThoseToCome() {
        expected.put("load", 2.0);
        expected.put("save", 5.0);
        loaded();
        assertThat(progress.timeLeft().orElseThrow().whole())
                .as("nobody knows how long it trains")
                .isFalse();
        assertThat(progress.fraction()).as("so there is no share of the run").isEmpty();
        after(10);
        told(1, 5, Map.of());
        assertThat(progress.timeLeft().orElseThrow().whole())
                .as("what came before the first step comes but once")
                .isFalse();
        after(3);
        told(2, 5, Map.of());
        assertThat(left()).isCloseTo(3 * 3 + 5, within(1e-6));
        assertThat(progress.timeLeft().orElseThrow().whole()).isTrue();
        after(2);
        assertThat(left()).as("time goes by between two steps").isCloseTo(3 * 3 + 5 - 2, within(1e-6));
        told(3, 5, Map.of("seconds left", 7.0));
        assertThat(left()).as("what it forecasts itself counts").isCloseTo(7 + 5, within(1e-6));
        after(1);
        assertThat(left()).isCloseTo(6 + 5, within(1e-6));
    }

    @Test
    void likeNodesTellTheTimeUntilTheNodeItselfIsTelling() {
        expected.putAll(Map.of("load", 2.0, "train", 100.0, "save", 5.0));
        loaded();
        assertThat(left()).isCloseTo(105, within(1e-6));
        after(10);
        told(1, 100, Map.of("seconds left", 990.0));
        assertThat(left()).as("a first step is slow").isCloseTo(95, within(1e-6));
        after(20);
        told(20, 100, Map.of("seconds left", 120.0));
        assertThat(left()).isCloseTo(125, within(1e-6));
    }

    @Test
    void aNodeThatTakesLongerThanItsLikeHasNoTimeLeftToTell() {
        expected.putAll(Map.of("load", 2.0, "train", 4.0, "save", 5.0));
        loaded();
        after(6);
        assertThat(progress.timeLeft().orElseThrow().whole()).isFalse();
        assertThat(left()).isCloseTo(5, within(1e-6));
    }

    @Test
    void theShareOfTheRunGoesByTimeAndNeverBack() {
        expected.putAll(Map.of("load", 2.0, "train", 90.0, "save", 8.0));
        loaded();
        assertThat(progress.fraction().orElseThrow()).isCloseTo(0.02, within(1e-6));
        after(48);
        told(5, 10, Map.of("seconds left", 42.0));
        assertThat(progress.fraction().orElseThrow()).isCloseTo(0.5, within(1e-6));
        told(5, 10, Map.of("seconds left", 442.0));
        assertThat(progress.fraction().orElseThrow()).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void howFarANodeIsIsSaidInWhatItCounts() {
        begin();
        assertThat(progress.count()).isEmpty();
        progress.take(new RunEvent.NodeStarted("train", "Train", ""));
        assertThat(progress.count()).isEmpty();
        assertThat(progress.share()).isEmpty();
        told(16, 250, Map.of());
        assertThat(progress.count()).contains("step 16 of 250");
        progress.take(new RunEvent.NodeProgress("train", "Train", 3, 0, Map.of()));
        assertThat(progress.count()).contains("3");
        assertThat(progress.share()).isEmpty();
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
