package graft.train;

import graft.node.SocketType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a training went, oldest first. On the heap: nobody frees it.
 *
 * @param steps step by step
 * @param validations the loss on pictures that nothing is learnt from; empty where there are none
 * @param cost what it took; empty when it went on from what an earlier run had saved, whose share nobody knows
 */
@SocketType(id = "graft/losses", title = "Losses", color = "#E0E0E0")
public record Losses(List<Step> steps, List<Validation> validations, Optional<TrainingCost> cost) {

    /** Of a training that took no step. */
    static final Losses NONE = new Losses(List.of());

    public Losses {
        steps = List.copyOf(steps);
        validations = List.copyOf(validations);
    }

    /** Of which nobody knows what it took. */
    public Losses(List<Step> steps, List<Validation> validations) {
        this(steps, validations, Optional.empty());
    }

    /** Without validation. */
    public Losses(List<Step> steps) {
        this(steps, List.of());
    }

    /** The same, having taken so much. */
    Losses withCost(TrainingCost taken) {
        return new Losses(steps, validations, Optional.of(taken));
    }

    /**
     * One step of the optimiser.
     *
     * @param step counted from 1
     * @param loss mean over the batch, weighted as the training weights it
     * @param prior what prior preservation has added to the loss, its weight included; empty without it
     * @param learningRate that the step was taken with: the network's, or a text encoder's that learns alone
     * @param gradientNorm of all trained weights together, before clipping
     */
    public record Step(int step, double loss, OptionalDouble prior, double learningRate, double gradientNorm) {

        /** Without prior preservation. */
        public Step(int step, double loss, double learningRate, double gradientNorm) {
            this(step, loss, OptionalDouble.empty(), learningRate, gradientNorm);
        }
    }

    /**
     * A look at the validation pictures.
     *
     * @param step after which; 0 before the first
     * @param loss mean over the pictures and noise levels, weighted as the training weighs them
     */
    public record Validation(int step, double loss) {}
}
