package graft.app.command;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one program took for one task.
 *
 * @param rounds in order, each of a process of its own; empty when it was left out
 * @param leftOut why, in words; empty when it was measured
 */
record BenchResult(String program, List<Round> rounds, String leftOut) {

    /**
     * Of one process.
     *
     * @param seconds median over its steps
     * @param fastest of its steps, in seconds
     * @param peakMebibytes the most memory that it held at once
     */
    record Round(double seconds, double fastest, double peakMebibytes) {}

    boolean isLeftOut() {
        return !leftOut.isEmpty();
    }

    double seconds() {
        return median(Round::seconds);
    }

    double fastest() {
        return rounds.stream().mapToDouble(Round::fastest).min().orElse(Double.NaN);
    }

    double peakMebibytes() {
        return median(Round::peakMebibytes);
    }

    private double median(ToDoubleFunction<Round> of) {
        return median(rounds.stream().mapToDouble(of).toArray());
    }

    /** Median of the ratios of each round's times, which a machine that slows down for a while sways least. */
    double timeOver(BenchResult other) {
        double[] ratios = new double[Math.min(rounds.size(), other.rounds.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = rounds.get(i).seconds / other.rounds.get(i).seconds;
        }
        return median(ratios);
    }

    double fastestOver(BenchResult other) {
        return fastest() / other.fastest();
    }

    double memoryOver(BenchResult other) {
        return peakMebibytes() / other.peakMebibytes();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
