package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a window waits for what is being written: longer than anybody is patient only as the user says. */
class FileWorkTest {

    private final FileWork work = new FileWork(new MessageBoxes(null));
    private final CountDownLatch slowDisk = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void end() {
        slowDisk.countDown();
        work.close();
    }

    private void writeSlowly() {
        execute(() -> {
            work.soon(
                    () -> {
                        slowDisk.await();
                        return "written";
                    },
                    done::add);
            work.soon(() -> "written too", done::add);
        });
    }

    private void leave(boolean goesAhead) {
        execute(() -> work.atLast(
                () -> {
                    done.add("left");
                    ended.countDown();
                },
                () -> {
                    asked.countDown();
                    return goesAhead;
                }));
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
    }

    private void awaitWork() throws InterruptedException {
        CountDownLatch after = new CountDownLatch(1);
        execute(() -> work.soon(() -> {}, after::countDown));
        await(after);
    }

    /** All that the event dispatch thread was given before has been done. */
    private List<String> done() {
        return execute(() -> List.copyOf(done));
    }

    @Test
    void whatWaitsIsDoneFirst() throws InterruptedException {
        writeSlowly();
        leave(false);
        slowDisk.countDown();
        await(ended);
        assertThat(done()).containsExactly("written", "written too", "left");
        assertThat(asked.getCount()).isEqualTo(1);
    }

    @Test
    void whereNothingWaitsNobodyIsAsked() throws InterruptedException {
        leave(true);
        await(ended);
        assertThat(done()).containsExactly("left");
        assertThat(asked.getCount()).isEqualTo(1);
    }

    @Test
    void aUserWhoDoesNotWaitLeavesAtOnceAndOnce() throws InterruptedException {
        writeSlowly();
        leave(true);
        await(ended);
        assertThat(done()).containsExactly("left");
        slowDisk.countDown();
        awaitWork();
        assertThat(done()).containsExactly("left", "written", "written too");
    }

    @Test
    void aUserWhoStaysStays() throws InterruptedException {
        writeSlowly();
        leave(false);
        await(asked);
        slowDisk.countDown();
        awaitWork();
        assertThat(done()).containsExactly("written", "written too");
    }

    @Test
    void whoStayedAndLeavesLaterWaitsForWhatWasAskedSince() throws InterruptedException {
        writeSlowly();
        leave(false);
        await(asked);
        execute(() -> work.soon(() -> "written since", done::add));
        leave(false);
        leave(false);
        slowDisk.countDown();
        await(ended);
        assertThat(done()).containsExactly("written", "written too", "written since", "left");
    }
}
