package graft.app.sweep;

import graft.app.engine.Assignment;
import graft.app.engine.Axis;
import graft.app.engine.Combinations;
import graft.app.engine.Engine;
import graft.app.engine.Estimate;
import graft.app.engine.Plan;
import graft.app.plugin.NodeLibrary;
import graft.app.worker.SandboxingBackend;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The jobs that a request makes of a workflow, before any of them runs.
 *
 * @param workflow as all jobs have it, but for what is varied
 * @param combinations what is special about each, by {@code node.setting}; of a halving without the budget
 * @param rounds empty without halving
 */
public record SweepPlan(
        SweepRequest request,
        Workflow workflow,
        NodeLibrary library,
        List<Axis> axes,
        List<Map<String, String>> combinations,
        Optional<Halving> rounds) {

    /** Jobs of which a forecast looks at no more. */
    private static final int LOOKED_AT = 40;

    /**
     * What all jobs will take.
     *
     * @param seconds of work, one job after the other; empty where some of it is not known
     * @param peakBytes the most that one of them holds at once; empty where nothing is known
     */
    public record Forecast(OptionalDouble seconds, OptionalLong peakBytes) {}

    /**
     * Writes out what is asked for.
     *
     * @param before as the user drew it
     * @throws Problem when it cannot be understood, or is about nodes that are not there
     */
    public static SweepPlan of(SweepRequest asked, Workflow before, NodeLibrary library) {
        Workflow workflow = before;
        for (String each : asked.set()) {
            workflow = Assignment.of(each).applyTo(workflow, library);
        }
        List<Axis> axes = new ArrayList<>();
        for (String each : asked.vary()) {
            axes.add(Axis.of(each, workflow, library));
        }
        Optional<Halving> rounds =
                Optional.of(asked.halving()).filter(text -> !text.isEmpty()).map(Halving::of);
        checkScore(asked.score(), workflow);
        List<Map<String, String>> combinations =
                asked.random() == 0 ? Combinations.grid(axes) : Combinations.random(axes, asked.random(), asked.seed());
        return new SweepPlan(asked, workflow, library, axes, combinations, rounds);
    }

    private static void checkScore(String score, Workflow workflow) {
        if (!score.isEmpty()
                && Stream.iterate(score.lastIndexOf('.'), dot -> dot > 0, dot -> score.lastIndexOf('.', dot - 1))
                        .noneMatch(dot -> workflow.node(score.substring(0, dot)).isPresent())) {
            throw new Problem(
                    "cannot rank jobs by " + score,
                    "the workflow has no such node",
                    "name a node and a number that it reports, such as score.fidelity");
        }
    }

    /** How many jobs there are, those of all rounds together. */
    public int jobs() {
        int round = combinations.size();
        int all = round;
        for (int i = 1; rounds.isPresent() && i < rounds.get().budgets().size(); i++) {
            round = rounds.get().surviving(round);
            all += round;
        }
        return all;
    }

    /** The workflow of a job. */
    public Workflow with(Map<String, String> settings) {
        return Assignment.applied(settings, workflow, library);
    }

    /**
     * A combination with the budget of a round.
     *
     * @param by the rounds
     * @throws Problem when it has a value for that itself
     */
    public static Map<String, String> at(Map<String, String> settings, Halving by, int round) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        if (all.put(by.setting(), String.valueOf(by.budgets().get(round))) != null) {
            throw new Problem("cannot vary " + by.setting(), "it is the budget of --halving", "leave it out of --vary");
        }
        return all;
    }

    /** The same with the last and largest budget, where there are rounds. */
    private Map<String, String> whole(Map<String, String> settings) {
        return rounds.map(by -> at(settings, by, by.budgets().size() - 1)).orElse(settings);
    }

    /**
     * Checks one job, of a halving the largest.
     *
     * @throws Problem when it cannot run
     */
    public Plan check(Engine engine, Map<String, String> combination) {
        return checked(engine, whole(combination));
    }

    private Plan checked(Engine engine, Map<String, String> settings) {
        Plan plan = engine.check(with(settings), request.outputs());
        if (!plan.runnable()) {
            String what = plan.findings().stream()
                    .filter(finding -> finding.isError())
                    .findFirst()
                    .orElseThrow()
                    .sentence();
            throw new Problem(
                    "cannot run with " + words(settings),
                    what.replaceFirst("[.]$", ""),
                    "nothing ran; mend that first");
        }
        if (!SandboxingBackend.sandboxed(plan, library).isEmpty()) {
            throw new Problem(
                    "cannot sweep over this workflow",
                    "it has nodes of a plugin that runs in the sandbox only",
                    "trust the plugin with `graft plugins trust NAME`, or run the workflow with `graft run`");
        }
        return plan;
    }

    /**
     * Checks jobs, some where there are many, and tells what all jobs will take. Measures nothing.
     *
     * @param device null or "auto", "cpu", "cuda" or "cuda:1"
     * @param runs where run folders would be made
     * @throws Problem when one of those that were looked at cannot run
     */
    public Forecast forecast(Engine engine, String device, Path runs) {
        List<Map<String, String>> some = some();
        int count = combinations.size();
        double seconds = 0;
        boolean timed = !some.isEmpty();
        long peak = 0;
        List<Long> budgets = rounds.map(Halving::budgets).orElse(List.of(0L));
        for (int round = 0; round < budgets.size(); round++) {
            double ofRound = 0;
            for (Map<String, String> each : some) {
                int at = round;
                Map<String, String> settings =
                        rounds.map(by -> at(each, by, at)).orElse(each);
                Plan plan = checked(engine, settings);
                Map<String, Estimate> estimates = engine.estimates(plan, device, runs);
                boolean known = false;
                for (Plan.Step step : plan.steps()) {
                    Estimate estimate = estimates.get(step.node());
                    if (estimate != null) {
                        timed &= estimate.seconds().isPresent();
                        ofRound += estimate.seconds().orElse(0);
                        peak = Math.max(peak, estimate.peakBytes().orElse(0));
                        known = true;
                    }
                }
                timed &= known;
            }
            seconds += some.isEmpty() ? 0 : ofRound / some.size() * count;
            count = rounds.isPresent() ? rounds.get().surviving(count) : count;
        }
        return new Forecast(
                timed ? OptionalDouble.of(seconds) : OptionalDouble.empty(),
                peak > 0 ? OptionalLong.of(peak) : OptionalLong.empty());
    }

    /** All, or so many of them wherever they are: those at one end would stand for one end of each range. */
    private List<Map<String, String>> some() {
        List<Map<String, String>> some = new ArrayList<>(combinations);
        Collections.shuffle(some, new Random(0));
        return some.subList(0, Math.min(some.size(), LOOKED_AT));
    }

    /** What is special about a job, in words. */
    public static String words(Map<String, String> settings) {
        return String.join(
                ", ",
                settings.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList());
    }
}
