package graft.app.command;

import com.google.gson.JsonObject;
import graft.app.engine.Plan;
import graft.node.Forecast;
import graft.tensor.Compute;
import graft.tensor.Memory;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What a plan's nodes will take, for a person or, a line of JSON for each node, for a program. */
final class ForecastPrinter {

    /** What Java and libtorch come to hold beyond what they hold at the start: heap, compiled code, buffers of kernels. */
    private static final long WORKING = 80L << 20;

    private final Map<String, Forecast> forecasts;
    private final Compute compute;
    /** What the program itself holds before the first node: Java, libtorch. */
    private final long program;

    ForecastPrinter(Map<String, Forecast> forecasts, Compute compute, long program) {
        this.forecasts = forecasts;
        this.compute = compute;
        this.program = program;
    }

    /** Each node of the plan in its order, with what it will take where that is known. */
    void nodes(Plan plan, boolean json, PrintWriter out) {
        for (Plan.Step step : plan.steps()) {
            Forecast forecast = forecasts.get(step.node());
            if (json) {
                out.println(line(step, forecast));
                continue;
            }
            out.println(
                    step.node() + "  " + step.title() + "  (" + step.schema().id() + ")");
            if (forecast != null) {
                out.println("    " + words(forecast.peakBytes(), forecast.seconds(), forecast.fileBytes())
                        + parts(forecast));
            }
        }
        out.flush();
    }

    private JsonObject line(Plan.Step step, Forecast forecast) {
        JsonObject line = new JsonObject();
        line.addProperty("event", "forecast");
        line.addProperty("node", step.node());
        line.addProperty("title", step.title());
        line.addProperty("type", step.schema().id());
        if (forecast != null) {
            line.addProperty("peak", held(forecast));
            line.addProperty("fileBytes", forecast.fileBytes());
            JsonObject parts = new JsonObject();
            forecast.parts().forEach(part -> parts.addProperty(part.input(), part.share()));
            line.add("parts", parts);
            if (forecast.timed()) {
                line.addProperty("seconds", forecast.seconds());
            }
        }
        return line;
    }

    /** One line on all together; nothing when no node can tell. */
    void total(PrintWriter out) {
        if (!forecasts.isEmpty()) {
            long peak = forecasts.values().stream()
                    .mapToLong(Forecast::peakBytes)
                    .max()
                    .orElse(0);
            double seconds =
                    forecasts.values().stream().mapToDouble(Forecast::seconds).sum();
            long bytes =
                    forecasts.values().stream().mapToLong(Forecast::fileBytes).sum();
            out.println("forecast  " + words(peak, seconds, bytes));
            out.flush();
        }
    }

    /** Says of each node that will not fit what would help. */
    void warn(PrintWriter err) {
        OptionalLong free = compute.freeMemory();
        forecasts.forEach((node, forecast) -> {
            if (free.isPresent() && forecast.peakBytes() > free.getAsLong()) {
                err.println("warning: " + node + ": it will need about " + Memory.words(held(forecast)) + " and "
                        + Memory.words(free.getAsLong()) + " are free"
                        + (forecast.savings().isEmpty() ? "" : "; it helps to " + forecast.savings()) + ".");
            }
        });
        err.flush();
    }

    /** On the CPU the program itself lies in the same memory. */
    private long held(Forecast forecast) {
        return forecast.peakBytes() + ownMemory();
    }

    private long ownMemory() {
        return compute.isCpu() ? program + WORKING : 0;
    }

    private String words(long peak, double seconds, long file) {
        String memory = "about " + Memory.words(peak + ownMemory()) + " of memory";
        String time = Double.isNaN(seconds)
                ? "time not measured on this machine yet (--dry-run measures it)"
                : duration(seconds);
        return memory + ", " + time + (file > 0 ? ", a file of " + Memory.fileSize(file) : "");
    }

    private static String parts(Forecast forecast) {
        return forecast.parts().stream()
                .map(part -> String.format(
                        Locale.ROOT, ", %.0f %% of the time for its %s", 100 * part.share(), part.input()))
                .collect(Collectors.joining());
    }

    private static String duration(double seconds) {
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return seconds < 7200
                ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
