package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Code that comes back, and code that does not. */
class TimeLimitTest {

    private final TimeLimit limit = new TimeLimit();

    /** Computes for that long, however long it takes. */
    private static void compute(double seconds) {
        while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < 1e9 * seconds) {
            Thread.onSpinWait();
        }
    }

    @Test
    void besideOtherProgramsWhatIsComputedCounts() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
            Thread other = new Thread(() -> {
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
            other.start();
            others.add(other);
        }
        AtomicBoolean back = new AtomicBoolean();
        try {
            limit.run("quick", "quick", 1, () -> {
                compute(0.3);
                back.set(true);
            });
        } finally {
            over.set(true);
        }
        assertThat(back).isTrue();
        for (Thread other : others) {
            other.join();
        }
    }

    @Test
    void whatOnlyWaitsIsLeftBehindAndNotAskedAgain() {
        CountDownLatch never = new CountDownLatch(1);
        Runnable waits = () -> {
            try {
                never.await();
            } catch (InterruptedException asked) {
                // It goes on all the same, as code of strangers may.
                compute(0.01);
                while (never.getCount() > 0) {
                    Thread.onSpinWait();
                }
            }
        };
        assertThatThrownBy(() -> limit.run("waits", "waits", 1, waits))
                .isInstanceOf(TimeLimit.Overdue.class)
                .hasMessage(
                        "it did not come back within 1 s, and its thread \"waits, left behind\" goes on until Graft ends");
        assertThatThrownBy(() -> limit.run("waits", "waits again", 1, () -> {
                    throw new AssertionError("it was asked again");
                }))
                .isInstanceOf(TimeLimit.Overdue.class);
        never.countDown();
    }

    @Test
    void whatComputesAndComputesIsLeftBehind() {
        AtomicBoolean over = new AtomicBoolean();
        assertThatThrownBy(() -> limit.run("loops", "loops", 1, () -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                }))
                .isInstanceOf(TimeLimit.Overdue.class);
        over.set(true);
    }
}
