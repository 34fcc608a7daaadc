package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import graft.node.GatedChoice;
import graft.tensor.Finite;
import java.util.List;

/**
 * Looks at what a sampler gives, so that the plugin of one that gives what nobody can go on with is named.
 *
 * @param latents the shape of the walk's latents
 */
record SamplerAnswers(SamplerMethod sampler, Shape latents) {

    /** A step of latents as they were given. */
    Solver.Step checked(Solver.Step step) {
        if (step == null) {
            throw GatedChoice.unfit(sampler, "answered no step");
        }
        checked(step.next(), "latents");
        checked(step.denoised(), "clean latents");
        return step;
    }

    /** Latents of the shape of those that were given. */
    NDArray checked(NDArray array, String what) {
        if (array == null) {
            throw GatedChoice.unfit(sampler, "gave no " + what);
        }
        if (array.isReleased()) {
            throw GatedChoice.unfit(sampler, "gave " + what + " that are closed");
        }
        if (!array.getShape().equals(latents)) {
            throw GatedChoice.unfit(sampler, "gave " + what + " of shape " + array.getShape() + " for " + latents);
        }
        return array;
    }

    /**
     * Whether latents that are not finite after this guess of the network are the sampler's fault; asked before it has the guess in
     * hand.
     */
    boolean judges(Guess guess) {
        return sampler instanceof GatedChoice && Finite.all(guess.clean());
    }

    /** A step after a guess that is {@linkplain #judges finite}. */
    Solver.Step finite(Solver.Step step) {
        finite(step.next());
        return step;
    }

    /** Latents after guesses that are {@linkplain #judges finite}. */
    NDArray finite(NDArray latents) {
        if (!Finite.all(latents)) {
            throw GatedChoice.unfit(sampler, "gave latents of NaN or infinite numbers for guesses that are finite");
        }
        return latents;
    }

    /** What is to outlive a step. */
    List<NDArray> kept(List<NDArray> arrays) {
        if (arrays == null || arrays.stream().anyMatch(array -> array == null || array.isReleased())) {
            throw GatedChoice.unfit(sampler, "names in kept() what is no array, or is closed");
        }
        return arrays;
    }

    /**
     * What is thrown for a failure on its way.
     *
     * @param how arrays of an earlier step are kept, a clause
     */
    RuntimeException thrown(IllegalStateException failure, String how) {
        boolean released = sampler instanceof GatedChoice
                && String.valueOf(failure.getMessage()).contains("released");
        if (!released) {
            return failure;
        }
        RuntimeException named =
                GatedChoice.unfit(sampler, "used an array that was freed: an array of an earlier step " + how);
        named.addSuppressed(failure);
        return named;
    }
}
