package graft.train;

import graft.tensor.Memory;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes the time and the peak of memory from when it is made.
 *
 * <p>A thread of its own looks at the memory fifty times a second: the system keeps only the peak since the program began.
 */
final class CostMeter implements AutoCloseable {

    private static final long PAUSE_MILLIS = 20;

    private final long began = System.nanoTime();
    private final AtomicLong peak = new AtomicLong(resident());
    private final Thread watch = new Thread(this::watch, "graft-cost");
    private final boolean memory;

    /** @param memory whether main memory is what the work is done in */
    CostMeter(boolean memory) {
        this.memory = memory && peak.get() > 0;
        if (this.memory) {
            watch.setDaemon(true);
            watch.start();
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(PAUSE_MILLIS);
                peak.accumulateAndGet(resident(), Math::max);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it took until now. */
    TrainingCost cost(long numbers) {
        double seconds = (System.nanoTime() - began) / 1e9;
        return new TrainingCost(
                seconds,
                memory ? OptionalLong.of(peak.accumulateAndGet(resident(), Math::max)) : OptionalLong.empty(),
                numbers);
    }

    /** Bytes that the program holds now; 0 where the system does not tell. */
    private static long resident() {
        return Memory.resident().orElse(0);
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
