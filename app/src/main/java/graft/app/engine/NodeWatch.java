package graft.app.engine;

import graft.app.engine.Plan.Step;
import graft.app.plugin.Plugin;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/** Says of a node that it works on without a word, or does not stop though it was asked to. */
final class NodeWatch implements AutoCloseable {

    private static final long LOOK_EVERY = 2;

    /** Seconds of silence after which it is said; each time five times as long until it is said again. */
    private static final long SILENCE = 120;

    /** Seconds that a node may take to stop; a training step of a large model on a processor takes some. */
    private static final long STOPPING = 20;

    /** A node at work, since so many seconds. */
    record Work(Step step, long seconds) {}

    /** A node's time at work. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    private final BooleanSupplier stopping;
    private final Function<Step, Optional<Plugin>> strangers;
    private final Consumer<RunEvent> events;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "graft-watch");
        thread.setDaemon(true);
        return thread;
    });

    private Step step;
    private long began;
    private long lastWord;
    private long toldAfter;
    private long askedToStop;
    private boolean toldOfStop;

    /** What it said last itself, which is no word of the node. */
    private RunEvent own;

    /** @param strangers finds the plugin of a node that did not come with Graft */
    NodeWatch(BooleanSupplier stopping, Function<Step, Optional<Plugin>> strangers, Consumer<RunEvent> events) {
        this.stopping = stopping;
        this.strangers = strangers;
        this.events = events;
        var unused = clock.scheduleAtFixedRate(() -> look(System.nanoTime()), LOOK_EVERY, LOOK_EVERY, TimeUnit.SECONDS);
    }

    synchronized Turn begin(Step next) {
        step = next;
        began = System.nanoTime();
        lastWord = began;
        toldAfter = SILENCE;
        toldOfStop = false;
        return () -> end(next);
    }

    /** One that was left behind ends when another is at work. */
    private synchronized void end(Step ended) {
        if (step != null && step.node().equals(ended.node())) {
            step = null;
        }
    }

    synchronized void heard(RunEvent event) {
        if (event != own) {
            lastWord = System.nanoTime();
        }
    }

    /** Whatever it has to say at that time of {@link System#nanoTime}. */
    void look(long now) {
        Optional<RunEvent> said = said(now);
        // Without the lock: whoever is told may ask back.
        said.ifPresent(events);
    }

    private synchronized Optional<RunEvent> said(long now) {
        Optional<RunEvent> said = sentence(now);
        said.ifPresent(event -> own = event);
        return said;
    }

    private Optional<RunEvent> sentence(long now) {
        if (step == null) {
            return Optional.empty();
        }
        askedToStop = stopping.getAsBoolean() ? (askedToStop == 0 ? now : askedToStop) : 0;
        if (askedToStop != 0 && !toldOfStop && seconds(Math.max(askedToStop, began), now) >= STOPPING) {
            toldOfStop = true;
            return Optional.of(new RunEvent.Warning(
                    step.node(),
                    step.title()
                            + strangers
                                    .apply(step)
                                    .map(plugin -> ", of the plugin " + plugin.id() + ",")
                                    .orElse("")
                            + " was asked to stop " + seconds(Math.max(askedToStop, began), now)
                            + " s ago and is still at work. Leave it behind if it never does.",
                    strangers.apply(step).map(Plugin::id).orElse("")));
        }
        if (seconds(lastWord, now) >= toldAfter) {
            toldAfter *= 5;
            return Optional.of(new RunEvent.Log(
                    step.node(),
                    "at work for " + seconds(began, now) + " s, without a word for " + seconds(lastWord, now) + " s"));
        }
        return Optional.empty();
    }

    private static long seconds(long from, long to) {
        return TimeUnit.NANOSECONDS.toSeconds(to - from);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
