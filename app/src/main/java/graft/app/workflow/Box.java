package graft.app.workflow;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** A rectangle on the canvas. */
record Box(double x, double y, double width, double height) {

    static Box of(Place at, Size size) {
        return new Box(at.x(), at.y(), size.width(), size.height());
    }

    static Box of(Group group) {
        return of(group.at(), group.size());
    }

    /** The rectangles of all nodes, groups and comments by id. */
    static Map<String, Box> all(Workflow workflow, Function<String, Size> sizes) {
        Map<String, Box> boxes = new LinkedHashMap<>();
        workflow.nodes().forEach((id, node) -> boxes.put(id, of(Edits.placeOf(node), sizes.apply(id))));
        workflow.groups().forEach(group -> boxes.put(group.id(), of(group)));
        workflow.comments().forEach(comment -> boxes.put(comment.id(), of(comment.at(), comment.size())));
        return boxes;
    }

    /** What holds all of those ids; nothing at the origin when there are none. */
    static Box around(Workflow workflow, Collection<String> ids, Function<String, Size> sizes) {
        return all(workflow, sizes).entrySet().stream()
                .filter(entry -> ids.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .reduce(Box::with)
                .orElse(new Box(0, 0, 0, 0));
    }

    double right() {
        return x + width;
    }

    double bottom() {
        return y + height;
    }

    boolean holds(Box other) {
        return x <= other.x && y <= other.y && right() >= other.right() && bottom() >= other.bottom();
    }

    private Box with(Box other) {
        double left = Math.min(x, other.x);
        double top = Math.min(y, other.y);
        return new Box(left, top, Math.max(right(), other.right()) - left, Math.max(bottom(), other.bottom()) - top);
    }
}
