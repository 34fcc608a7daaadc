package graft.app.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What a node prints, in the run's log; a node that prints without end is heard for a thousand lines. */
final class PrintedLines implements Consumer<String> {

    private static final int MOST = 1000;

    private final String node;
    private final Consumer<RunEvent> events;
    private final AtomicInteger lines = new AtomicInteger();

    PrintedLines(String node, Consumer<RunEvent> events) {
        this.node = node;
        this.events = events;
    }

    @Override
    public void accept(String line) {
        int count = lines.incrementAndGet();
        if (count <= MOST) {
            events.accept(new RunEvent.Log(node, "printed: " + line));
        } else if (count == MOST + 1) {
            events.accept(new RunEvent.Log(node, "printed more than " + MOST + " lines; the rest is left out"));
        }
    }
}
