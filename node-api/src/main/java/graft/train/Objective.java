package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.sample.NoiseSchedule;
import graft.tensor.Operators;

/**
 * What a diffusion model is trained towards: the noise or the velocity in noised latents, as its schedule says (Ho et al., 2020,
 * equation 14; Salimans and Ho, 2022; Liu et al., 2023).
 *
 * <p>A sample counts by its own timestep, whatever else is in its batch, so that the weights are right beside prior
 * preservation too.
 *
 * @param minSnrGamma γ of the loss weight min-SNR-γ (Hang et al., 2023); 0 weighs all timesteps alike
 * @param debiased whether timesteps are weighed by debiased estimation (Yu et al., 2024); both weights are multiplied
 */
public record Objective(NoiseSchedule schedule, double minSnrGamma, boolean debiased, Distance distance) {

    /** By squared error. */
    public Objective(NoiseSchedule schedule, double minSnrGamma) {
        this(schedule, minSnrGamma, false, Distance.SQUARED);
    }

    /** The loss of one batch: the mean of its {@link #losses}. */
    public NDArray loss(LearningNetwork network, Batch batch) {
        try (NDArray losses = losses(network, batch)) {
            return losses.mean();
        }
    }

    /**
     * The losses of a batch's samples: weight · mean distance of prediction and target; differentiable.
     *
     * <p>With a mask the distance of each place is multiplied by it before the mean is taken over all places: a small
     * masked part gives a small loss (OneTrainer's {@code masked_losses} without its normalisation, which is its default).
     * {@link Batch#apart} is not looked at here.
     *
     * <p>Call it within the scope that the backward pass ends in: the losses need arrays that are freed with the scope.
     *
     * @return [n]
     */
    public NDArray losses(LearningNetwork network, Batch batch) {
        int[] timesteps = batch.timesteps();
        float[] times = new float[timesteps.length];
        float[] weights = new float[timesteps.length];
        float[] thresholds = new float[timesteps.length];
        boolean squared = distance.kind() == Distance.Kind.SQUARED;
        for (int i = 0; i < timesteps.length; i++) {
            times[i] = schedule.time(timesteps[i]);
            weights[i] = batch.weights()[i] * weightAt(timesteps[i]);
            if (!squared) {
                thresholds[i] = distance.thresholdAt(timesteps[i], schedule);
                weights[i] *= (float) distance.factor(thresholds[i]);
            }
        }
        Shape one = new Shape(timesteps.length);
        // DJL's arrays of Java numbers borrow a buffer that goes with them, while the record for the backward pass
        // reads it later: these stay open until the scope of the step or the manager ends.
        NDManager manager = batch.latents().getManager();
        NDArray time = manager.create(times, one);
        NDArray weight = manager.create(weights, one);
        NDArray threshold = squared ? Operators.NONE : manager.create(thresholds, one);
        NDArray mask = batch.mask().orElse(Operators.NONE);
        NDArray target = schedule.target(batch.latents(), batch.noise(), timesteps);
        try (NDArray noised = schedule.noised(batch.latents(), batch.noise(), timesteps);
                NDArray prediction =
                        network.predict(noised, time, batch.context().get())) {
            return Operators.sampleLosses(prediction, target, weight, threshold, mask);
        }
    }

    /** How much a timestep counts. */
    float weightAt(int timestep) {
        float weight = minSnrGamma > 0 ? schedule.minSnrWeight(timestep, minSnrGamma) : 1;
        return debiased ? weight * schedule.debiasedWeight(timestep) : weight;
    }
}
