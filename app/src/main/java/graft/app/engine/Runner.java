package graft.app.engine;

import graft.app.engine.Plan.Fault;
import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.app.engine.RunEvent.Outcome;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.Plugin;
import graft.app.plugin.PluginGate;
import graft.app.plugin.ToldFailure;
import graft.app.workflow.Subgraphs;
import graft.file.FileFault;
import graft.node.Cancelled;
import graft.node.Converter;
import graft.node.Forecast;
import graft.node.Node;
import graft.node.PlainText;
import graft.node.Problem;
import graft.node.Resource;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import graft.node.host.Printed;
import graft.tensor.Compute;
import graft.tensor.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: the steps of a plan in order, each with its inputs, until all are done, left out or failed.
 *
 * <p>Used by one thread, until that is left behind with a node that does not stop and another goes on; nodes may report from
 * others.
 */
final class Runner {

    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    /** What the user asked of a run: to go on, to end and keep what is done, to end at once; each outdoes the one before. */
    enum Stop {
        NOT,
        KEEP,
        DROP
    }

    /** What a step left: its outputs by id, under the key of its cache entry. */
    private record Result(String key, Map<String, Object> outputs) {}

    private final Plan plan;
    private final Compute compute;
    private final Cache cache;
    private final NodeLibrary library;
    private final ModelFileNames names;
    private final NodeTimes times;

    /** What steps have in common with others that are alike. */
    private final Map<String, String> alike;

    private final StoppedWork kept = new StoppedWork();
    private final RunFolder folder;
    private final AtomicReference<Stop> stop;
    private final Consumer<RunEvent> listener;
    private final boolean previewed;
    private final String workflow;
    private final String graph;

    /** Results that steps to come may still need. */
    private final Map<String, Result> results = new HashMap<>();

    /** What somebody wrote to or closed, by the node that gave it: the name of who did. */
    private final Map<String, String> spoilt = new HashMap<>();

    /** How many steps to come need each result. */
    private final Map<String, Integer> consumers = new HashMap<>();

    private final Agenda agenda;
    private final OwnFingerprints own;

    /** Why nodes could not say what they depend on, until it is told. */
    private final Map<String, Throwable> untold = new HashMap<>();

    private final long start = System.nanoTime();
    private final NodeWatch watch;
    private final OutputPreviews previews;
    private volatile boolean failed;
    private Hand atWork = new Hand();
    private RunResult result;

    /** The thread that runs steps. What it says and gives counts no more once it is left behind. */
    private static final class Hand {

        private final Thread thread = Thread.currentThread();

        /** What converters made for the step at work, by what of. */
        private final IdentityHashMap<Converter<?, ?>, IdentityHashMap<Object, Object>> converted =
                new IdentityHashMap<>();

        /** What it goes on using though the run is rid of it. */
        private final List<Object> held = new ArrayList<>();

        /** Nodes whose results the step at work has spoilt. */
        private final Set<String> spoilt = new HashSet<>();

        private Step step;
        private long since;
        private double seconds;
        private volatile boolean leftBehind;
    }

    Runner(
            Plan plan,
            Compute compute,
            Cache cache,
            NodeLibrary library,
            ModelFileNames names,
            NodeTimes times,
            RunFolder folder,
            AtomicReference<Stop> stop,
            RunOptions options) {
        this.plan = plan;
        this.compute = compute;
        this.cache = cache;
        this.library = library;
        this.names = names;
        this.times = times;
        this.alike = NodeTimes.alike(plan.steps(), compute.name());
        this.folder = folder;
        this.stop = stop;
        this.listener = options.listener();
        this.previewed = options.previewed();
        this.workflow = plan.workflow().toJson();
        this.graph = plan.graph().toJson();
        this.agenda = new Agenda(plan);
        this.own = new OwnFingerprints(library, (step, fault) -> untold.put(step.node(), fault));
        this.watch = new NodeWatch(() -> stop.get() != Stop.NOT, this::strangerOf, this::tell);
        this.previews = new OutputPreviews(library);
        for (Step step : plan.steps()) {
            step.sources().map(Source::node).distinct().forEach(node -> consumers.merge(node, 1, Integer::sum));
        }
    }

