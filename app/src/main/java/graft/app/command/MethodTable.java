package graft.app.command;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reports of the same methods on several subjects, as Markdown: the means over all, and how often which beats which. */
final class MethodTable {

    private static final Map<String, String> MEASURES = new LinkedHashMap<>();
    private static final List<String> FIDELITIES = List.of("fidelity", "dino", "clipImage", "structure");

    static {
        MEASURES.put("fidelity", "fidelity");
        MEASURES.put("dino", "DINO");
        MEASURES.put("clipImage", "CLIP picture");
        MEASURES.put("structure", "structure");
        MEASURES.put("prompt", "prompt");
        MEASURES.put("drift", "drift");
        MEASURES.put("leak", "leak");
        MEASURES.put("diversity", "diversity");
        MEASURES.put("memorisation", "copying");
    }

    /** The values of each method by field, one for each report that has one. */
    private final Map<String, Map<String, List<Double>>> methods = new LinkedHashMap<>();

    private final int reports;

    private MethodTable(List<JsonObject> reports) {
        this.reports = reports.size();
        for (JsonObject report : reports) {
            for (JsonElement each : report.getAsJsonArray("rows")) {
                JsonObject row = each.getAsJsonObject();
                Map<String, List<Double>> values =
                        methods.computeIfAbsent(row.get("method").getAsString(), name -> new LinkedHashMap<>());
                for (String field : row.keySet()) {
                    if (row.get(field).isJsonPrimitive()
                            && row.getAsJsonPrimitive(field).isNumber()) {
                        values.computeIfAbsent(field, name -> new ArrayList<>())
                                .add(row.get(field).getAsDouble());
                    }
                }
            }
        }
    }

    /** @param reports the {@code report.json} of each, all with the same methods */
    static String of(List<JsonObject> reports) {
        MethodTable table = new MethodTable(reports);
        return table.means() + "\n" + table.contests() + "\n" + table.claims();
    }

    private String means() {
        StringBuilder text = new StringBuilder("Mean ± standard deviation over " + reports + " runs.\n\n|  |");
        MEASURES.values().forEach(title -> text.append(' ').append(title).append(" |"));
        text.append(" time | memory | size |\n|---|")
                .append("---|".repeat(MEASURES.size() + 3))
                .append('\n');
        methods.forEach((name, values) -> {
            text.append("| ").append(name).append(" |");
            for (String field : MEASURES.keySet()) {
                text.append(' ').append(spread(values.get(field))).append(" |");
            }
            text.append(' ')
                    .append(cell(values.get("seconds"), mean -> String.format(Locale.ROOT, "%.0f s", mean)))
                    .append(" | ")
                    .append(cell(values.get("peakMiB"), mean -> String.format(Locale.ROOT, "%.0f MiB", mean)))
                    .append(" | ")
                    .append(cell(
                            values.get("bytes"),
                            mean -> mean < 1 << 20
                                    ? String.format(Locale.ROOT, "%.0f KiB", mean / 1024)
                                    : String.format(Locale.ROOT, "%.1f MiB", mean / (1 << 20))))
                    .append(" |\n");
        });
        return text.toString();
    }

    private static String cell(List<Double> values, Function<Double, String> words) {
        return values == null ? "–" : words.apply(mean(values));
    }

    private static String spread(List<Double> values) {
        if (values == null) {
            return "–";
        }
        double mean = mean(values);
        double squares = values.stream()
                .mapToDouble(each -> (each - mean) * (each - mean))
                .sum();
        return String.format(
                Locale.ROOT, "%.3f ± %.3f", mean, values.size() < 2 ? 0 : Math.sqrt(squares / (values.size() - 1)));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** In how many of the runs the one has more of a measure than the other. */
    private String contests() {
        StringBuilder text =
                new StringBuilder("In how many of the " + reports + " runs the first beats the second:\n\n|  |");
        FIDELITIES.forEach(field -> text.append(' ').append(MEASURES.get(field)).append(" |"));
        text.append("\n|---|").append("---|".repeat(FIDELITIES.size())).append('\n');
        List<String> trained = List.copyOf(trained());
        for (int i = trained.size() - 1; i > 0; i--) {
            for (int j = i - 1; j >= 0; j--) {
                text.append("| ")
                        .append(trained.get(i))
                        .append(" over ")
                        .append(trained.get(j))
                        .append(" |");
                for (String field : FIDELITIES) {
                    text.append(' ')
                            .append(wins(trained.get(i), trained.get(j), field))
                            .append(" |");
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    private Set<String> trained() {
        Set<String> trained = new LinkedHashSet<>(methods.keySet());
        trained.removeIf(name -> !methods.get(name).containsKey("leak"));
        return trained;
    }

    private int wins(String one, String other, String field) {
        List<Double> first = methods.get(one).get(field);
        List<Double> second = methods.get(other).get(field);
        int wins = 0;
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            wins += first.get(i) > second.get(i) ? 1 : 0;
        }
        return wins;
    }

    /** What is to hold, and whether it does. */
    private String claims() {
        StringBuilder text = new StringBuilder();
        Optional<String> base = methods.keySet().stream()
                .filter(name -> !trained().contains(name))
                .findFirst();
        base.ifPresent(before -> {
            for (String field : FIDELITIES) {
                int lost = trained().stream()
                        .mapToInt(name -> reports - wins(name, before, field))
                        .sum();
                text.append("- ")
                        .append(MEASURES.get(field))
                        .append(": a training falls short of the model before in ")
                        .append(lost)
                        .append(" of ")
                        .append(reports * trained().size())
                        .append(".\n");
            }
        });
        List<Double> free = values("DreamBooth", "leak");
        List<Double> held = values("DreamBooth + class pictures", "leak");
        if (!free.isEmpty() && !held.isEmpty()) {
            text.append(String.format(
                    Locale.ROOT,
                    "- Leak with class pictures is %.2f of that without (%.3f for %.3f).%n",
                    mean(held) / mean(free),
                    mean(held),
                    mean(free)));
        }
        return text.toString();
    }

    private List<Double> values(String method, String field) {
        return methods.getOrDefault(method, Map.of()).getOrDefault(field, List.of());
    }
}
