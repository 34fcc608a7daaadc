package graft.sample;

import graft.node.Choice;
import graft.node.QuickAnswer;
import org.pf4j.ExtensionPoint;

/**
 * How the steps of a walk are spread over the noise levels.
 *
 * <p>Those that come with Graft are {@link Spacing}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice wherever a node lets its user choose a spacing. One
 * instance serves all walks, so it keeps nothing.
 */
@Choice.Set(builtIn = Spacing.class)
public interface NoiseSpacing extends Choice, ExtensionPoint {

    /**
     * The noise levels at which a walk calls the model.
     *
     * <p>A spacing that thinks in timesteps takes their σ from {@link NoiseSchedule#sigmasAt}. A walk that does not get {@code
     * steps} levels above 0 that fall is refused, with the spacing named.
     *
     * @param most σ at which the sampler would begin: that of the schedule's last timestep, or near it
     * @param least σ at which it would call the model last, above 0
     * @param steps at least 1
     * @return σ of each step, each below the one before; the walk goes from the last of them to 0 by itself
     */
    @QuickAnswer
    double[] sigmas(NoiseSchedule schedule, double most, double least, int steps);
}
