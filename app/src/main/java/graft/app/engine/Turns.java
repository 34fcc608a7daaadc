package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How often a node runs: once, or where lists come to what takes one value, once for each value of the longest.
 *
 * @param count 0 when one of the lists is empty
 * @param many whether lists came, so that what it gives are lists
 */
record Turns(int count, boolean many) {

    static final Turns ONE = new Turns(1, false);

    /** @param given what each wire brings, null where nothing was asked for */
    static Turns of(Step step, Function<Source, Object> given) {
        List<List<?>> lists = Stream.concat(
                        step.inputs().entrySet().stream()
                                .filter(input -> !input.getKey().list())
                                .flatMap(input -> input.getValue().stream()),
                        step.driven().entrySet().stream()
                                .filter(driven -> !driven.getKey().isList())
                                .map(Map.Entry::getValue))
                .filter(Objects::nonNull)
                .map(given)
                .filter(List.class::isInstance)
                .<List<?>>map(list -> (List<?>) list)
                .toList();
        if (lists.isEmpty()) {
            return ONE;
        }
        int longest = lists.stream().mapToInt(List::size).max().orElseThrow();
        return new Turns(lists.stream().anyMatch(List::isEmpty) ? 0 : longest, true);
    }

    /** The value of a wire in a turn: the last again of a list that has no more. */
    static Object value(Object given, int turn) {
        return given instanceof List<?> list ? list.get(Math.min(turn, list.size() - 1)) : given;
    }

    /** All values of a wire. */
    static Stream<?> all(Object given) {
        return given instanceof List<?> list ? list.stream() : Stream.of(given);
    }
}
