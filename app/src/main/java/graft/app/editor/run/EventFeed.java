package graft.app.editor.run;

import graft.app.engine.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * Brings the events of a run to the event dispatch thread: in bundles, at most thirty a second, and without the progress
 * and previews that newer ones in the same bundle outdo.
 */
final class EventFeed implements Consumer<RunEvent> {

    static final int PACE_MILLIS = 34;

    private final Consumer<List<RunEvent>> listener;
    private List<RunEvent> waiting = new ArrayList<>();
    private boolean due;
    private long delivered = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);

    /** A feed; the listener is called on the event dispatch thread. */
    EventFeed(Consumer<List<RunEvent>> listener) {
        this.listener = listener;
    }

    @Override
    public void accept(RunEvent event) {
        int delay;
        synchronized (this) {
            add(event);
            if (due) {
                return;
            }
            due = true;
            long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - delivered);
            delay = (int) Math.max(0, PACE_MILLIS - since);
        }
        if (delay == 0) {
            SwingUtilities.invokeLater(this::deliver);
        } else {
            Timer timer = new Timer(delay, tick -> deliver());
            timer.setRepeats(false);
            timer.start();
        }
    }

    private void add(RunEvent event) {
        if (event instanceof RunEvent.NodePreview preview) {
            waiting.removeIf(other ->
                    other instanceof RunEvent.NodePreview old && old.node().equals(preview.node()));
        } else if (event instanceof RunEvent.NodeProgress progress
                && !waiting.isEmpty()
                && waiting.get(waiting.size() - 1) instanceof RunEvent.NodeProgress last
                && last.node().equals(progress.node())
                && !TrainingLosses.isLoss(last)) {
            waiting.remove(waiting.size() - 1);
        }
        waiting.add(event);
    }

    /** Delivers what waits now; on the event dispatch thread. */
    void deliver() {
        List<RunEvent> bundle;
        synchronized (this) {
            bundle = waiting;
            waiting = new ArrayList<>();
            due = false;
            delivered = System.nanoTime();
        }
        if (!bundle.isEmpty()) {
            listener.accept(bundle);
        }
    }
}
