package graft.app.command;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The results of {@code graft bench} as rows of a table, or as lines of JSON. */
final class BenchTable {

    private static final String ROW = "%-10s %-7s %6s %7s  %-18s %9s %9s %9s";

    private final PrintWriter out;
    private final boolean json;

    BenchTable(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void head(boolean peers) {
        if (!json) {
            out.printf(ROW, "case", "model", "latent", "threads", "program", "median s", "min s", "peak MiB");
            out.println(peers ? "   Graft's share: median, min, memory" : "");
            out.flush();
        }
    }

    /** @param results Graft's own first */
    void add(BenchTask task, List<BenchResult> results) {
        BenchResult graft = results.get(0);
        for (int i = 0; i < results.size(); i++) {
            BenchResult each = results.get(i);
            boolean compared = i > 0 && !each.isLeftOut() && !graft.isLeftOut();
            if (json) {
                out.println(line(task, each, graft, compared));
            } else {
                row(task, each, i == 0);
                out.println(
                        compared
                                ? String.format(
                                        Locale.ROOT,
                                        "  %5.2f %5.2f %6.2f",
                                        graft.timeOver(each),
                                        graft.fastestOver(each),
                                        graft.memoryOver(each))
                                : "");
            }
        }
        out.flush();
    }

    private void row(BenchTask task, BenchResult result, boolean first) {
        out.printf(
                ROW.replace(" %9s %9s %9s", ""),
                first ? task.name() : "",
                first ? task.size() : "",
                first ? task.latent() : "",
                first ? task.threads() : "",
                result.program());
        if (result.isLeftOut()) {
            out.print(" left out: " + result.leftOut());
        } else {
            out.printf(Locale.ROOT, " %9.4f %9.4f %9.0f", result.seconds(), result.fastest(), result.peakMebibytes());
        }
    }

    private static JsonObject line(BenchTask task, BenchResult result, BenchResult graft, boolean compared) {
        JsonObject line = new JsonObject();
        line.addProperty("program", result.program());
        line.addProperty("case", task.name().name());
        line.addProperty("size", task.size().name());
        line.addProperty("latent", task.latent());
        line.addProperty("weights", task.weights().name());
        line.addProperty("checkpointing", task.checkpointing());
        line.addProperty("states8bit", task.narrowStates());
        line.addProperty("releasedGradients", task.releases());
        line.addProperty("threads", task.threads());
        line.addProperty("rounds", result.rounds().size());
        if (result.isLeftOut()) {
            line.addProperty("left_out", result.leftOut());
            return line;
        }
        line.addProperty("seconds", result.seconds());
        line.addProperty("fastest", result.fastest());
        line.addProperty("peak_mib", result.peakMebibytes());
        if (compared) {
            line.addProperty("time_ratio", graft.timeOver(result));
            line.addProperty("fastest_ratio", graft.fastestOver(result));
            line.addProperty("memory_ratio", graft.memoryOver(result));
        }
        return line;
    }
}
