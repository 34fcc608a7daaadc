package graft.sample;

import graft.node.Choice;
import graft.node.QuickAnswer;
import java.util.Optional;
import org.pf4j.ExtensionPoint;

/**
 * A way from noise to latents.
 *
 * <p>Those that come with Graft are {@link Sampler}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice wherever a node lets its user choose a sampler. One
 * instance serves all walks, so it keeps nothing; a walk's state is its {@link Solver}'s.
 */
@Choice.Set(builtIn = Sampler.class)
public interface SamplerMethod extends Choice, ExtensionPoint {

    /** Which timesteps a walk visits. */
    enum Walk {
        /** Timesteps of the training alone, without σ, in its mixture of picture and noise: as DDIM. */
        WHOLE_TIMESTEPS,
        /** One call at each σ, the latents mixed so that they go straight to the picture: as Euler's method. */
        SIGMAS,
        /** As SIGMAS, with every σ but the first and last visited twice: methods that look where a step leads, as Heun's. */
        SIGMAS_TWICE,
        /** One call at each σ of timesteps of the training, in its mixture, one more than is visited: as DPM++ 2M. */
        MULTISTEP,
        /** The 50 timesteps that consistency models were distilled on, or fewer of them. */
        DISTILLED,
        /** From σ to σ, with calls wherever the method wants them: see {@link SamplerMethod#sigmaSampler}. */
        FREE
    }

    Walk walk();

    /** Begins a walk; not called of a walk that is {@link Walk#FREE}. */
    default Solver solver(StepPlan plan, StepNoise noise) {
        throw new UnsupportedOperationException(id() + " has no solver");
    }

    /**
     * The method over σ that asks the network where it likes.
     *
     * <p>A walk that is {@link Walk#FREE} needs it. Others that have it walk the spacings of ComfyUI by it, and the rest by their
     * {@link #solver}.
     */
    @QuickAnswer
    default Optional<SigmaSampler> sigmaSampler() {
        return Optional.empty();
    }

    /** Whether it asks what the negative prompt alone makes of latents (CFG++), which the network is then called for at any guidance. */
    default boolean asksNegative() {
        return false;
    }

    /** Whether its walk leaves out the last noise level before the end, as ComfyUI does for some. */
    default boolean skipsLastLevel() {
        return false;
    }

    /** Whether the noise that it draws is the motion of one Brownian path between noise levels, as ComfyUI draws it for some. */
    default boolean drawsBrownianNoise() {
        return false;
    }

    /** Whether it can walk steps spread in this way; walks without σ take no spacing of noise levels. */
    @QuickAnswer
    default boolean takes(NoiseSpacing spacing) {
        return switch (walk()) {
            case WHOLE_TIMESTEPS -> Spacing.isOfTimesteps(spacing);
            case DISTILLED -> spacing == Spacing.AUTO; // the timesteps are those that it was distilled on
            case SIGMAS, SIGMAS_TWICE, MULTISTEP -> sigmaSampler().isPresent() || !Spacing.isOfItsOwnCount(spacing);
            case FREE -> true;
        };
    }
}