    /** Seconds that steps will take: none where a result is kept, else as like ones took, else as they forecast it. */
    private Map<String, Double> expected() {
        Map<String, PlannedState> states = States.of(plan.steps(), List.of(), cache, own, compute.name());
        Map<String, Double> expected = new LinkedHashMap<>();
        for (Step step : plan.steps()) {
            if (states.get(step.node()).kind() == PlannedState.Kind.CACHED) {
                expected.put(step.node(), 0.0);
            } else {
                OptionalDouble known = times.expected(alike.get(step.node()), NodeTimes.stepsOf(step));
                (known.isPresent() ? known : forecast(step)).ifPresent(seconds -> expected.put(step.node(), seconds));
            }
        }
        return expected;
    }

    private OptionalDouble forecast(Step step) {
        try {
            return strangerOf(step).isPresent()
                    ? OptionalDouble.empty()
                    : step.forecasts().stream()
                            .map(source -> source.on(compute.name(), false))
                            .filter(Forecast::timed)
                            .mapToDouble(Forecast::seconds)
                            .findFirst();
        } catch (RuntimeException | Error untold) {
            LOG.info("{} cannot be forecast", step.node(), ToldFailure.of(untold));
            return OptionalDouble.empty();
        }
    }

    private Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>(Versions.all());
        library.plugins().forEach(plugin -> versions.put(plugin.id(), plugin.version()));
        return versions;
    }

    private Optional<Plugin> strangerOf(Step step) {
        return library.strangerOf(step.schema().id());
    }

    /** Runs all steps; empty when the thread was left behind with one of them. */
    Optional<RunResult> run() {
        PluginLock.of(plan.workflow(), library).write(folder.path().resolve("plugins.lock.json"));
        tell(new RunEvent.RunStarted(
                plan.workflow().title(),
                folder.path(),
                compute.name(),
                compute.why(),
                Memory.installed().orElse(-1),
                Memory.available().orElse(-1),
                versions(),
                plan.steps().stream().map(Step::node).toList(),
                expected()));
        // What is only left out this time may come again.
        Set<String> mayCome =
                new HashSet<>(Subgraphs.flatten(plan.workflow()).nodes().keySet());
        mayCome.addAll(plan.graph().nodes().keySet());
        cache.retain(mayCome);
        try {
            folder.save("running");
        } catch (Problem unwritten) {
            tell(new RunEvent.Warning("", unwritten.getMessage()));
        }
        Set<String> loaded = plan.steps().stream().map(Step::node).collect(Collectors.toSet());
        plan.faults().forEach((node, fault) -> {
            if (!loaded.contains(node)) {
                fail(node, node, fault);
            }
        });
        return goOn();
    }

    /** Runs the steps that are still to come; empty when the thread was left behind with one of them. */
    Optional<RunResult> goOn() {
        Compute.prepareThread();
        Hand mine = new Hand();
        synchronized (this) {
            atWork = mine;
        }
        try {
            for (Optional<Step> next = agenda.next(); next.isPresent(); next = agenda.next()) {
                Step step = next.get();
                try {
                    if (waits(step, mine)) {
                        letGoOfConverted(mine);
                        continue;
                    }
                    step(step, mine);
                } catch (Exception | Error fault) {
                    // What is asked of a node beside its work may fail too; the rest goes on, and the run ends as runs
                    // do.
                    if (!mine.leftBehind) {
                        fail(step, fault);
                    }
                }
                if (mine.leftBehind) {
                    return Optional.empty();
                }
                letGoOfConverted(mine);
                spoil(step, mine);
                over(step);
            }
        } finally {
            letGoOfConverted(mine);
            mine.held.forEach(cache.lifetimes()::release);
            if (!mine.leftBehind) {
                results.values().forEach(this::release);
                results.clear();
                watch.close();
            }
        }
        return Optional.of(finish());
    }

    private void letGoOfConverted(Hand hand) {
        hand.converted.values().forEach(made -> made.values().forEach(cache.lifetimes()::release));
        hand.converted.clear();
    }

    /** What nobody can use any more is nobody's: not of the steps to come, nor of the next run. */
    private void spoil(Step step, Hand hand) {
        for (String node : hand.spoilt) {
            spoilt.put(node, step.title());
            cache.forget(node);
            Result result = results.remove(node);
            if (result != null) {
                release(result);
            }
        }
        hand.spoilt.clear();
    }

    private void over(Step step) {
        releaseUnwanted(step);
        step.sources().map(Source::node).distinct().forEach(this::consumed);
        for (Step unasked : agenda.dropped(node -> consumers.getOrDefault(node, 0) > 0)) {
            tell(new RunEvent.NodeSkipped(unasked.node(), unasked.title(), "nothing asked for what it gives"));
            over(unasked);
        }
    }

    /**
     * Leaves the node at work behind: it has failed, and its thread goes on for nobody. The steps to come wait for
     * {@link #goOn}.
     *
     * @return false when no node is at work
     */
    synchronized boolean leaveBehind() {
        Hand left = atWork;
        Step step = left.step;
        if (step == null) {
            return false;
        }
        Throwable at = new Throwable();
        at.setStackTrace(left.thread.getStackTrace());
        Optional<Plugin> plugin = library.atFault(step.schema().id(), at);
        Problem problem = new Problem(
                step.title() + " was left behind",
                "it has gone on for " + (System.nanoTime() - left.since) / 1_000_000_000 + " s and does not stop",
                "tell the author of "
                        + plugin.map(known -> "the plugin " + known.id()).orElse("the node")
                        + ", and start Graft again if it slows the machine");
        fail(step.node(), step.title(), Fault.of(problem, plugin));
        left.leftBehind = true;
        left.step = null;
        left.thread.setName(step.node() + ", left behind");
        agenda.sources(step).map(this::given).forEach(left.held::add);
        left.held.forEach(cache.lifetimes()::hold);
        over(step);
        return true;
    }

    private synchronized void begins(Step step, Hand mine) {
        mine.step = step;
        mine.since = System.nanoTime();
    }

    /** Whether the node that came back is still waited for. */
    private synchronized boolean isBack(Hand mine) {
        mine.step = null;
        return !mine.leftBehind;
    }

    private synchronized RunResult finish() {
        if (result != null) {
            return result;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Outcome outcome = stop.get() != Stop.NOT ? Outcome.CANCELLED : failed ? Outcome.FAILED : Outcome.DONE;
        long peak = Memory.peak().orElse(-1);
        List<String> sentences = kept.sentences();
        folder.note(new RunEvent.RunFinished(outcome, folder.path(), seconds, peak, sentences));
        times.save();
        try {
            folder.finish(outcome, seconds, peak);
            if (outcome == Outcome.DONE) {
                folder.forgetStates();
            }
        } catch (Problem unwritten) {
            inform(new RunEvent.Warning("", unwritten.getMessage()));
            outcome = outcome == Outcome.DONE ? Outcome.FAILED : outcome;
        }
        inform(new RunEvent.RunFinished(outcome, folder.path(), seconds, peak, sentences));
        result = new RunResult(outcome, folder.path(), seconds);
        return result;
    }

    private synchronized void tell(RunEvent event, Hand by) {
        if (!by.leftBehind) {
            tell(event);
        }
    }

    private synchronized void tell(RunEvent event) {
        if (result != null) {
            return; // a thread that a node left goes on talking
        }
        watch.heard(event);
        if (event instanceof RunEvent.Wrote wrote) {
            kept.wrote(wrote.node(), wrote.file().toAbsolutePath().normalize());
        }
        folder.note(event);
        inform(event);
    }

    /** Whoever watches must not be able to break the run, nor be taken for a fault of the node. */
    private synchronized void inform(RunEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException fault) {
            LOG.warn("what watches the run failed at {}", event, fault);
        }
    }

    private void step(Step step, Hand mine) {
        Optional<String> missing = missing(step);
        Stop asked = stop.get();
        Optional<Fault> fault = Optional.ofNullable(plan.faults().get(step.node()));
        if (fault.isPresent()) {
            fail(step.node(), step.title(), fault.get());
        } else if (missing.isPresent()) {
            tell(new RunEvent.NodeSkipped(
                    step.node(),
                    step.title(),
                    "it needs what " + missing.get()
                            + (spoilt.containsKey(missing.get())
                                    ? " gave, which " + spoilt.get(missing.get()) + " spoilt"
                                    : " did not give")));
        } else if (asked == Stop.DROP || (asked == Stop.KEEP && !step.schema().output())) {
            tell(new RunEvent.NodeSkipped(step.node(), step.title(), "the run was stopped"));
        } else {
            // What saves results after a stop does its work to the end, unless nothing is to be kept any more.
            runOrTake(step, mine, () -> mine.leftBehind || stop.get().compareTo(asked) > 0);
        }
    }

    private Optional<String> missing(Step step) {
        return agenda.sources(step)
                .map(Source::node)
                .filter(node -> !results.containsKey(node))
                .findFirst();
    }

    /** Whether a step asks for what has to run before it. */
    private boolean waits(Step step, Hand mine) throws Exception {
        Set<SocketSchema> lazy =
                step.inputs().keySet().stream().filter(SocketSchema::lazy).collect(Collectors.toSet());
        boolean comesToNothing = plan.faults().containsKey(step.node()) || stop.get() == Stop.DROP;
        if (lazy.isEmpty() || comesToNothing || missing(step).isPresent()) {
            return false;
        }
        Turns turns = Turns.of(step, this::given);
        Set<SocketSchema> needed = new HashSet<>();
        for (int turn = 0; turn < turns.count(); turn++) {
            Node node = step.schema().create();
            fillIn(node, step, turn, mine);
            List<String> names = OwnFingerprints.inTime(library, step, "needs", node::needs);
            for (String name : names) {
                needed.add(lazy.stream()
                        .filter(input -> input.id().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException(
                                "its needs() names " + PlainText.line(name, 40) + ", which is no lazy input of it")));
            }
        }
        return agenda.waits(step, needed);
    }

    private void runOrTake(Step step, Hand mine, BooleanSupplier stopped) {
        Fingerprint fingerprint;
        try {
            fingerprint = fingerprint(step);
        } catch (IOException | InvalidPathException e) {
            fail(
                    step,
                    new Problem("cannot look at the files of " + step.title(), FileFault.why(e), "check them")
                            .causedBy(e));
            return;
        }
        if (untold.containsKey(step.node())) {
            runsAnew(step, untold.remove(step.node()));
        }
        String key = fingerprint.key();
        Optional<Map<String, Object>> kept = cache.find(fingerprint);
        if (kept.isPresent()) {
            tell(new RunEvent.NodeCached(step.node(), step.title(), "nothing changed that it depends on"));
            take(step, new Result(key, kept.get()));
            return;
        }
        String why = step.schema().output() ? "it writes files, so it runs every time" : cache.whyNot(fingerprint);
        cache.begin(fingerprint);
        tell(new RunEvent.NodeStarted(step.node(), step.title(), why));
        execute(step, mine, key, stopped);
    }

    private void execute(Step step, Hand mine, String key, BooleanSupplier stopped) {
        NodeRun run = new NodeRun(
                step,
                key,
                compute.name(),
                workflow,
                graph,
                names,
                folder,
                previewed,
                stopped,
                event -> tell(event, mine));
        Set<Thread> threads = LeftThreads.now();
        begins(step, mine);
        kept.begins(step);
        try (Printed.Capture printed = Printed.to(new PrintedLines(step.node(), event -> tell(event, mine)));
                NodeWatch.Turn turn = watch.begin(step)) {
            Map<String, Object> outputs = outputs(step, mine, run);
            take(step, new Result(run.isPartial() ? UUID.randomUUID().toString() : key, outputs));
            if (!run.isPartial() && !step.schema().output()) {
                cache.keep(step.node(), outputs);
            }
            if (run.failure().isPresent()) {
                fail(step, run.failure().get());
                return;
            }
            run.kept()
                    .ifPresent(
                            sentence -> kept.stopped(step, sentence, Files.exists(folder.stateOf(step.node(), key))));
            if (!run.isPartial() && !run.goesOn() && !run.inTurns()) {
                times.took(alike.get(step.node()), NodeTimes.stepsOf(step), mine.seconds);
            }
            tell(new RunEvent.NodeFinished(
                    step.node(), step.title(), mine.seconds, Memory.peak().orElse(-1), run.isPartial()));
        } catch (Cancelled unfinished) {
            if (!isBack(mine)) {
                LOG.info("{}, which was left behind, is back", step.node());
            } else if (stopped.getAsBoolean()) {
                tell(new RunEvent.NodeSkipped(step.node(), step.title(), "it was stopped"));
            } else {
                fail(step, new IllegalStateException("it stopped although nobody asked it to", unfinished));
            }
        } catch (Throwable failure) {
            if (!isBack(mine)) {
                LOG.info("{}, which was left behind, is back", step.node(), ToldFailure.of(failure));
            } else {
                fail(step, failure);
            }
        } finally {
            // A node that was interrupted, and says so again as is good practice, is not to fail those that follow.
            var unused = Thread.interrupted();
            Optional<Plugin> stranger = strangerOf(step);
            LeftThreads.since(threads, step.node())
                    .forEach(name -> tell(
                            new RunEvent.Warning(
                                    step.node(),
                                    stranger.map(plugin -> "Of the plugin " + plugin.id() + ", it")
                                                    .orElse("It") + " left the thread " + name
                                            + " running, which may hold memory for good.",
                                    stranger.map(Plugin::id).orElse("")),
                            mine));
        }
    }

    private Map<String, Object> outputs(Step step, Hand mine, NodeRun run) throws Exception {
        Set<Object> given = Collections.newSetFromMap(new IdentityHashMap<>());
        agenda.sources(step).flatMap(source -> Turns.all(given(source))).forEach(given::add);
        GivenValues others = new GivenValues(step, library, agenda.sources(step), this::given);
        Turns turns = Turns.of(step, this::given);
        Map<String, Object> outputs = new LinkedHashMap<>();
        try {
            if (turns.many()) {
                eachTurn(step, turns.count(), mine, run, given, outputs);
            } else {
                outputs.putAll(turn(step, 0, mine, run, given));
            }
            others.check();
            mine.seconds = (System.nanoTime() - mine.since) / 1e9;
            // Strangers draw too, and may be left behind with it.
            if (previewed) {
                previews.show(step, outputs, event -> tell(event, mine));
            }
            if (!isBack(mine)) {
                throw new Cancelled();
            }
            return outputs;
        } catch (Throwable broken) {
            outputs.values().forEach(value -> close(value, given));
            others.spoilt().forEach(source -> mine.spoilt.add(source.node()));
            throw broken;
        }
    }

    /** Runs a node once for each value of a list; what it gives are lists. */
    private void eachTurn(Step step, int count, Hand mine, NodeRun run, Set<Object> given, Map<String, Object> outputs)
            throws Exception {
        Map<String, List<Object>> lists = new LinkedHashMap<>();
        step.schema().outputs().forEach(output -> lists.put(output.id(), new ArrayList<>()));
        run.turn(0);
        lists.forEach((id, list) -> outputs.put(id, Collections.unmodifiableList(list)));
        for (int turn = 0; turn < count && !run.isPartial(); turn++) {
            String which = "value " + (turn + 1) + " of " + count;
            if (turn > 0) {
                run.checkCancelled();
            }
            run.log(which);
            run.turn(turn);
            try {
                turn(step, turn, mine, run, given)
                        .forEach((id, value) -> Turns.all(value).forEach(lists.get(id)::add));
            } catch (Throwable broken) {
                tell(new RunEvent.Warning(step.node(), "It ended at " + which + "."), mine);
                throw broken;
            }
        }
    }

    private Map<String, Object> turn(Step step, int turn, Hand mine, NodeRun run, Set<Object> given) throws Exception {
        Node node = step.schema().create();
        try {
            fillIn(node, step, turn, mine);
            mine.converted.values().forEach(made -> given.addAll(made.values()));
            node.run(run);
            return outputs(node, step);
        } catch (Throwable broken) {
            for (SocketSchema output : step.schema().outputs()) {
                close(NodeFields.output(node, output), given);
            }
            throw broken;
        }
    }

    /** Frees what a node had made before it failed, save what it was only given. */
    private void close(Object value, Set<Object> given) {
        Turns.all(value).forEach(each -> {
            if (each instanceof Resource made && given.add(made)) {
                cache.lifetimes().close(made);
            }
        });
    }

    private void fail(Step step, Throwable thrown) {
        Throwable failure = ToldFailure.of(thrown);
        Optional<Plugin> atFault = library.atFault(step.schema().id(), failure);
        if (Failures.isOfMemory(failure)) {
            compute.freeCache();
        }
        Problem problem =
                Failures.problem(failure, folder.path(), atFault, () -> LessMemory.remedy(step, plan.steps()));
        // What a node says in words is about what it was given.
        Optional<Plugin> culprit = failure instanceof Problem ? Optional.empty() : atFault;
        fail(step.node(), step.title(), Fault.of(problem, culprit));
    }

    private void fail(String node, String title, Fault fault) {
        failed = true;
        Problem problem = fault.problem();
        tell(new RunEvent.NodeFailed(
                node,
                title,
                problem.socket().orElse(""),
                problem.getMessage(),
                problem,
                fault.plugin().orElse("")));
    }

    // --- values
    // ---------------------------------------------------------------------------------------------------------

    private void fillIn(Node node, Step step, int turn, Hand mine) throws Exception {
        Map<SettingSchema, Object> settings = new LinkedHashMap<>(step.settings());
        for (Map.Entry<SettingSchema, Source> driven : step.driven().entrySet()) {
            Object saved = NodeFields.driven(driven.getKey(), driving(driven.getKey(), driven.getValue(), turn, mine));
            settings.put(driven.getKey(), names.resolved(driven.getKey(), saved));
        }
        NodeFields.settings(node, settings);
        for (Map.Entry<SocketSchema, List<Source>> input : step.inputs().entrySet()) {
            if (!agenda.isAsked(step, input.getKey())) {
                continue;
            }
            List<Object> values = new ArrayList<>();
            for (Source source : input.getValue()) {
                Stream<?> given =
                        input.getKey().list() ? Turns.all(given(source)) : Stream.of(Turns.value(given(source), turn));
                for (Object each : given.toList()) {
                    Object value = fitting(step, input.getKey(), source, converted(source, each, mine));
                    values.add(strangerOf(step).isPresent() ? SoundValues.forStrangers(value) : value);
                }
            }
            if (input.getKey().list()) {
                NodeFields.input(node, input.getKey(), values);
            } else if (!values.isEmpty()) {
                NodeFields.input(node, input.getKey(), values.get(0));
            }
        }
    }

    private Object driving(SettingSchema setting, Source source, int turn, Hand mine) throws Exception {
        if (!setting.isList()) {
            return converted(source, Turns.value(given(source), turn), mine);
        }
        List<Object> values = new ArrayList<>();
        for (Object each : Turns.all(given(source)).toList()) {
            values.add(converted(source, each, mine));
        }
        return values;
    }

    /** What an output carries that is as an input is can be another thing than the check went by. */
    private static Object fitting(Step step, SocketSchema input, Source source, Object value) {
        if (!source.output().as().isEmpty() && !input.kind().type().isInstance(value)) {
            throw new Problem(
                            "input " + input.id() + " of " + step.title() + " was given no "
                                    + input.kind().title(),
                            source.node() + " handed on something of another kind than comes in at its "
                                    + source.output().as(),
                            "wire things of one kind to " + source.node())
                    .at(input.id());
        }
        return value;
    }

    private Object converted(Source source, Object value, Hand mine) throws Exception {
        return source.converter().isPresent() ? convert(source.converter().get(), value, mine) : value;
    }

    /** A converted value is held until the step is over; what it made goes on holding what it uses. */
    private <A, B> Object convert(Converter<A, B> converter, Object value, Hand mine) throws Exception {
        IdentityHashMap<Object, Object> known =
                mine.converted.computeIfAbsent(converter, each -> new IdentityHashMap<>());
        if (known.containsKey(value)) {
            return known.get(value);
        }
        B made = converter.convert(converter.from().cast(value));
        if (made == null) {
            throw new IllegalStateException(PluginGate.className(converter) + " converted it to nothing");
        }
        cache.lifetimes().hold(made);
        known.put(value, made);
        return made;
    }

    /** What a wire brings; null where nobody asked for it. */
    private Object given(Source source) {
        Result result = results.get(source.node());
        return result == null ? null : result.outputs().get(source.output().id());
    }

    private Map<String, Object> outputs(Node node, Step step) {
        boolean strangers = strangerOf(step).isPresent();
        Map<String, Object> outputs = new LinkedHashMap<>();
        for (SocketSchema output : step.schema().outputs()) {
            Object value = NodeFields.output(node, output);
            if (value == null) {
                throw new IllegalStateException("it left its output " + output.id() + " empty");
            }
            outputs.put(
                    output.id(),
                    output.list()
                            ? values(output, (List<?>) value, strangers)
                            : SoundValues.checked(output, value, strangers));
        }
        return outputs;
    }

    private static List<Object> values(SocketSchema output, List<?> list, boolean strangers) {
        List<Object> values = new ArrayList<>();
        for (Object value : list) {
            if (!output.kind().type().isInstance(value)) {
                throw new IllegalStateException("its output " + output.id() + " holds what is no "
                        + output.kind().title());
            }
            values.add(SoundValues.checked(output, value, strangers));
        }
        return Collections.unmodifiableList(values);
    }

    /** Holds a result until the last step that needs it is over. */
    private void take(Step step, Result result) {
        result.outputs().values().forEach(cache.lifetimes()::hold);
        results.put(step.node(), result);
    }

    /** Lets go of what nobody comes for. */
    private void releaseUnwanted(Step step) {
        if (!consumers.containsKey(step.node()) && results.containsKey(step.node())) {
            release(results.remove(step.node()));
        }
    }

    private void consumed(String node) {
        if (consumers.merge(node, -1, Integer::sum) == 0) {
            Result result = results.remove(node);
            if (result != null) {
                release(result);
            }
        }
    }

    private void release(Result result) {
        result.outputs().values().forEach(cache.lifetimes()::release);
    }

    private Fingerprint fingerprint(Step step) throws IOException {
        return Fingerprint.of(
                step,
                compute.name(),
                source -> results.get(source.node()).key(),
                source -> Optional.ofNullable(given(source)),
                input -> agenda.isAsked(step, input),
                own);
    }

    private void runsAnew(Step step, Throwable fault) {
        Optional<Plugin> plugin = library.atFault(step.schema().id(), fault);
        Fault told = Fault.of(
                Failures.ofNode(step.title() + " could not tell what it depends on and runs anew", fault, plugin),
                plugin);
        tell(new RunEvent.Warning(
                step.node(), told.problem().getMessage(), told.plugin().orElse("")));
    }
}
