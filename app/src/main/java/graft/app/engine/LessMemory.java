package graft.app.engine;

import graft.app.engine.Plan.Step;
import graft.model.WeightStorage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What would take less memory of a step that ran out of it: settings of its own and of those that it is made from. */
final class LessMemory {

    private static final String AT_ALL = "take a smaller picture, batch or rank";

    private LessMemory() {}

    /** A clause that names the settings as {@code node.setting}, those that save most first. */
    static String remedy(Step failed, List<Step> steps) {
        List<Step> all = madeFrom(failed, steps);
        List<String> ways = new ArrayList<>();
        all.forEach(step -> smallerPictures(step).ifPresent(ways::add));
        all.forEach(step -> number(step, "batch")
                .filter(batch -> batch > 1)
                .ifPresent(batch -> ways.add("set " + step.node() + ".batch to 1 (it is " + batch + ")")));
        all.stream()
                .filter(step -> Boolean.FALSE.equals(value(step, "checkpointing")))
                .forEach(step -> ways.add("turn on " + step.node() + ".checkpointing"));
        all.stream()
                .filter(step -> value(step, "weights") instanceof WeightStorage storage
                        && (storage == WeightStorage.AUTO || storage == WeightStorage.FP32))
                .forEach(step -> ways.add("set " + step.node() + ".weights to as_in_file"));
        all.forEach(step -> number(step, "rank")
                .filter(rank -> rank > 4)
                .ifPresent(rank -> ways.add("take a smaller " + step.node() + ".rank (it is " + rank + ")")));
        return ways.isEmpty() ? AT_ALL : String.join(", or ", ways);
    }

    /** The step and all upstream of it, the nearest first. */
    private static List<Step> madeFrom(Step failed, List<Step> steps) {
        Map<String, Step> byNode = new LinkedHashMap<>();
        steps.forEach(step -> byNode.put(step.node(), step));
        List<Step> found = new ArrayList<>();
        Deque<Step> toCome = new ArrayDeque<>(List.of(failed));
        while (!toCome.isEmpty()) {
            Step step = toCome.remove();
            if (!found.contains(step)) {
                found.add(step);
                step.sources()
                        .map(source -> byNode.get(source.node()))
                        .filter(source -> source != null)
                        .forEach(toCome::add);
            }
        }
        return found;
    }

    private static Optional<String> smallerPictures(Step step) {
        return number(step, "width")
                .flatMap(width -> number(step, "height").map(height -> new int[] {width, height}))
                .filter(sides -> sides[0] > 64 || sides[1] > 64)
                .map(sides -> "choose a smaller " + step.node() + ".width and " + step.node() + ".height (they are "
                        + sides[0] + " and " + sides[1] + ")");
    }

    private static Optional<Integer> number(Step step, String setting) {
        return value(step, setting) instanceof Integer number ? Optional.of(number) : Optional.empty();
    }

    /** Null for a setting that it does not have, or whose value comes over a wire. */
    private static Object value(Step step, String setting) {
        return step.settings().entrySet().stream()
                .filter(entry ->
                        entry.getKey().id().equals(setting) && !step.driven().containsKey(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
