package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.file.FileFault;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out what a run would do with each step, from what the cache holds, without running. */
final class States {

    private final Cache cache;
    private final OwnFingerprints own;
    private final String device;
    private final Map<String, PlannedState> states = new LinkedHashMap<>();
    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, Map<String, Object>> kept = new HashMap<>();

    private States(Cache cache, OwnFingerprints own, String device) {
        this.cache = cache;
        this.own = own;
        this.device = device;
    }

    /** States by node, for steps in an order in which each comes after what it needs. */
    static Map<String, PlannedState> of(
            List<Step> steps, List<Finding> findings, Cache cache, OwnFingerprints own, String device) {
        Map<String, String> wrong = new HashMap<>();
        findings.stream()
                .filter(Finding::isError)
                .forEach(finding -> wrong.putIfAbsent(finding.node(), finding.happened()));
        States states = new States(cache, own, device);
        for (Step step : steps) {
            Optional<String> before = step.sources()
                    .map(Source::node)
                    .filter(node -> !states.keys.containsKey(node))
                    .findFirst();
            if (wrong.containsKey(step.node())) {
                states.put(step, PlannedState.Kind.WRONG, wrong.get(step.node()));
            } else if (step.inputs().values().stream().anyMatch(sources -> sources.contains(null))) {
                states.put(step, PlannedState.Kind.WRONG, "a wire into it begins nowhere");
            } else if (before.isPresent()) {
                states.put(step, PlannedState.Kind.WRONG, "it needs " + before.get() + ", which cannot run");
            } else {
                states.state(step);
            }
        }
        return states.states;
    }

    private void put(Step step, PlannedState.Kind kind, String reason) {
        states.put(step.node(), new PlannedState(kind, reason));
    }

    private void state(Step step) {
        Fingerprint fingerprint;
        try {
            fingerprint = Fingerprint.of(
                    step,
                    device,
                    source -> keys.get(source.node()),
                    this::value,
                    // Which it will ask for is known when it runs: as the last time, until then.
                    input -> !input.lazy() || cache.wasAsked(step.node(), input.id()),
                    own);
        } catch (IOException | InvalidPathException e) {
            put(step, PlannedState.Kind.WRONG, "its files cannot be looked at: " + FileFault.why(e));
            return;
        }
        keys.put(step.node(), fingerprint.key());
        Optional<Map<String, Object>> found = cache.find(fingerprint);
        if (step.schema().output()) {
            put(step, PlannedState.Kind.WRITES, "it writes files, so it runs every time");
        } else if (found.isPresent()) {
            kept.put(step.node(), found.get());
            put(step, PlannedState.Kind.CACHED, "nothing changed that it depends on");
        } else {
            boolean ran = cache.hasRun(step.node());
            put(step, ran ? PlannedState.Kind.STALE : PlannedState.Kind.FRESH, cache.whyNot(fingerprint));
        }
    }

    private Optional<Object> value(Source source) {
        return Optional.ofNullable(kept.get(source.node()))
                .map(outputs -> outputs.get(source.output().id()));
    }
}
