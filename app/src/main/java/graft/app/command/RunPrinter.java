package graft.app.command;

import graft.app.engine.RunEvent;
import graft.app.engine.Versions;
import graft.tensor.Memory;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A run for a person: a line for each node that ran, and while one runs its progress.
 *
 * <p>On a terminal the progress is one line that is written over; in a file or pipe a line now and then. Problems go to
 * the error stream.
 */
final class RunPrinter implements Consumer<RunEvent> {

    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long SHORTEST_SILENCE_NANOS = 2_000_000_000L;
    private static final long LONGEST_SILENCE_NANOS = 10_000_000_000L;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private final LongSupplier clock;

    /** The node whose progress is followed, and what was last said of it. */
    private String node = "";

    private long firstDone;
    private long firstNanos;
    private long saidNanos;
    private long saidTenth;
    private int drawn;

    RunPrinter(PrintWriter out, PrintWriter err, Terminal terminal, LongSupplier nanoClock) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.clock = nanoClock;
    }

    @Override
    public synchronized void accept(RunEvent event) {
        if (event instanceof RunEvent.NodeProgress progress) {
            progress(progress);
            return;
        }
        erase();
        if (event instanceof RunEvent.NodeFailed failed) {
            out.flush();
            err.println("graft: " + failed.title() + " (" + failed.node() + "): " + failed.problem());
            err.flush();
        } else {
            said(event);
        }
        out.flush();
    }

    private void said(RunEvent event) {
        if (event instanceof RunEvent.RunStarted started) {
            if (!started.title().isEmpty()) {
                out.println(started.title());
            }
            out.println("device    " + started.device() + ": " + started.why());
            if (started.installedMemory() > 0) {
                out.println("memory    " + Memory.words(started.availableMemory()) + " available of "
                        + Memory.words(started.installedMemory()));
            }
            out.println("versions  " + Versions.line(started.versions()));
            if (started.expected().keySet().containsAll(started.nodes())) {
                double seconds = started.expected().values().stream()
                        .mapToDouble(each -> each)
                        .sum();
                out.println("time      about " + ProgressLine.clock(Duration.ofMillis(Math.round(1000 * seconds)))
                        + ", as long as such nodes took before");
            }
        } else if (event instanceof RunEvent.NodeCached cached) {
            out.println(named(cached.title(), cached.node()) + "  kept: " + cached.why());
        } else if (event instanceof RunEvent.NodeFinished finished) {
            out.println(named(finished.title(), finished.node())
                    + String.format(Locale.ROOT, "  %.2f s", finished.seconds())
                    + (finished.partial() ? "  (stopped; what was done is kept)" : ""));
        } else if (event instanceof RunEvent.NodeSkipped skipped) {
            out.println(named(skipped.title(), skipped.node()) + "  left out: " + skipped.why());
        } else if (event instanceof RunEvent.Warning warning) {
            err.println("warning: " + (warning.node().isEmpty() ? "" : warning.node() + ": ") + warning.sentence());
            err.flush();
        } else if (event instanceof RunEvent.Log log) {
            out.println("  " + log.node() + ": " + log.sentence());
        } else if (event instanceof RunEvent.Wrote wrote) {
            out.println("  wrote " + wrote.file());
        } else if (event instanceof RunEvent.RunFinished finished) {
            finished.kept().forEach(sentence -> out.println("kept      " + sentence));
            out.println(finished(finished));
        }
    }

    private static String finished(RunEvent.RunFinished run) {
        String how =
                switch (run.outcome()) {
                    case DONE -> "done";
                    case FAILED -> "failed";
                    case CANCELLED -> "stopped";
                };
        String peak = run.peak() > 0 ? "; peak memory " + Memory.words(run.peak()) : "";
        return how + String.format(Locale.ROOT, " in %.1f s", run.seconds()) + peak + "; everything is in "
                + run.folder();
    }

    private static String named(String title, String node) {
        return String.format(Locale.ROOT, "%-28s", title.equals(node) ? title : title + " (" + node + ")");
    }

    /** A trainer's figures of time say what the line says for every node. */
    private static Map<String, Double> withoutTimes(Map<String, Double> figures) {
        Map<String, Double> others = new LinkedHashMap<>(figures);
        others.keySet().removeIf(name -> name.startsWith("seconds "));
        return others;
    }

    private void progress(RunEvent.NodeProgress at) {
        long now = clock.getAsLong();
        if (!at.node().equals(node)) {
            node = at.node();
            firstDone = at.done();
            firstNanos = now;
            saidNanos = now - REDRAW_NANOS;
            saidTenth = 0;
        }
        double perSecond = now > firstNanos ? (at.done() - firstDone) * 1e9 / (now - firstNanos) : 0;
        ProgressLine line = new ProgressLine(
                at.title(),
                at.unit(),
                at.done(),
                at.total(),
                perSecond,
                left(at, perSecond),
                withoutTimes(at.figures()));
        boolean last = at.total() > 0 && at.done() >= at.total();
        if (terminal.interactive()) {
            if (last || now - saidNanos >= REDRAW_NANOS) {
                draw(line.fit(terminal.width()));
                saidNanos = now;
            }
            return;
        }
        long tenth = at.total() > 0 ? 10 * at.done() / at.total() : 0;
        long silence = now - saidNanos;
        if (silence >= LONGEST_SILENCE_NANOS || (silence >= SHORTEST_SILENCE_NANOS && tenth > saidTenth)) {
            out.println(line.plain());
            out.flush();
            saidNanos = now;
            saidTenth = tenth;
        }
    }

    /** As the node itself forecasts it, else by how fast it counts. */
    private static OptionalDouble left(RunEvent.NodeProgress at, double perSecond) {
        Double forecast = at.figures().get("seconds left");
        if (forecast != null) {
            return OptionalDouble.of(forecast);
        }
        return perSecond > 0
                ? OptionalDouble.of(Math.max(0, at.total() - at.done()) / perSecond)
                : OptionalDouble.empty();
    }

    private void draw(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
        out.flush();
        drawn = line.length();
    }

    private void erase() {
        if (drawn > 0) {
            out.print("\r" + " ".repeat(drawn) + "\r");
            drawn = 0;
        }
    }
}
