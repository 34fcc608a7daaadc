package graft.train;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;
import graft.node.Run;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Has a judge look at a training every so many steps, and keeps the weights of the step that is best so far.
 *
 * <p>A look that fails is told of and costs nothing else. What looking takes is measured, and told of when it is more than a tenth of
 * the training.
 */
final class JudgedSteps implements TrainingLoop.Listener, TrainingLoop.Companion, AutoCloseable {

    private static final double SHARE = 0.1;

    private final Run run;
    private final Judge judge;
    private final Judge.Judging judging;
    private final BestWeights best;
    private final int steps;
    private final TrainingLoop.AsDrawn asDrawn;
    private final Runnable tidy;
    private boolean warned;
    private String said = "";
    private boolean handedOver;
    private long began;
    private long looking;
    private int before;

    /**
     * @param judging begun by the judge; closed with this
     * @param weights what learns; borrowed
     * @param steps of the whole training
     * @param asDrawn brings the weights into the form that the training ends with
     * @param tidy sets aside again what the training can do without
     */
    JudgedSteps(
            Run run,
            Judge judge,
            Judge.Judging judging,
            List<NDArray> weights,
            int steps,
            TrainingLoop.AsDrawn asDrawn,
            Runnable tidy) {
        this.run = run;
        this.judge = judge;
        this.judging = judging;
        this.best = new BestWeights(weights);
        this.steps = steps;
        this.asDrawn = asDrawn;
        this.tidy = tidy;
    }

    @Override
    public void begins(Losses taken) {
        before = taken.steps().size();
        if (before == 0) {
            look(0);
        }
        began = System.nanoTime();
        looking = 0;
    }

    @Override
    public boolean stepped(Losses.Step step, OptionalDouble validation) {
        if (step.step() % judge.every() == 0 || step.step() == steps) {
            look(step.step());
            sayCost(step.step());
        }
        return goesOn();
    }

    @Override
    public boolean goesOn() {
        return !(judge.stops() && enough());
    }

    /** Whether the judge ended it before its last step. */
    boolean endedAt(int taken) {
        return taken < steps && !goesOn();
    }

    private boolean enough() {
        return judging.verdict().filter(Judge.Verdict::enough).isPresent();
    }

    private void look(int step) {
        long from = System.nanoTime();
        try {
            boolean known = enough();
            asDrawn.during(() -> {
                judging.look(step);
                judging.verdict().filter(verdict -> verdict.best() == step).ifPresent(verdict -> best.take(step));
            });
            judging.verdict().filter(verdict -> verdict.enough() && !known).ifPresent(verdict -> {
                said = verdict.sentence();
                run.log(said + (judge.stops() && step < steps ? " The training ends here, as was asked for." : ""));
            });
        } catch (Cancelled stopped) {
            // The step that was taken is what the user keeps; nobody waits for a look at it.
        } catch (RuntimeException failure) {
            run.warn("Step " + step + " was not judged, the training goes on: " + failure.getMessage());
        } finally {
            tidy.run();
            looking += System.nanoTime() - from;
        }
    }

    /** Once, as soon as it is known: the first look after some steps says what the others will take. */
    private void sayCost(int step) {
        double training = System.nanoTime() - began - looking;
        double share = looking / training;
        if (warned || share <= SHARE || step - before < Math.min(judge.every(), steps)) {
            return;
        }
        warned = true;
        int rarer = (int) (Math.ceil(judge.every() * share / SHARE / 10) * 10);
        int fewer = (int) (judging.pictures() * SHARE / share);
        run.log(String.format(
                Locale.ROOT,
                "Judging takes %.0f %% as long as the training itself (%.1f s a look). For a tenth of it: %s%s.",
                100 * share,
                looking / 1e9 / Math.max(1, Math.round((step - before) / (double) judge.every())),
                rarer < steps ? "judge every " + rarer + " steps" : "train longer",
                fewer > 0
                        ? ", or draw " + fewer + (fewer == 1 ? " picture" : " pictures") + " in place of "
                                + judging.pictures()
                        : ""));
    }

    /** What came out, and what it took: told, and from now on the caller's. */
    Trained trained(Losses losses) {
        double training = System.nanoTime() - began - looking;
        judging.verdict()
                .ifPresent(verdict -> run.log(String.format(
                        Locale.ROOT,
                        "%sJudging took %.1f s beside %.1f s of training (%.0f %%).",
                        verdict.sentence().equals(said) ? "" : verdict.sentence() + " ",
                        looking / 1e9,
                        training / 1e9,
                        100 * looking / training)));
        handedOver = true;
        return new Trained(losses, Optional.of(best), judging.drawn());
    }

    @Override
    public Map<String, NDArray> arrays() {
        return best.state();
    }

    @Override
    public byte[] bytes() {
        return judging.state();
    }

    @Override
    public void takeUp(byte[] bytes) {
        judging.takeUp(bytes);
        judging.verdict().ifPresent(verdict -> best.takenUp(verdict.best()));
    }

    @Override
    public void close() {
        judging.close();
        if (!handedOver) {
            best.close();
        }
    }
}
