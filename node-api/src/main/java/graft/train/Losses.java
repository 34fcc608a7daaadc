package graft.train;

import graft.node.SocketType;
import java.util.List;

/** How a training went, step by step, oldest first. On the heap: nobody frees it. */
@SocketType(id = "graft/losses", title = "Losses", color = "#E0E0E0")
public record Losses(List<Step> steps) {

    public Losses {
        steps = List.copyOf(steps);
    }

    /**
     * One step of the optimiser.
     *
     * @param step counted from 1
     * @param loss mean over the batch, weighted as the training weights it
     * @param learningRate that the step was taken with
     * @param gradientNorm of all trained weights together, before clipping
     */
    public record Step(int step, double loss, double learningRate, double gradientNorm) {}
}
