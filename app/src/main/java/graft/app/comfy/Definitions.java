package graft.app.comfy;

import graft.app.workflow.Subgraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The subgraphs of a file, each translated once, before what uses it. */
final class Definitions {

    /**
     * A subgraph's name and sockets here.
     *
     * @param inputs socket ids, in the order of the definition
     */
    record Sockets(String name, List<String> inputs, List<String> outputs) {}

    private final Map<String, ComfySubgraph> theirs;
    private final Map<String, Sockets> sockets = new HashMap<>();
    private final Map<String, Level> levels = new LinkedHashMap<>();
    private final Map<String, Subgraph> subgraphs = new LinkedHashMap<>();
    private final Set<String> begun = new HashSet<>();
    private final Predicate<String> installed;
    private final Report report;

    /** @param installed whether there is a node type here */
    Definitions(Map<String, ComfySubgraph> theirs, Predicate<String> installed, Report report) {
        this.theirs = theirs;
        this.installed = installed;
        this.report = report;
        Set<String> names = new LinkedHashSet<>();
        theirs.forEach((id, subgraph) -> {
            sockets.put(
                    id,
                    new Sockets(
                            unused(id, "subgraph", names),
                            unused(subgraph.inputs().stream()
                                    .map(ComfySubgraph.Input::name)
                                    .toList()),
                            unused(subgraph.outputs().stream()
                                    .map(ComfySubgraph.Output::name)
                                    .toList())));
        });
    }

    private static List<String> unused(List<String> wishes) {
        Set<String> taken = new LinkedHashSet<>();
        wishes.forEach(wish -> unused(wish, "socket", taken));
        return List.copyOf(taken);
    }

    /** A name in the letters of ids that is not taken, and is from now on. */
    private static String unused(String wish, String otherwise, Set<String> taken) {
        String stem = wish.replaceAll("[^A-Za-z0-9_-]+", "-");
        if (stem.isEmpty()) {
            stem = otherwise;
        }
        String name = stem;
        for (int i = 2; !taken.add(name); i++) {
            name = stem + "_" + i;
        }
        return name;
    }

    Optional<ComfySubgraph> of(String type) {
        return Optional.ofNullable(theirs.get(type));
    }

    Predicate<String> installed() {
        return installed;
    }

    Sockets sockets(String type) {
        return sockets.get(type);
    }

    /** The inside translated; empty while that is being done, for a subgraph that holds itself. */
    Optional<Level> level(String type) {
        if (theirs.containsKey(type) && begun.add(type)) {
            ComfySubgraph subgraph = theirs.get(type);
            Level level = new Level(subgraph, this, report);
            subgraphs.put(sockets.get(type).name(), level.subgraph());
            levels.put(type, level);
        }
        return Optional.ofNullable(levels.get(type));
    }

    /** All of them, used or not. */
    Map<String, Subgraph> subgraphs() {
        new ArrayList<>(theirs.keySet()).forEach(this::level);
        return subgraphs;
    }
}
