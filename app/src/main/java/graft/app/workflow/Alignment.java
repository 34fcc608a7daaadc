package graft.app.workflow;

import graft.app.workflow.Edits.Side;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Brings things on the canvas to one line, or to equal gaps. */
final class Alignment {

    private Alignment() {}

    static Workflow align(Workflow workflow, Set<String> ids, Side side, Function<String, Size> sizes) {
        Box all = Box.around(workflow, ids, sizes);
        Map<String, Place> places = new HashMap<>();
        free(workflow, ids, sizes).forEach((id, box) -> {
            double x =
                    switch (side) {
                        case LEFT -> all.x();
                        case CENTRE -> all.x() + (all.width() - box.width()) / 2;
                        case RIGHT -> all.right() - box.width();
                        default -> box.x();
                    };
            double y =
                    switch (side) {
                        case TOP -> all.y();
                        case MIDDLE -> all.y() + (all.height() - box.height()) / 2;
                        case BOTTOM -> all.bottom() - box.height();
                        default -> box.y();
                    };
            places.put(id, new Place(x, y));
        });
        return Edits.move(workflow, places);
    }

    static Workflow distribute(Workflow workflow, Set<String> ids, boolean sideways, Function<String, Size> sizes) {
        ToDoubleFunction<Box> start = sideways ? Box::x : Box::y;
        ToDoubleFunction<Box> length = sideways ? Box::width : Box::height;
        List<Map.Entry<String, Box>> row = free(workflow, ids, sizes).entrySet().stream()
                .sorted(Comparator.comparingDouble(entry -> start.applyAsDouble(entry.getValue())))
                .toList();
        if (row.size() < 3) {
            return workflow;
        }
        Box last = row.get(row.size() - 1).getValue();
        double at = start.applyAsDouble(row.get(0).getValue());
        double span = start.applyAsDouble(last) + length.applyAsDouble(last) - at;
        double filled = row.stream()
                .mapToDouble(entry -> length.applyAsDouble(entry.getValue()))
                .sum();
        double gap = (span - filled) / (row.size() - 1);
        Map<String, Place> places = new HashMap<>();
        for (Map.Entry<String, Box> entry : row) {
            Box box = entry.getValue();
            places.put(entry.getKey(), sideways ? new Place(at, box.y()) : new Place(box.x(), at));
            at += length.applyAsDouble(box) + gap;
        }
        return Edits.move(workflow, places);
    }

    /** The rectangles of what may move. */
    private static Map<String, Box> free(Workflow workflow, Set<String> ids, Function<String, Size> sizes) {
        Map<String, Box> boxes = Box.all(workflow, sizes);
        boxes.keySet().retainAll(ids);
        boxes.keySet()
                .removeIf(id -> workflow.nodes().containsKey(id)
                        && workflow.nodes().get(id).look().pinned());
        return boxes;
    }
}
