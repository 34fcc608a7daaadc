package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.app.engine.RunQueue.Entry;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue of runs: its order, its pause, and what a restart finds. */
class RunQueueTest {

    @TempDir
    private Path folder;

    private final List<Problem> trouble = new ArrayList<>();

    private RunQueue open() {
        return RunQueue.open(folder.resolve("state/queue.json"), trouble::add);
    }

    private static Entry add(RunQueue queue, String title, boolean next) {
        return queue.add(title, Workflow.EMPTY.withTitle(title), List.of(), "", next);
    }

    private static List<String> titles(RunQueue queue) {
        return queue.entries().stream().map(Entry::title).toList();
    }

    @Test
    void oneRunsAtATimeAndTheRestKeepTheirOrder() {
        try (RunQueue queue = open()) {
            add(queue, "a", false);
            Entry b = add(queue, "b", false);
            add(queue, "c", true);
            assertThat(titles(queue)).containsExactly("c", "a", "b");
            Entry running = queue.take().orElseThrow();
            assertThat(running.title()).isEqualTo("c");
            assertThat(queue.take()).isEmpty();
            add(queue, "d", true);
            queue.move(b.id(), 0);
            assertThat(titles(queue)).containsExactly("c", "b", "d", "a");
            queue.move(b.id(), 99);
            assertThat(titles(queue)).containsExactly("c", "d", "a", "b");
            assertThat(queue.remove(running.id())).isFalse();
            assertThat(queue.remove(b.id())).isTrue();
            queue.finished(running.id());
            queue.pause(true);
            assertThat(queue.take()).isEmpty();
            queue.pause(false);
            assertThat(queue.take().orElseThrow().title()).isEqualTo("d");
            queue.clear();
            assertThat(titles(queue)).containsExactly("d");
        }
        assertThat(trouble).isEmpty();
    }

    @Test
    void aRestartFindsWhatWaitedAndWhatRanFirstInAPausedQueue() {
        Entry b;
        try (RunQueue queue = open()) {
            add(queue, "a", false);
            b = queue.add("b", Workflow.EMPTY.withNotes("Größe"), List.of("save"), "cpu", false);
        }
        try (RunQueue queue = open()) {
            assertThat(queue.paused()).isFalse();
            assertThat(queue.entries().get(1)).isEqualTo(b);
            queue.take();
        }
        try (RunQueue queue = open()) {
            assertThat(titles(queue)).containsExactly("a", "b");
            assertThat(queue.entries()).noneMatch(Entry::running);
            assertThat(queue.paused()).isTrue();
        }
    }

    @Test
    void twoAtOnceAndADamagedFileAreRefusedInWords() throws IOException {
        try (RunQueue queue = open()) {
            assertThat(queue.entries()).isEmpty();
            assertThatThrownBy(this::open)
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("another Graft has it open");
        }
        Files.writeString(folder.resolve("state/queue.json"), "{\"paused\": 3");
        assertThatThrownBy(this::open)
                .isInstanceOf(Problem.class)
                .hasMessageContaining("cannot read the queue".substring(1));
        Files.delete(folder.resolve("state/queue.json"));
        open().close();
    }

    @Test
    void listenersHearOfEveryChange() {
        RunQueue queue = RunQueue.unkept();
        List<List<String>> heard = new ArrayList<>();
        queue.addListener(() -> heard.add(titles(queue)));
        Entry a = add(queue, "a", false);
        queue.take();
        queue.finished(a.id());
        assertThat(heard).containsExactly(List.of("a"), List.of("a"), List.of());
        queue.close();
    }
}
