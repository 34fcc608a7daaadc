package graft.train;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Pictures of the subject and of its class in one batch, so that the class is not forgotten (Ruiz et al., 2022,
 * "DreamBooth", equation 2): mean loss of the subject + weight · mean loss of the class.
 */
public record PriorPreservation(TrainingLoop.Batches subject, TrainingLoop.Batches classes, double weight)
        implements TrainingLoop.Batches {

    @Override
    public Batch batch(int step, int part) {
        Batch first = subject.batch(step, part);
        Batch second = classes.batch(step, part);
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
                NDArrays.concat(new NDList(first.latents(), second.latents()), 0),
                NDArrays.concat(new NDList(first.noise(), second.noise()), 0),
                IntStream.concat(Arrays.stream(first.timesteps()), Arrays.stream(second.timesteps()))
                        .toArray(),
                () -> NDArrays.concat(
                        new NDList(first.context().get(), second.context().get()), 0),
                weights,
                others);
    }
}
