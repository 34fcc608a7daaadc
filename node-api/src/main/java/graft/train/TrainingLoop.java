package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Cancelled;
import graft.node.GatedChoice;
import graft.node.Problem;
import graft.node.Run;
import graft.tensor.Gradient;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.train.optimizer.Ema;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The steps that every method of training takes: loss, gradients, clipping, optimiser.
 *
 * <p>Which weights learn and how a batch comes about is the caller's. A loss or gradient that is not finite ends the
 * training before it is applied, so the weights are those of the last good step. Where the network wants a loss scale, a step
 * whose gradients overflow is taken again with a lower one first. Used by one thread.
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
     * @param every how many steps lie between two states; 0 to go by time alone
     * @param minutes how old the last state may become; 0 to go by steps alone. Where both are 0 none is saved, and none
     *     taken up
     * @param takenUp told how many steps were taken before
     * @param failed told why a state could not be written; the training goes on, and an older state is as it was
     */
    public record Saves(Path file, int every, double minutes, IntConsumer takenUp, Consumer<Problem> failed) {

        public static final Saves NONE = new Saves(Path.of(""), 0, 0, step -> {}, problem -> {});

        boolean any() {
            return every > 0 || minutes > 0;
        }

        /** In the state file of a node's run, which tells the user of it. */
        public static Saves of(Run run, int every, double minutes) {
            return every == 0 && minutes == 0
                    ? NONE
                    : new Saves(
                            run.stateFile(),
                            every,
                            minutes,
                            step -> run.log("Going on after step " + step + ", where an earlier run of this workflow"
                                    + " ended; to begin anew remove " + run.stateFile() + "."),
                            problem ->
                                    run.warn("The state was not saved, the training goes on: " + problem.getMessage()));
        }
    }

    /** Told how the training goes. What it does must leave the weights and their gradients alone. */
    @FunctionalInterface
    public interface Listener {

        /**
         * The first step comes next.
         *
         * @param before what was taken up; otherwise a look at the untaught model at most
         */
        default void begins(Losses before) {}

        /**
         * A step was taken; its state is saved after this returns.
         *
         * @param validation of the model as it is now, where it was looked at
         * @return false to stop, keeping what was learnt
         */
        boolean stepped(Losses.Step step, OptionalDouble validation);

        /**
         * Loss or gradients are no longer finite. The weights are those of the last good step, one at least, whose state
         * was saved if any is; the training ends here.
         */
        default void diverged(Problem problem) {
            throw problem;
        }
    }

    /** What goes beside a training and is kept with its state. */
    interface Companion {

        /** Arrays of its own, the same ones at all times: written with the state, and filled from it. */
        Map<String, NDArray> arrays();

        /** All else of it. */
        byte[] bytes();

        /** Goes on from what was saved; its arrays are filled by then. */
        void takeUp(byte[] bytes);

        /** Whether the training takes another step; asked before its first one. */
        boolean goesOn();
    }

    /** Has the weights as the training would end with them, for a while. */
    @FunctionalInterface
    interface AsDrawn {
        void during(Work work) throws Cancelled;
    }

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Work {
        void run() throws Cancelled;
    }

    /**
     * How far and how fast.
     *
     * @param steps of the optimiser
     * @param accumulation batches whose gradients are averaged into one step
     * @param schedule how the rates of all groups go
     * @param clipNorm what the norm of all gradients together is brought down to; 0 for no limit
     * @param averaged whether the weights end as their exponential moving average over the steps
     * @param released whether each weight steps as soon as its gradient is known, which goes at once: in one part, without a limit
     *     of the norm or a loss scale, by a method that steps {@linkplain OptimizerMethod#oneByOne one by one}
     */
    public record Plan(
            int steps, int accumulation, RateSchedule schedule, double clipNorm, boolean averaged, boolean released) {

        /** One whose gradients are all known before a weight steps. */
        public Plan(int steps, int accumulation, RateSchedule schedule, double clipNorm, boolean averaged) {
            this(steps, accumulation, schedule, clipNorm, averaged, false);
        }
    }

    private final List<NDArray> weights;
    /** Of the first group. */
    private final double fullRate;

    private final Objective objective;
    private final LearningNetwork network;
    private final Plan plan;
    private final OptimizerMethod method;
    /** Of all weights together; nothing where they are released. */
    private final Optional<Optimizer> optimizer;

    /** Of the weights before a step, where the optimiser is a plugin's. */
    private final List<NDArray> copies;

    private final Optional<ReleasedSteps> released;
    private final Optional<Ema> average;
    private final LossScale scale;
    private Runnable afterStep = () -> {};
    private int learnsBy = Integer.MAX_VALUE;
    private Optional<Companion> companion = Optional.empty();

    /**
     * @param groups what learns, and how fast: at least one of a rate above 0
     * @param manager owns the optimiser's state and the average
     */
    public TrainingLoop(
            List<ParameterGroup> groups,
            Objective objective,
            LearningNetwork network,
            Plan plan,
            Optimizer.Settings optimizer,
            NDManager manager) {
        List<ParameterGroup> learning = ParameterGroup.learning(groups);
        this.weights = ParameterGroup.weights(learning);
        this.fullRate = learning.get(0).rate();
        this.objective = objective;
        this.network = plan.released() ? network.releasing() : network;
        this.plan = plan;
        this.method = optimizer.method();
        this.optimizer = plan.released() ? Optional.empty() : Optional.of(optimizer.create(learning, manager));
        this.copies = this.optimizer.isPresent() && OpenOptimizer.is(method)
                ? OpenOptimizer.copies(weights, manager)
                : List.of();
        this.released =
                plan.released() ? Optional.of(new ReleasedSteps(learning, optimizer, manager)) : Optional.empty();
        this.average = plan.averaged() ? Optional.of(new Ema(weights, manager)) : Optional.empty();
        this.scale = network.wantsLossScale() ? LossScale.dynamic(manager) : LossScale.none();
    }

    /** As {@link #run(Batches, Optional, Listener, Saves)} without validation. */
    public Losses run(Batches batches, Listener listener, Saves saves) {
        return run(batches, Optional.empty(), listener, saves);
    }

    /** What is done with the weights after the optimiser has changed them, at each step. */
    void afterEachStep(Runnable work) {
        afterStep = work;
    }

    /** Keeps something with the states of this training. */
    void beside(Companion kept) {
        companion = Optional.of(kept);
    }

    /** Does something with the weights as they would end now: the average where one is kept. They are then as they were. */
    void asDrawn(Work work) throws Cancelled {
        if (average.isEmpty()) {
            work.run();
            return;
        }
        try (NDManager memory = weights.get(0).getManager().newSubManager();
                Scope scope = Scope.open()) {
            List<NDArray> now = weights.stream()
                    .map(weight -> scope.keep(weight.duplicate(), memory))
                    .toList();
            try {
                average.get().apply();
                work.run();
            } finally {
                Operators.assign(weights, now);
            }
        }
    }

    /**
     * By which step, counted from 1, there has to have been a gradient: a training that has none learns nothing, and ends
     * there.
     */
    void mustLearnBy(int step) {
        learnsBy = step;
    }

    private void checkLearning(List<Losses.Step> steps) {
        int number = steps.size();
        if ((number >= learnsBy || number == plan.steps())
                && learnsBy != Integer.MAX_VALUE
                && steps.stream().allMatch(step -> step.gradientNorm() == 0)) {
            throw new Problem(
                    "training stopped at step " + number,
                    "nothing is learnt: the gradient of all that learns was nought in every step"
                            + objective.byOpenLoss(),
                    "look whether captions and masks leave something to learn, and what the settings let learn");
        }
    }

    /**
     * Takes all steps, or as many as the listener lets it; averages are put in place at the end, not in saved states.
     *
     * @param validation looked at before the first step and from time to time; nothing is learnt from it
     * @throws Problem when the loss or the gradients are not finite at the first step, or nought for as long as
     *     {@link #mustLearnBy} allows
     */
    public Losses run(Batches batches, Optional<Validation> validation, Listener listener, Saves saves) {
        if (saves.any()) {
            state(); // what cannot be saved is told of before anything is learnt
        }
        Losses before = takeUp(saves);
        List<Losses.Step> steps = new ArrayList<>(before.steps());
        List<Losses.Validation> looks = new ArrayList<>(before.validations());
        if (steps.isEmpty()) {
            validation.ifPresent(held -> looks.add(new Losses.Validation(0, look(held))));
        }
        listener.begins(new Losses(steps, looks));
        long saved = System.nanoTime();
        boolean going = companion.map(Companion::goesOn).orElse(true);
        while (going && steps.size() < plan.steps()) {
            int number = steps.size() + 1;
            Losses.Step taken;
            try {
                taken = advance(number, batches);
            } catch (Diverged diverged) {
                if (steps.isEmpty()) {
                    throw diverged.at(number);
                }
                if (saves.any() && diverged.leavesState()) {
                    save(saves, new Losses(steps, looks));
                }
                listener.diverged(diverged.at(number));
                break;
            }
            steps.add(taken);
            checkLearning(steps);
            Optional<Validation> due = validation.filter(held -> held.isDueAfter(number, plan.steps()));
            due.ifPresent(held -> looks.add(new Losses.Validation(number, look(held))));
            going = listener.stepped(
                    taken,
                    due.isPresent()
                            ? OptionalDouble.of(looks.get(looks.size() - 1).loss())
                            : OptionalDouble.empty());
            if (saves.any() && (!going || isDue(saves, number, System.nanoTime() - saved))) {
                save(saves, new Losses(steps, looks));
                saved = System.nanoTime();
            }
        }
        if (!steps.isEmpty()) {
            average.ifPresent(Ema::apply);
        }
        return new Losses(steps, looks);
    }

    private static boolean isDue(Saves saves, int step, long sinceTheLast) {
        return (saves.every() > 0 && step % saves.every() == 0)
                || (saves.minutes() > 0 && sinceTheLast >= saves.minutes() * 60e9);
    }

    /** The loss on pictures that nothing is learnt from. */
    @SuppressWarnings("try") // the scope is not spoken to: it frees what is made within it
    private double look(Validation held) {
        double sum = 0;
        for (int draw = 0; draw < held.draws(); draw++) {
            try (Scope scope = Scope.open()) {
                sum += objective.loss(held.network(), held.batch(draw)).getFloat();
            } catch (Diverged spoilt) {
                return Double.NaN;
            }
        }
        return sum / held.draws();
    }

    private Losses takeUp(Saves saves) {
        if (!saves.any() || !Files.exists(saves.file())) {
            return Losses.NONE;
        }
        Losses before = TrainingState.read(saves.file(), method.id(), state(), companion.map(kept -> kept::takeUp));
        optimizer.ifPresent(of -> of.after(before.steps().size()));
        released.ifPresent(of -> of.after(before.steps().size()));
        saves.takenUp().accept(before.steps().size());
        return before;
    }

    private void save(Saves saves, Losses losses) {
        Map<String, NDArray> state;
        try {
            state = state();
        } catch (RuntimeException fault) {
            if (!OpenOptimizer.is(method)) {
                throw fault;
            }
            saves.failed()
                    .accept(new Problem(
                                    "the optimiser " + GatedChoice.named(method) + " does not give its state",
                                    String.valueOf(fault.getMessage()),
                                    "tell the author of its plugin")
                            .causedBy(fault));
            return;
        }
        try {
            TrainingState.write(saves.file(), method.id(), state, losses, companion.map(Companion::bytes));
        } catch (Problem problem) {
            saves.failed().accept(problem);
        }
    }

    /** All arrays that change from step to step. */
    private Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        Optimizer.put(state, "weight", weights);
        optimizer
                .map(of -> new OpenOptimizer(method).state(of))
                .orElseGet(() -> released.orElseThrow().state())
                .forEach((name, array) -> state.put("optimizer." + name, array));
        average.ifPresent(ema -> state.putAll(ema.state()));
        state.putAll(scale.state());
        companion.ifPresent(kept -> state.putAll(kept.arrays()));
        return state;
    }

    /**
     * Takes one step, counted from 1.
     *
     * @throws Problem when loss or gradients are not finite; the weights are then as they were
     */
    public Losses.Step step(int step, Batches batches) {
        try {
            return advance(step, batches);
        } catch (Diverged diverged) {
            throw diverged.at(step);
        }
    }

    private Losses.Step advance(int step, Batches batches) {
        if (released.isPresent()) {
            return release(step, batches, released.get());
        }
        Optional<Losses.Step> taken;
        do {
            // The same batches each time, since they are made from the step's number.
            taken = attempt(step, batches);
        } while (taken.isEmpty());
        return taken.get();
    }

    /** Nothing when the loss scale was too high for the step: it is lower now. */
    private Optional<Losses.Step> attempt(int step, Batches batches) {
        Learnt learnt = Learnt.NOTHING;
        boolean priors = false;
        try (Scope scope = Scope.open()) {
            for (int part = 0; part < plan.accumulation(); part++) {
                Batch batch = batches.batch(step, part);
                learnt = learnt.plus(learn(batch));
                priors |= batch.priors() > 0 || batch.apart().isPresent();
                if (!Double.isFinite(learnt.loss())) {
                    throw new Diverged("the loss became " + learnt.loss());
                }
            }
            List<NDArray> gradients = learnt.gradients();
            double limit = plan.clipNorm() > 0 ? plan.clipNorm() : Float.MAX_VALUE;
            double norm = Operators.globalNormClip(gradients, limit, scale.factor());
            if (!Double.isFinite(norm)) {
                if (scale.lower()) {
                    return Optional.empty();
                }
                throw new Diverged("the gradients" + objective.byOpenLoss() + " became " + norm);
            }
            double rate = plan.schedule().at(fullRate, step);
            if (copies.isEmpty()) {
                optimizer.orElseThrow().step(gradients, rate);
            } else if (!new OpenOptimizer(method).step(optimizer.orElseThrow(), gradients, rate, weights, copies)) {
                throw Diverged.byOptimizer(GatedChoice.named(method), false);
            }
            afterStep.run();
            average.ifPresent(ema -> ema.step(step));
            scale.worked();
            OptionalDouble prior = priors ? OptionalDouble.of(learnt.prior()) : OptionalDouble.empty();
            return Optional.of(new Losses.Step(step, learnt.loss(), prior, rate, norm));
        } finally {
            // As large as what learns: gone before the next forward pass needs the memory.
            learnt.gradients().forEach(NDArray::close);
        }
    }

    /** A step whose gradients never lie in memory together. */
    private Losses.Step release(int step, Batches batches, ReleasedSteps each) {
        try (Scope scope = Scope.open()) {
            Batch batch = batches.batch(step, 0);
            if (batch.apart().isPresent()) {
                throw new Problem(
                        "cannot release gradients",
                        "the pictures of the class are of another size than the subject's, so that a step is made of two"
                                + " passes",
                        "load both at one size, or turn the release of gradients off");
            }
            NDArray losses = Gradient.on(() -> objective.losses(network, batch));
            NDArray mean = Gradient.on(() -> Operators.meanShare(losses, 1));
            double loss = mean.getFloat();
            if (!Double.isFinite(loss)) {
                throw new Diverged("the loss became " + loss);
            }
            OptionalDouble prior =
                    batch.priors() > 0 ? OptionalDouble.of(prior(losses, batch.priors())) : OptionalDouble.empty();
            double rate = plan.schedule().at(fullRate, step);
            each.begin(rate);
            network.release(mean, weights, (gradient, weight) -> each.take(weight, gradient));
            each.end();
            if (each.spoilt()) {
                throw Diverged.byOptimizer(GatedChoice.named(method), each.any());
            }
            double norm = each.norm();
            if (!Double.isFinite(norm)) {
                throw new Diverged("the gradients" + objective.byOpenLoss() + " became " + norm, each.any());
            }
            afterStep.run();
            average.ifPresent(ema -> ema.step(step));
            return new Losses.Step(step, loss, prior, rate, norm);
        }
    }

    /**
     * A share of a step: no gradients when the loss is not finite.
     *
     * @param prior the part of the loss that is there for prior preservation
     */
    private record Learnt(double loss, double prior, List<NDArray> gradients) {

        static final Learnt NOTHING = new Learnt(0, 0, List.of());

        /** Both together; the other's gradients are used up. */
        Learnt plus(Learnt other) {
            if (!gradients.isEmpty() && !other.gradients.isEmpty()) {
                Operators.addTo(gradients, other.gradients);
                other.gradients.forEach(NDArray::close);
            }
            return new Learnt(
                    loss + other.loss, prior + other.prior, gradients.isEmpty() ? other.gradients : gradients);
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
            try (NDArray losses = objective.losses(network, batch);
                    NDArray share = Operators.meanShare(losses, plan.accumulation() / scale.factor())) {
                double loss = share.getFloat() / scale.factor();
                double prior = prior(losses, batch.priors()) / plan.accumulation();
                return new Learnt(loss, prior, Double.isFinite(loss) ? network.gradients(share, weights) : List.of());
            }
        });
    }

    /** The share of the last so many samples in the mean. */
    private static double prior(NDArray losses, int priors) {
        if (priors == 0) {
            return 0;
        }
        float[] each = losses.toFloatArray();
        double sum = 0;
        for (int i = each.length - priors; i < each.length; i++) {
            sum += each[i];
        }
        return sum / each.length;
    }
}
