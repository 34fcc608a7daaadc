package graft.train;

import graft.node.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Tells a node's run of each step, and stops when the user asks for it. */
public final class TrainingProgress implements TrainingLoop.Listener {

    private final Run run;
    private final int steps;
    private final SmoothedLoss smoothed = new SmoothedLoss(SmoothedLoss.STEPS);
    private OptionalDouble looked = OptionalDouble.empty();
    private long began;
    private int before;

    /** @param steps of the whole training */
    public TrainingProgress(Run run, int steps) {
        this.run = run;
        this.steps = steps;
    }

    @Override
    public void begins(Losses taken) {
        taken.steps().forEach(step -> smoothed.after(step.loss()));
        taken.validations().forEach(look -> looked = OptionalDouble.of(look.loss()));
        before = taken.steps().size();
        began = System.nanoTime();
    }

    @Override
    public boolean stepped(Losses.Step step, OptionalDouble validation) {
        looked = validation.isPresent() ? validation : looked;
        double seconds = (System.nanoTime() - began) / 1e9 / (step.step() - before);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", step.loss());
        figures.put("smoothed loss", smoothed.after(step.loss()));
        step.prior().ifPresent(prior -> {
            figures.put("subject loss", step.loss() - prior);
            figures.put("prior loss", prior);
        });
        looked.ifPresent(loss -> figures.put("validation loss", loss));
        figures.put("learning rate", step.learningRate());
        figures.put("seconds per step", seconds);
        figures.put("seconds left", seconds * (steps - step.step()));
        run.progress("step", step.step(), steps, figures);
        return !run.cancelled();
    }
}
