package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Pictures of the subject and of its class in one step, so that the class is not forgotten (Ruiz et al., 2022,
 * "DreamBooth", equation 2): mean loss of the subject + weight · mean loss of the class.
 *
 * <p>Both go through the network in one pass, unless they differ in size: then one after the other.
 */
public record PriorPreservation(TrainingLoop.Batches subject, TrainingLoop.Batches classes, double weight)
        implements TrainingLoop.Batches {

    @Override
    public Batch batch(int step, int part) {
        Batch first = subject.batch(step, part);
        Batch second = classes.batch(step, part);
        if (!sizeOf(first).equals(sizeOf(second))) {
            return first.with(second.weighted(weight).asPriors());
        }
        int ones = first.timesteps().length;
        int others = second.timesteps().length;
        int both = ones + others;
        // The loss is a mean over both together: each part's share is undone, so that each is a mean of its own.
        float[] weights = new float[both];
        for (int i = 0; i < both; i++) {
            weights[i] = i < ones
                    ? first.weights()[i] * both / ones
                    : (float) (second.weights()[i - ones] * weight * both / others);
        }
        return new Batch(
                joined(first.latents(), second.latents()),
                joined(first.noise(), second.noise()),
                IntStream.concat(Arrays.stream(first.timesteps()), Arrays.stream(second.timesteps()))
                        .toArray(),
                () -> first.context().get().and(second.context().get()),
                weights,
                first.mask().isEmpty() && second.mask().isEmpty()
                        ? Optional.empty()
                        : Optional.of(joined(maskOf(first), maskOf(second))),
                Optional.empty(),
                others);
    }

    private static Shape sizeOf(Batch batch) {
        return batch.latents().getShape().slice(1);
    }

    private static NDArray maskOf(Batch batch) {
        Shape shape = batch.latents().getShape();
        return batch.mask()
                .orElseGet(() ->
                        batch.latents().getManager().ones(new Shape(shape.get(0), 1, shape.get(2), shape.get(3))));
    }

    private static NDArray joined(NDArray first, NDArray second) {
        return NDArrays.concat(new NDList(first, second), 0);
    }
}
