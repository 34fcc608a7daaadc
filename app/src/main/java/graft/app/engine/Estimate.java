package graft.app.engine;

import graft.node.Forecast;
import graft.node.PlainText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a node will take, as far as it can be known before it runs.
 *
 * @param seconds of work; empty where no like node ran on this machine yet and nobody measured one
 * @param peakBytes the most that it holds on the device at once, beside what the program itself takes; empty when unknown
 * @param freeBytes what the device has left now; empty where the system does not tell
 * @param fileBytes what a file of its result will take; 0 when it makes none
 * @param folders where nodes behind it will write its result
 * @param savings what would make the peak lower, as a clause; empty when nothing would
 * @param parts what part of its time is spent on other nodes that are wired into it
 * @param within what part it is of the time of a node that it is wired into; then only the seconds are known of it, which are that
 *     node's
 * @param unknown why nothing can be known, as a sentence; empty otherwise
 */
public record Estimate(
        OptionalDouble seconds,
        OptionalLong peakBytes,
        OptionalLong freeBytes,
        long fileBytes,
        List<String> folders,
        String savings,
        List<Share> parts,
        Optional<Share> within,
        String unknown) {

    /**
     * A part of somebody's time.
     *
     * @param node the title of the other node
     * @param part 0 to 1
     */
    public record Share(String node, double part) {

        /** The same part of the time that both are of. */
        private Share with(double seconds, Share other, double otherSeconds) {
            double all = seconds + otherSeconds;
            return new Share(
                    node.equals(other.node) ? node : node + ", " + other.node,
                    all > 0 ? (part * seconds + other.part * otherSeconds) / all : (part + other.part) / 2);
        }
    }

    public Estimate {
        parts = List.copyOf(parts);
        folders = List.copyOf(folders);
        savings = PlainText.line(savings, RunEvent.LONGEST);
        unknown = PlainText.line(unknown, RunEvent.LONGEST);
    }

    /** @param parts of the forecast's, with the titles of the nodes */
    static Estimate of(
            Forecast forecast, OptionalDouble known, OptionalLong free, List<String> folders, List<Share> parts) {
        OptionalDouble told = forecast.timed() ? OptionalDouble.of(forecast.seconds()) : OptionalDouble.empty();
        return new Estimate(
                known.isPresent() ? known : told,
                OptionalLong.of(forecast.peakBytes()),
                free,
                forecast.fileBytes(),
                folders,
                forecast.savings(),
                parts,
                Optional.empty(),
                "");
    }

    static Estimate unknown(String why, OptionalDouble known, List<String> folders) {
        return new Estimate(
                known, OptionalLong.empty(), OptionalLong.empty(), 0, folders, "", List.of(), Optional.empty(), why);
    }

    /**
     * Of a node whose work is done by another, which spends so much of its time on it.
     *
     * @param whole seconds of the other; empty where they are not known
     */
    static Estimate within(OptionalDouble whole, Share share) {
        return new Estimate(
                whole.isPresent() ? OptionalDouble.of(share.part() * whole.getAsDouble()) : OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                0,
                List.of(),
                "",
                List.of(),
                Optional.of(share),
                "");
    }

    /** Whether it needs more memory than there is now. */
    public boolean isTooLarge() {
        return peakBytes.isPresent() && freeBytes.isPresent() && peakBytes.getAsLong() > freeBytes.getAsLong();
    }

    /** Of two that run one after the other; what is a part of another counts there. */
    public Estimate then(Estimate next) {
        if (within.isPresent() != next.within.isPresent()) {
            return within.isPresent() ? next : this;
        }
        boolean larger = next.peakBytes.orElse(0) > peakBytes.orElse(0);
        boolean timed = seconds.isPresent() && next.seconds.isPresent();
        return new Estimate(
                timed ? OptionalDouble.of(seconds.getAsDouble() + next.seconds.getAsDouble()) : OptionalDouble.empty(),
                larger ? next.peakBytes : peakBytes,
                larger ? next.freeBytes : freeBytes,
                fileBytes + next.fileBytes,
                Stream.concat(folders.stream(), next.folders.stream())
                        .distinct()
                        .toList(),
                larger ? next.savings : savings,
                together(next),
                within.flatMap(one -> next.within.map(other -> one.with(whole(), other, next.whole()))),
                unknown.isEmpty() ? next.unknown : unknown);
    }

    /** Of the time that it is a part of, all. */
    private double whole() {
        double part = within.map(Share::part).orElse(1.0);
        return part == 0 ? 0 : seconds.orElse(0) / part;
    }

    private List<Share> together(Estimate next) {
        return parts.stream()
                .flatMap(one -> next.parts.stream()
                        .filter(other -> other.node().equals(one.node()))
                        .map(other -> one.with(seconds.orElse(0), other, next.seconds.orElse(0))))
                .toList();
    }
}
