package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.tensor.TorchRandom;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The noise of a walk by its seed, to torch's bits: what it begins with, and what its sampler draws on the way.
 *
 * <p>A sampler that walks as diffusers' goes on in the stream that the first noise came from. One that walks as ComfyUI's has a stream of
 * its own of the seed after this one, or a Brownian path of this seed.
 *
 * @param first float32 of the latents' shape, unit variance
 */
public record SeededNoise(NDArray first, StepNoise steps) {

    /** Whether the pictures of a batch have noise of one seed, drawn at once, or each of its own: that of the i-th is i more. */
    public enum Seeds {
        ONE,
        EACH
    }

    /**
     * Draws the first.
     *
     * @param owner of the first noise
     * @param shape of the latents, [n, …]
     */
    public static SeededNoise of(NDManager owner, StepPlan plan, Shape shape, long seed, Seeds seeds) {
        if (seeds == Seeds.ONE) {
            return of(owner, plan, shape, seed);
        }
        Shape each = new Shape(1).addAll(shape.slice(1));
        List<SeededNoise> all = LongStream.range(seed, seed + shape.get(0))
                .mapToObj(own -> of(owner, plan, each, own))
                .toList();
        return new SeededNoise(
                together(owner, all.stream().map(SeededNoise::first).toList()),
                new Together(all.stream().map(SeededNoise::steps).toList()));
    }

    private static SeededNoise of(NDManager owner, StepPlan plan, Shape shape, long seed) {
        TorchRandom random = new TorchRandom(seed);
        NDArray first = random.randn(owner, shape.getShape());
        if (!plan.walksFreely()) {
            return new SeededNoise(first, StepNoise.of(random));
        }
        return new SeededNoise(
                first,
                plan.sampler().drawsBrownianNoise()
                        ? BrownianNoise.of(plan, seed)
                        : StepNoise.of(new TorchRandom(seed + 1)));
    }

    private static NDArray together(NDManager owner, List<NDArray> each) {
        NDArray all = NDArrays.concat(new NDList(each), 0);
        all.attach(owner);
        return all;
    }

    /** Of each picture the noise that it would have alone. */
    private record Together(List<StepNoise> each) implements StepNoise {

        @Override
        public NDArray next(NDManager manager, Shape shape) {
            Shape one = new Shape(1).addAll(shape.slice(1));
            return together(
                    manager,
                    each.stream().map(noise -> noise.next(manager, one)).toList());
        }

        @Override
        public NDArray between(NDManager manager, Shape shape, double from, double to) {
            Shape one = new Shape(1).addAll(shape.slice(1));
            return together(
                    manager,
                    each.stream()
                            .map(noise -> noise.between(manager, one, from, to))
                            .toList());
        }
    }
}
