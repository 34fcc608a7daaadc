package graft.nodes.sampling;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How long previews may take: a twentieth of the sampling that they are of, measured as it goes.
 *
 * <p>Used by one thread.
 */
final class PreviewBudget {

    private static final int SHARE = 20;

    private final LongSupplier clock;
    private final long began;
    private long spent;

    /** @param clock nanoseconds from whenever */
    PreviewBudget(LongSupplier clock) {
        this.clock = clock;
        this.began = clock.getAsLong();
    }

    /** Whether there is time for what takes so many nanoseconds. */
    boolean allows(long nanoseconds) {
        long sampled = clock.getAsLong() - began - spent;
        return spent + nanoseconds <= sampled / SHARE;
    }

    /** Does work for a preview. */
    <T> T spend(Supplier<T> work) {
        long from = clock.getAsLong();
        try {
            return work.get();
        } finally {
            spent += clock.getAsLong() - from;
        }
    }

    /** Nanoseconds that went to previews so far. */
    long spent() {
        return spent;
    }
}
