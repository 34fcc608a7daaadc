package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.node.Forecast;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What part of a node's time goes to nodes that are wired into it, such as the judge of a training. */
final class Shares {

    private final Plan plan;
    private final Step step;
    /** By the node that is wired in. */
    private final Map<String, Double> parts = new LinkedHashMap<>();

    Shares(Plan plan, Step step) {
        this.plan = plan;
        this.step = step;
    }

    /** The parts that its forecast tells, with the titles of the nodes. */
    List<Estimate.Share> told(Forecast forecast) {
        List<Estimate.Share> told = new ArrayList<>();
        for (Forecast.Part part : forecast.parts()) {
            wiredInto(part.input()).ifPresent(node -> {
                parts.put(node.node(), part.share());
                told.add(new Estimate.Share(node.title(), part.share()));
            });
        }
        return told;
    }

    private Optional<Step> wiredInto(String input) {
        return step.schema().input(input).map(step.inputs()::get).orElse(List.of()).stream()
                .filter(Objects::nonNull)
                .map(Source::node)
                .flatMap(node ->
                        plan.known().stream().filter(known -> known.node().equals(node)))
                .findFirst();
    }

    /** What those nodes take of the time that it is estimated to take, by node. */
    Map<String, Estimate> of(Estimate whole) {
        Map<String, Estimate> within = new LinkedHashMap<>();
        parts.forEach((node, share) ->
                within.put(node, Estimate.within(whole.seconds(), new Estimate.Share(step.title(), share))));
        return within;
    }
}
