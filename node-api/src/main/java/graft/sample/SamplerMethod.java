package graft.sample;

import graft.node.Choice;
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
        DISTILLED
    }

    Walk walk();

    /** Begins a walk. */
    Solver solver(StepPlan plan, StepNoise noise);

    /** Whether it can walk steps spread in this way; walks without σ take no spacing of noise levels. */
    default boolean takes(NoiseSpacing spacing) {
        return switch (walk()) {
            case WHOLE_TIMESTEPS -> Spacing.isOfTimesteps(spacing);
            case DISTILLED -> spacing == Spacing.AUTO; // the timesteps are those that it was distilled on
            case SIGMAS, SIGMAS_TWICE, MULTISTEP -> true;
        };
    }

    /** Whether it draws noise while it walks, so that its pictures depend on the seed at every step. */
    default boolean drawsNoise() {
        return false;
    }
}
