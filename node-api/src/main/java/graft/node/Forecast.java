package graft.node;

import java.util.List;

/**
 * What a node will take, told before it runs.
 *
 * @param peakBytes the most that it holds on the device at once, beside what the program itself takes; on the CPU that is
 *     main memory
 * @param seconds of work; NaN where nobody has measured this machine yet
 * @param fileBytes what a file of its result will take; 0 when it makes none
 * @param savings what would make the peak lower, as a clause such as "turn on gradient checkpointing"; empty when nothing
 *     would
 * @param parts of the time that are spent on what somebody may leave out
 */
public record Forecast(long peakBytes, double seconds, long fileBytes, String savings, List<Part> parts) {

    /**
     * The part of the time that is spent on what is wired into an input.
     *
     * @param input the name of its field
     * @param share of the time of the forecast, 0 to 1; a guess by what there is to compute where the time is not known
     */
    public record Part(String input, double share) {

        public Part {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("a part of " + share);
            }
        }
    }

    /** Makes a forecast when one is wanted, which {@link Node#configure} must not wait for. */
    @FunctionalInterface
    public interface Source {

        /**
         * @param device {@code cpu}, {@code cuda} or {@code cuda:n}
         * @param measure whether it may compute for a while to measure what was not measured on this machine yet
         */
        Forecast on(String device, boolean measure);
    }

    public Forecast {
        parts = List.copyOf(parts);
    }

    /** Of which no part is told. */
    public Forecast(long peakBytes, double seconds, long fileBytes, String savings) {
        this(peakBytes, seconds, fileBytes, savings, List.of());
    }

    /** Whether the time is known. */
    public boolean timed() {
        return !Double.isNaN(seconds);
    }
}
