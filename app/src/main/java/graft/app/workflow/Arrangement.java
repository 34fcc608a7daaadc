package graft.app.workflow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Automatic layout in layers (Sugiyama, Tagawa and Toda 1981): columns by the longest way of wires that leads there,
 * order within a column by the mean place of the neighbours.
 */
final class Arrangement {

    private static final double GAP_X = 80;
    private static final double GAP_Y = 40;
    private static final int SWEEPS = 8;

    private final List<Wire> wires;
    private final Map<String, Integer> layers = new LinkedHashMap<>();
    private final Map<String, Size> sizes = new HashMap<>();
    private final List<List<String>> columns = new ArrayList<>();

    private Arrangement(Workflow workflow, Set<String> ids, Function<String, Size> sizes) {
        wires = workflow.wires().stream()
                .filter(wire -> ids.contains(wire.fromNode()) && ids.contains(wire.toNode()))
                .toList();
        Map<String, List<String>> before = neighbours(true);
        for (String id : ids) {
            this.sizes.put(id, sizes.apply(id));
            layer(id, before, new HashSet<>());
        }
        drawSourcesNear(before);
        layers.forEach((id, layer) -> {
            while (columns.size() <= layer) {
                columns.add(new ArrayList<>());
            }
            columns.get(layer).add(id);
        });
    }

    static Workflow arrange(Workflow workflow, Set<String> ids, Function<String, Size> sizes) {
        Set<String> free = new LinkedHashSet<>(workflow.nodes().keySet());
        free.removeIf(id -> !ids.contains(id) || workflow.nodes().get(id).look().pinned());
        Box box = Box.around(workflow, free, sizes);
        return at(workflow, free, new Place(box.x(), box.y()), sizes);
    }

    static Workflow place(Workflow workflow, Function<String, Size> sizes) {
        Set<String> lost = new LinkedHashSet<>(workflow.nodes().keySet());
        lost.removeIf(id -> workflow.nodes().get(id).place().isPresent());
        if (lost.isEmpty()) {
            return workflow;
        }
        Set<String> placed = new HashSet<>(Box.all(workflow, sizes).keySet());
        placed.removeAll(lost);
        Box box = Box.around(workflow, placed, sizes);
        return at(workflow, lost, new Place(box.x(), placed.isEmpty() ? box.y() : box.bottom() + GAP_Y), sizes);
    }

    private static Workflow at(Workflow workflow, Set<String> ids, Place corner, Function<String, Size> sizes) {
        Map<String, Set<String>> held = new LinkedHashMap<>();
        workflow.groups().forEach(group -> {
            Set<String> members = Edits.members(workflow, group.id(), sizes);
            if (!members.isEmpty() && ids.containsAll(members)) {
                held.put(group.id(), members);
            }
        });
        Arrangement layout = new Arrangement(workflow, ids, sizes);
        layout.order();
        Workflow moved = Edits.move(workflow, layout.places(corner))
                .withWires(workflow.wires().stream()
                        .map(wire -> ids.contains(wire.fromNode()) || ids.contains(wire.toNode())
                                ? wire.withVia(List.of())
                                : wire)
                        .toList());
        for (Map.Entry<String, Set<String>> group : held.entrySet()) {
            moved = Edits.fitGroup(moved, group.getKey(), group.getValue(), sizes);
        }
        return moved;
    }

    private Map<String, List<String>> neighbours(boolean before) {
        Map<String, List<String>> neighbours = new HashMap<>();
        wires.forEach(wire -> neighbours
                .computeIfAbsent(before ? wire.toNode() : wire.fromNode(), key -> new ArrayList<>())
                .add(before ? wire.fromNode() : wire.toNode()));
        return neighbours;
    }

    private int layer(String id, Map<String, List<String>> before, Set<String> path) {
        Integer known = layers.get(id);
        // Wires that run in a circle count once.
        if (known != null || !path.add(id)) {
            return known == null ? 0 : known;
        }
        int layer = before.getOrDefault(id, List.of()).stream()
                .mapToInt(each -> layer(each, before, path) + 1)
                .max()
                .orElse(0);
        path.remove(id);
        layers.put(id, layer);
        return layer;
    }

    /** A node that nothing enters stands beside the first that it feeds, not at the far left. */
    private void drawSourcesNear(Map<String, List<String>> before) {
        Map<String, List<String>> after = neighbours(false);
        layers.replaceAll((id, layer) -> before.containsKey(id) || !after.containsKey(id)
                ? layer
                : Math.max(0, after.get(id).stream().mapToInt(layers::get).min().orElse(1) - 1));
    }

    private void order() {
        Map<String, List<String>> before = neighbours(true);
        Map<String, List<String>> after = neighbours(false);
        Map<String, Double> ranks = new HashMap<>();
        columns.forEach(column -> rank(column, ranks));
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean forward = sweep % 2 == 0;
            for (int i = 0; i < columns.size(); i++) {
                List<String> column = columns.get(forward ? i : columns.size() - 1 - i);
                Map<String, List<String>> neighbours = forward ? before : after;
                Map<String, Double> means = new HashMap<>();
                column.forEach(id -> means.put(
                        id,
                        neighbours.getOrDefault(id, List.of()).stream()
                                .mapToDouble(ranks::get)
                                .average()
                                .orElse(ranks.get(id))));
                column.sort(Comparator.comparingDouble(means::get));
                rank(column, ranks);
            }
        }
    }

    /** From 0 to 1, so that short and long columns compare. */
    private static void rank(List<String> column, Map<String, Double> ranks) {
        for (int i = 0; i < column.size(); i++) {
            ranks.put(column.get(i), (i + 0.5) / column.size());
        }
    }

    private Map<String, Place> places(Place corner) {
        Map<String, Place> places = new HashMap<>();
        double x = corner.x();
        for (List<String> column : columns) {
            double y = corner.y();
            double width = 0;
            for (String id : column) {
                places.put(id, new Place(x, y));
                y += sizes.get(id).height() + GAP_Y;
                width = Math.max(width, sizes.get(id).width());
            }
            x += column.isEmpty() ? 0 : width + GAP_X;
        }
        return places;
    }
}
