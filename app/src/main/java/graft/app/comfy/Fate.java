package graft.app.comfy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of a node of a file.
 *
 * @param type its class there, or the name of its subgraph
 * @param node the class and id
 * @param within the subgraph that it is in; empty for the whole
 * @param became what it is now: a node's id and type, or words; empty for one that is kept as it came, and does not run
 */
public record Fate(String type, String node, String within, String became) {

    /** A line for each class, with what became of its nodes. */
    static List<String> lines(List<Fate> fates) {
        Map<String, List<Fate>> byType = new LinkedHashMap<>();
        fates.forEach(fate ->
                byType.computeIfAbsent(fate.type(), type -> new ArrayList<>()).add(fate));
        List<String> lines = new ArrayList<>();
        byType.forEach((type, all) -> {
            String many = all.size() > 1 ? " (" + all.size() + ")" : "";
            String now = all.stream()
                    .map(fate -> fate.isKept() ? "kept as it came" : fate.became())
                    .distinct()
                    .collect(Collectors.joining(", "));
            lines.add("  " + type + many + ": " + now);
        });
        return lines;
    }

    /** Whether there is nothing like it here. */
    public boolean isKept() {
        return became.isEmpty();
    }
}
