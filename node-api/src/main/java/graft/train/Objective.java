package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.node.GatedChoice;
import graft.node.Problem;
import graft.sample.NoiseSchedule;
import graft.tensor.Gradient;
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
        boolean bends = distance.bends();
        for (int i = 0; i < timesteps.length; i++) {
            times[i] = schedule.time(timesteps[i]);
            weights[i] = batch.weights()[i] * weightAt(timesteps[i]);
            if (bends) {
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
        NDArray threshold = bends ? manager.create(thresholds, one) : Operators.NONE;
        NDArray mask = batch.mask().orElse(Operators.NONE);
        NDArray target = schedule.target(batch.latents(), batch.noise(), timesteps);
        try (NDArray noised = schedule.noised(batch.latents(), batch.noise(), timesteps);
                NDArray prediction =
                        network.predict(noised, time, batch.context().get())) {
            return distance.method() instanceof Distance.Kind
                    ? Operators.sampleLosses(prediction, target, weight, threshold, mask)
                    : weighed(
                            new LossMethod.Predicted(
                                    prediction, target, noised, batch.latents(), batch.noise(), timesteps, schedule),
                            weight,
                            mask);
        }
    }

    /** By a method that a plugin brings. */
    private NDArray weighed(LossMethod.Predicted batch, NDArray weight, NDArray mask) {
        LossMethod method = distance.method();
        Shape wanted = batch.prediction().getShape();
        NDArray distances = method.distances(batch);
        checkSound(batch.prediction(), distances);
        Shape shape = distances == null ? new Shape() : distances.getShape();
        boolean whole = shape.dimension() == 1 && shape.get(0) == wanted.get(0);
        boolean fits = whole
                || (shape.dimension() == 4
                        && shape.get(0) == wanted.get(0)
                        && shape.get(2) == wanted.get(2)
                        && shape.get(3) == wanted.get(3));
        if (!fits) {
            throw new Problem(
                            "cannot train by the loss " + method.id(),
                            "of a batch of shape " + wanted + " it gives "
                                    + (distances == null ? "nothing" : "distances of shape " + shape)
                                    + ", which are neither of each place nor of each sample",
                            "choose another loss, and tell the author of its plugin")
                    .at("loss");
        }
        if (whole && mask != Operators.NONE) {
            throw new Problem(
                            "cannot train by the loss " + method.id() + " with masks",
                            "it knows the distance of a whole picture alone, and not of its places",
                            "choose another loss, or load the pictures without masks")
                    .at("loss");
        }
        NDArray shown = mask == Operators.NONE ? distances : distances.mul(mask);
        return (whole ? shown : shown.reshape(wanted.get(0), -1).mean(new int[] {1})).mul(weight);
    }

    /** Whoever met the NaN of a method would look for the fault elsewhere. */
    private void checkSound(NDArray prediction, NDArray distances) {
        if (distances != null && !Gradient.isFinite(distances) && Gradient.isFinite(prediction)) {
            throw Diverged.byLoss(GatedChoice.named(distance.method()));
        }
    }

    /** Goes on from what came out wrong and may be so by the loss; empty for those that come with Graft. */
    String byOpenLoss() {
        return distance.method() instanceof Distance.Kind ? "" : " by the loss " + GatedChoice.named(distance.method());
    }

    /** How much a timestep counts. */
    float weightAt(int timestep) {
        float weight = minSnrGamma > 0 ? schedule.minSnrWeight(timestep, minSnrGamma) : 1;
        if (debiased) {
            weight *= schedule.debiasedWeight(timestep);
        }
        if (distance.method() instanceof Distance.Kind) {
            return weight;
        }
        double own = distance.method().weight(timestep, schedule);
        if (!(own >= 0 && own <= Float.MAX_VALUE)) {
            throw GatedChoice.unfit(distance.method(), "gives the timestep " + timestep + " the weight " + own);
        }
        return weight * (float) own;
    }
}
