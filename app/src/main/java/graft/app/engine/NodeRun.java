package graft.app.engine;

import graft.app.engine.Plan.Step;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting.Collection;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One execution of a node, as the node sees it: everything it says becomes an event. */
final class NodeRun implements Run {

    private static final int MOST_SAID = 10_000;

    private final Step step;
    private final String key;
    private final String device;
    private final String workflow;
    private final String graph;
    private final ModelFileNames names;
    private final RunFolder folder;
    private final boolean previewed;
    private final BooleanSupplier cancelled;
    private final Consumer<RunEvent> events;
    private final AtomicInteger said = new AtomicInteger();
    private volatile boolean partial;
    private volatile Problem failure;
    private volatile String kept;
    private volatile boolean asked;
    private volatile boolean goesOn;
    private volatile int turn = -1;

    NodeRun(
            Step step,
            String key,
            String device,
            String workflow,
            String graph,
            ModelFileNames names,
            RunFolder folder,
            boolean previewed,
            BooleanSupplier cancelled,
            Consumer<RunEvent> events) {
        this.step = step;
        this.key = key;
        this.device = device;
        this.workflow = workflow;
        this.graph = graph;
        this.names = names;
        this.folder = folder;
        this.previewed = previewed;
        this.cancelled = cancelled;
        this.events = events;
    }

    /** Whether the node said that its outputs hold only what was done when it was stopped or failed. */
    boolean isPartial() {
        return partial;
    }

    /** Why the outputs are partial, when the node failed. */
    Optional<Problem> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public String node() {
        return step.node();
    }

    @Override
    public String stream() {
        return Sweep.origin(step.node());
    }

    @Override
    public List<Path> folders(Collection collection) {
        return names.folders().of(collection);
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public Path folder() {
        return folder.of(step.node());
    }

    /** The node begins to work on a value of a list, the first is 0. */
    void turn(int next) {
        turn = next;
    }

    /** Whether it worked on values of a list, which tells little of how long it takes for one. */
    boolean inTurns() {
        return turn >= 0;
    }

    @Override
    public Path stateFile() {
        Path state = folder.stateOf(turn > 0 ? step.node() + " " + (turn + 1) : step.node(), key);
        if (!asked) {
            asked = true;
            goesOn = Files.exists(state);
        }
        return state;
    }

    /** Whether it may have gone on where an earlier run ended, so that its time is not that of the whole. */
    boolean goesOn() {
        return goesOn;
    }

    /** What the node said of what it had done when it was stopped; empty when it was not. */
    Optional<String> kept() {
        return Optional.ofNullable(kept);
    }

    @Override
    public String workflow() {
        return workflow;
    }

    @Override
    public String graph() {
        return graph;
    }

    @Override
    public String found(Collection collection, String said) {
        return names.folders().resolved(collection, said);
    }

    @Override
    public String version() {
        return Versions.graft();
    }

    @Override
    public void progress(long done, long total, Map<String, Double> figures) {
        progress("", done, total, figures);
    }

    @Override
    public void progress(String unit, long done, long total, Map<String, Double> figures) {
        events.accept(
                new RunEvent.NodeProgress(step.node(), step.title(), unit, done, total, new LinkedHashMap<>(figures)));
    }

    @Override
    public boolean previewed() {
        return previewed;
    }

    @Override
    public void preview(BufferedImage image) {
        if (previewed) {
            events.accept(new RunEvent.NodePreview(step.node(), image));
        }
    }

    @Override
    public void preview(List<BufferedImage> images) {
        if (previewed && !images.isEmpty()) {
            events.accept(new RunEvent.NodePreview(step.node(), OutputPreviews.shown(images)));
        }
    }

    @Override
    public void log(String sentence) {
        if (isHeard()) {
            events.accept(new RunEvent.Log(step.node(), sentence));
        }
    }

    @Override
    public void warn(String sentence) {
        if (isHeard()) {
            events.accept(new RunEvent.Warning(step.node(), sentence));
        }
    }

    /** A node that talks without end fills no disk and no screen. */
    private boolean isHeard() {
        int count = said.incrementAndGet();
        if (count == MOST_SAID + 1) {
            events.accept(new RunEvent.Warning(
                    step.node(), "It said more than " + MOST_SAID + " sentences; the rest is left out."));
        }
        return count <= MOST_SAID;
    }

    @Override
    public void wrote(Path file) {
        events.accept(new RunEvent.Wrote(step.node(), file));
    }

    @Override
    public boolean cancelled() {
        return cancelled.getAsBoolean();
    }

    @Override
    public void partial(String sentence) {
        partial = true;
        kept = sentence;
        log(sentence);
    }

    @Override
    public void partial(Problem problem) {
        partial = true;
        failure = problem;
    }
}
