package graft.train;

import graft.node.Choice;
import graft.node.QuickAnswer;
import org.pf4j.ExtensionPoint;

/**
 * How learning rates go after their warm-up.
 *
 * <p>Those that come with Graft are {@link RateSchedule.Curve}. A plugin offers another as a class with a public constructor without
 * arguments, annotated with {@link org.pf4j.Extension}: it is then a choice of every trainer. One instance serves all trainings, so
 * it keeps nothing.
 */
@Choice.Set(builtIn = RateSchedule.Curve.class)
public interface RateCurve extends Choice, ExtensionPoint {

    /**
     * What full learning rates are multiplied by.
     *
     * @param done how far the training is after its warm-up, 0 to 1
     * @param schedule the numbers that a trainer's settings give
     * @return 0 or more
     */
    @QuickAnswer
    double factor(double done, RateSchedule schedule);
}
