package graft.train;

import graft.node.Run;
import java.util.Map;

/** Tells a node's run of each step, and stops when the user asks for it. */
public final class TrainingProgress implements TrainingLoop.Listener {

    private final Run run;
    private final int steps;
    private final SmoothedLoss smoothed = new SmoothedLoss();

    /** @param steps of the whole training */
    public TrainingProgress(Run run, int steps) {
        this.run = run;
        this.steps = steps;
    }

    @Override
    public boolean stepped(Losses.Step step) {
        run.progress(
                step.step(),
                steps,
                Map.of(
                        "loss", step.loss(),
                        "smoothed loss", smoothed.after(step.loss()),
                        "learning rate", step.learningRate()));
        return !run.cancelled();
    }
}
