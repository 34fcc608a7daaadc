package graft.app.editor.run;

import graft.app.engine.RunEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The losses of one training, as its progress tells of them. */
final class TrainingLosses {

    /**
     * A step that was taken.
     *
     * @param loss of its batch; may be no finite number
     * @param smooth mean of the steps up to it, the later ones weighing more
     */
    record Point(long step, double loss, double smooth) {}

    /** The loss on held-out pictures after a step. */
    record Look(long step, double loss) {}

    /** Halved when full: no screen shows more. */
    private static final int MOST = 8000;

    private static final double MEMORY = 0.95;

    private final List<Point> points = new ArrayList<>();
    private final List<Look> looks = new ArrayList<>();
    private double mean;
    private double weight;
    private long every = 1;

    /** Whether progress tells of a loss. */
    static boolean isLoss(RunEvent.NodeProgress progress) {
        return progress.figures().containsKey("loss");
    }

    void add(RunEvent.NodeProgress progress) {
        Map<String, Double> figures = progress.figures();
        double loss = figures.get("loss");
        if (Double.isFinite(loss)) {
            mean = MEMORY * mean + (1 - MEMORY) * loss;
            weight = MEMORY * weight + (1 - MEMORY);
        }
        double smooth = figures.getOrDefault("smoothed loss", weight == 0 ? Double.NaN : mean / weight);
        if (progress.done() % every == 0) {
            points.add(new Point(progress.done(), loss, smooth));
            if (points.size() > MOST) {
                thin();
            }
        }
        Double look = figures.get("validation loss");
        if (look != null && (looks.isEmpty() || looks.get(looks.size() - 1).loss() != look)) {
            looks.add(new Look(progress.done(), look));
        }
    }

    private void thin() {
        every *= 2;
        points.removeIf(point -> point.step() % every != 0);
    }

    List<Point> points() {
        return Collections.unmodifiableList(points);
    }

    List<Look> looks() {
        return Collections.unmodifiableList(looks);
    }
}
