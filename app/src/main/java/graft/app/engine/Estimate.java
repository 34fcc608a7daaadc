package graft.app.engine;

import graft.node.Forecast;
import graft.node.PlainText;
import java.util.List;
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
 * @param unknown why nothing can be known, as a sentence; empty otherwise
 */
public record Estimate(
        OptionalDouble seconds,
        OptionalLong peakBytes,
        OptionalLong freeBytes,
        long fileBytes,
        List<String> folders,
        String savings,
        String unknown) {

    public Estimate {
        folders = List.copyOf(folders);
        savings = PlainText.line(savings, RunEvent.LONGEST);
        unknown = PlainText.line(unknown, RunEvent.LONGEST);
    }

    static Estimate of(Forecast forecast, OptionalDouble known, OptionalLong free, List<String> folders) {
        OptionalDouble told = forecast.timed() ? OptionalDouble.of(forecast.seconds()) : OptionalDouble.empty();
        return new Estimate(
                known.isPresent() ? known : told,
                OptionalLong.of(forecast.peakBytes()),
                free,
                forecast.fileBytes(),
                folders,
                forecast.savings(),
                "");
    }

    static Estimate unknown(String why, OptionalDouble known, List<String> folders) {
        return new Estimate(known, OptionalLong.empty(), OptionalLong.empty(), 0, folders, "", why);
    }

    /** Whether it needs more memory than there is now. */
    public boolean isTooLarge() {
        return peakBytes.isPresent() && freeBytes.isPresent() && peakBytes.getAsLong() > freeBytes.getAsLong();
    }

    /** Of two that run one after the other. */
    public Estimate then(Estimate next) {
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
                unknown.isEmpty() ? next.unknown : unknown);
    }
}
