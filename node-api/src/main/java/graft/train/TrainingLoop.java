package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Problem;
import graft.node.Run;
import graft.tensor.Gradient;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The steps that every method of training takes: loss, gradients, clipping, optimiser.
 *
 * <p>Which weights learn and how a batch comes about is the caller's. A loss or gradient that is not finite ends the
 * training before it is applied, so the weights are those of the last good step. Used by one thread.
 */
public final class TrainingLoop {

    /** Where batches come from: called within the step's scope, which frees what it makes. */
    @FunctionalInterface
    public interface Batches {
        /**
         * @param step counted from 1
         * @param part counted from 0 within the step, when gradients are accumulated
         */
        Batch batch(int step, int part);
    }

    /**
     * Where a training leaves its state, so that a process that was killed is taken up where it was.
     *
     * @param file taken up when it is there; replaced as the training goes on; never removed here
     * @param every how many steps lie between two states; 0 for none, and none is taken up
     * @param takenUp told how many steps were taken before
     * @param failed told why a state could not be written; the training goes on
     */
    public record Saves(Path file, int every, IntConsumer takenUp, Consumer<Problem> failed) {

        public static final Saves NONE = new Saves(Path.of(""), 0, step -> {}, problem -> {});

        /** In the state file of a node's run, which tells the user of it. */
        public static Saves of(Run run, int every) {
            return every == 0
                    ? NONE
                    : new Saves(
                            run.stateFile(),
                            every,
                            step -> run.log("Going on after step " + step + ", where an earlier run of this workflow"
                                    + " ended; to begin anew remove " + run.stateFile() + "."),
                            problem ->
                                    run.warn("The state was not saved, the training goes on: " + problem.getMessage()));
        }
    }

    /** Told after each step; returns false to stop, keeping what was learnt. */
    @FunctionalInterface
    public interface Listener {
        boolean stepped(Losses.Step step);
    }

    /**
     * How far and how fast.
     *
     * @param steps of the optimiser
     * @param accumulation batches whose gradients are averaged into one step
     * @param clipNorm what the norm of all gradients together is brought down to; 0 for no limit
     * @param averaged whether the weights end as their exponential moving average over the steps
     */
    public record Plan(int steps, int accumulation, LearningRate learningRate, double clipNorm, boolean averaged) {}

    private final List<NDArray> weights;
    private final Objective objective;
    private final Objective.Network network;
    private final Plan plan;
    private final Optimizer.Kind kind;
    private final Optimizer optimizer;
    private final Optional<Ema> average;

    /**
     * @param groups what learns, and how fast
     * @param manager owns the optimiser's state and the average
     */
    public TrainingLoop(
            List<ParameterGroup> groups,
            Objective objective,
            Objective.Network network,
            Plan plan,
            Optimizer.Settings optimizer,
            NDManager manager) {
        this.weights = ParameterGroup.weights(groups);
        this.objective = objective;
        this.network = network;
        this.plan = plan;
        this.kind = optimizer.kind();
        this.optimizer = optimizer.create(List.copyOf(groups), manager);
        this.average = plan.averaged() ? Optional.of(new Ema(weights, manager)) : Optional.empty();
    }

    /**
     * Takes all steps, or as many as the listener lets it; averages are put in place at the end, not in saved states.
     *
     * @throws Problem when the loss or the gradients are no longer finite
     */
    public Losses run(Batches batches, Listener listener, Saves saves) {
        List<Losses.Step> steps = new ArrayList<>(takeUp(saves));
        boolean going = true;
        while (going && steps.size() < plan.steps()) {
            Losses.Step taken = step(steps.size() + 1, batches);
            steps.add(taken);
            going = listener.stepped(taken);
            if (saves.every() > 0 && (taken.step() % saves.every() == 0 || !going)) {
                save(saves, steps);
            }
        }
        if (!steps.isEmpty()) {
            average.ifPresent(Ema::apply);
        }
        return new Losses(steps);
    }

    private List<Losses.Step> takeUp(Saves saves) {
        if (saves.every() == 0 || !Files.exists(saves.file())) {
            return List.of();
        }
        List<Losses.Step> before = TrainingState.read(saves.file(), kind.id(), state());
        optimizer.after(before.size());
        saves.takenUp().accept(before.size());
        return before;
    }

    private void save(Saves saves, List<Losses.Step> steps) {
        try {
            TrainingState.write(saves.file(), kind.id(), state(), steps);
        } catch (Problem problem) {
            saves.failed().accept(problem);
        }
    }

    /** All arrays that change from step to step. */
    private Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "weight", weights);
        optimizer.state().forEach((name, array) -> state.put("optimizer." + name, array));
        average.ifPresent(ema -> state.putAll(ema.state()));
        return state;
    }

    /** Takes one step, counted from 1. */
    public Losses.Step step(int step, Batches batches) {
        Learnt learnt = Learnt.NOTHING;
        try (Scope scope = Scope.open()) {
            for (int part = 0; part < plan.accumulation(); part++) {
                learnt = learnt.plus(learn(batches.batch(step, part)));
                if (!Double.isFinite(learnt.loss())) {
                    throw diverged(step, "the loss became " + learnt.loss());
                }
            }
            List<NDArray> gradients = learnt.gradients();
            double limit = plan.clipNorm() > 0 ? plan.clipNorm() : Float.MAX_VALUE;
            double norm = Operators.globalNormClip(gradients, limit);
            if (!Double.isFinite(norm)) {
                throw diverged(step, "the gradients became " + norm);
            }
            double rate = plan.learningRate().at(step);
            optimizer.step(gradients, rate);
            average.ifPresent(ema -> ema.step(step));
            return new Losses.Step(step, learnt.loss(), rate, norm);
        } finally {
            // As large as what learns: gone before the next forward pass needs the memory.
            learnt.gradients().forEach(NDArray::close);
        }
    }

    /** A share of a step's loss and of its gradients; no gradients when the loss is not finite. */
    private record Learnt(double loss, List<NDArray> gradients) {

        static final Learnt NOTHING = new Learnt(0, List.of());

        /** Both together; the other's gradients are used up. */
        Learnt plus(Learnt other) {
            double sum = loss + other.loss;
            if (gradients.isEmpty() || other.gradients.isEmpty()) {
                return new Learnt(sum, gradients.isEmpty() ? other.gradients : gradients);
            }
            Operators.addTo(gradients, other.gradients);
            other.gradients.forEach(NDArray::close);
            return new Learnt(sum, gradients);
        }
    }

    private Learnt learn(Batch batch) {
        Learnt learnt = pass(batch);
        return batch.apart().isPresent() && Double.isFinite(learnt.loss())
                ? learnt.plus(pass(batch.apart().get()))
                : learnt;
    }

    private Learnt pass(Batch batch) {
        return Gradient.on(() -> {
            try (NDArray loss = objective.loss(network, batch)) {
                double value = loss.getFloat() / plan.accumulation();
                if (!Double.isFinite(value)) {
                    return new Learnt(value, List.of());
                }
                try (NDArray share = loss.div(plan.accumulation())) {
                    return new Learnt(value, network.gradients(share, weights));
                }
            }
        });
    }

    private static Problem diverged(int step, String why) {
        return new Problem(
                "training stopped at step " + step,
                why + ", which would have spoilt the weights",
                "choose a lower learning rate or a longer warm-up, and look for damaged pictures");
    }
}
