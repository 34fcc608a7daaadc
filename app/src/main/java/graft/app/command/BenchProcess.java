package graft.app.command;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import graft.app.command.BenchResult.Round;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One measurement in a process of its own. */
final class BenchProcess {

    /** What the launcher gives Graft where nothing else is asked for. */
    private static final String LAUNCHER_TUNABLES = "glibc.malloc.hugetlb=1";

    /** What became of it: a round, or why there is none. */
    record Outcome(Round round, String leftOut, boolean failed) {

        private static Outcome failed(String why) {
            return new Outcome(null, why, true);
        }
    }

    private BenchProcess() {}

    /**
     * Starts a program that prints one JSON object as its last line: {@code seconds} and {@code peak_mib}, and {@code fastest}
     * if it likes; or {@code cannot}, with why it has no such case.
     *
     * @param threads that it computes with
     * @param log takes what it says beside, the last line of which is told when it fails
     * @param fromStart whether the time counts from the start of the process to that line, whatever it says itself
     */
    static Outcome run(List<String> command, Path log, int threads, boolean fromStart) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        // Graft's launcher sets it again: a peer runs as its own users start it.
        builder.environment().remove("GLIBC_TUNABLES", LAUNCHER_TUNABLES);
        long start = System.nanoTime();
        double seconds = 0;
        String last = "";
        int code;
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("{")) {
                        last = line;
                        seconds = (System.nanoTime() - start) / 1e9;
                    }
                }
            }
            code = process.waitFor();
        } catch (IOException failure) {
            return Outcome.failed("\"" + command.get(0) + "\" does not start (" + failure.getMessage() + ")");
        }
        if (code == 137 || code == 9) {
            return Outcome.failed("it was killed, as a process is for which there is not enough memory");
        }
        if (code != 0) {
            return Outcome.failed(
                    "it ended with exit code " + code + lastLine(log) + "; run it alone: " + String.join(" ", command));
        }
        return outcome(last, fromStart ? seconds : Double.NaN, command);
    }

    /** In brackets; empty where it said nothing. */
    private static String lastLine(Path log) {
        try {
            return Files.readString(log)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .reduce((before, last) -> last)
                    .map(line -> " (" + line.strip() + ")")
                    .orElse("");
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** A run of Graft's tells its peak in bytes. */
    private static double peakMebibytes(JsonObject told) {
        return told.has("peak")
                ? told.get("peak").getAsDouble() / (1024 * 1024)
                : told.get("peak_mib").getAsDouble();
    }

    private static Outcome outcome(String line, double fromStart, List<String> command) {
        try {
            JsonObject told = JsonParser.parseString(line).getAsJsonObject();
            if (told.has("cannot")) {
                return new Outcome(null, told.get("cannot").getAsString(), false);
            }
            double seconds = Double.isNaN(fromStart) ? told.get("seconds").getAsDouble() : fromStart;
            boolean knowsFastest = Double.isNaN(fromStart) && told.has("fastest");
            double fastest = knowsFastest ? told.get("fastest").getAsDouble() : seconds;
            return new Outcome(new Round(seconds, fastest, peakMebibytes(told)), "", false);
        } catch (JsonSyntaxException | IllegalStateException | NullPointerException | UnsupportedOperationException e) {
            return Outcome.failed("its last line is no JSON object with seconds and peak_mib; run it alone: "
                    + String.join(" ", command));
        }
    }
}
