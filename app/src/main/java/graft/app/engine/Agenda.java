package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.node.SocketSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which step of a plan is next: those that the outputs need for sure, in the plan's order; what lazy inputs alone lead to, once it
 * is asked for.
 */
final class Agenda {

    private final Map<String, Step> all = new LinkedHashMap<>();
    private final Set<String> toCome = new HashSet<>();
    private final Set<String> needed = new HashSet<>();

    /** Lazy inputs that were asked for, by node. */
    private final Map<String, Set<SocketSchema>> asked = new HashMap<>();

    Agenda(Plan plan) {
        for (Step step : plan.steps()) {
            all.put(step.node(), step);
            toCome.add(step.node());
        }
        plan.roots().forEach(this::need);
    }

    private void need(String node) {
        List<String> open = new ArrayList<>(List.of(node));
        while (!open.isEmpty()) {
            Step step = all.get(open.remove(open.size() - 1));
            // There is no step for a node whose plugin does not load.
            if (step != null && needed.add(step.node())) {
                sources(step).map(Source::node).forEach(open::add);
            }
        }
    }

    /** The next step, which is not to come any more then. */
    Optional<Step> next() {
        Optional<Step> next = all.values().stream()
                .filter(step -> toCome.contains(step.node()) && needed.contains(step.node()))
                .findFirst();
        next.ifPresent(step -> toCome.remove(step.node()));
        return next;
    }

    /** Where the wires begin whose values a step is given, as far as it asked for them. */
    Stream<Source> sources(Step step) {
        return Stream.concat(
                        step.inputs().entrySet().stream()
                                .filter(input -> isAsked(step, input.getKey()))
                                .flatMap(input -> input.getValue().stream()),
                        step.driven().values().stream())
                .filter(Objects::nonNull);
    }

    /** Whether an input is given to a step: it is not lazy, or was asked for. */
    boolean isAsked(Step step, SocketSchema input) {
        return !input.lazy() || asked.getOrDefault(step.node(), Set.of()).contains(input);
    }

    /** A step asks for lazy inputs; whether it has to wait for what they lead to: then it is to come again. */
    boolean waits(Step step, Collection<SocketSchema> inputs) {
        if (!asked.computeIfAbsent(step.node(), node -> new HashSet<>()).addAll(inputs)) {
            return false;
        }
        sources(step).map(Source::node).forEach(this::need);
        if (sources(step).noneMatch(source -> toCome.contains(source.node()))) {
            return false;
        }
        toCome.add(step.node());
        return true;
    }

    /**
     * Takes out and gives the steps for which nobody can ask any more.
     *
     * @param wanted whether steps to come may need what a node gives
     */
    List<Step> dropped(Predicate<String> wanted) {
        List<Step> dropped = all.values().stream()
                .filter(step -> toCome.contains(step.node()))
                .filter(step -> !needed.contains(step.node()) && !wanted.test(step.node()))
                .toList();
        dropped.forEach(step -> toCome.remove(step.node()));
        return dropped;
    }
}
