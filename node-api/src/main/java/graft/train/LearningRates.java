package graft.train;

import graft.node.Problem;
import graft.node.Specs;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;

/**
 * How fast a trainer's settings let a model's parts learn, each per step at its full height.
 *
 * @param rate of the setting {@code learningRate}: of all that learns but text encoders
 * @param usual a rate to name where that one cannot be right
 * @param text whether text encoders learn too
 * @param textRate of the setting {@code textLearningRate}: of text encoders
 * @param usualText a rate to name where that one cannot be right
 */
public record LearningRates(double rate, String usual, boolean text, double textRate, String usualText) {

    /** From this rate on only an optimiser that finds its rate by itself learns anything but noise, and below it such a one nothing. */
    private static final double OWN = 0.1;

    /** Of a trainer that has one rate. */
    public static LearningRates of(double rate, String usual) {
        return new LearningRates(rate, usual, false, 0, "");
    }

    /** @throws Problem naming the setting when nothing would learn, or a part that is to learn would not */
    void check(Specs specs, OptimizerMethod optimizer) {
        if (rate == 0 && !(text && textRate > 0)) {
            throw new Problem(
                            "nothing would be learnt",
                            "the learning rate is 0",
                            "choose one above 0, such as " + usual + " for Stable Diffusion 1.5")
                    .at("learningRate");
        }
        if (text && textRate == 0) {
            throw new Problem(
                            "the text encoder would not learn",
                            "its learning rate is 0",
                            "choose one above 0, such as " + usualText + ", or turn the text encoder off")
                    .at("textLearningRate");
        }
        if (rate == 0) {
            specs.warn("The learning rate is 0: the text encoder alone learns, at " + textRate + ".");
        } else {
            check(specs, optimizer, rate, usual, "learning rate", "learningRate");
        }
        if (text) {
            check(specs, optimizer, textRate, usualText, "text learning rate", "textLearningRate");
        }
    }

    private static void check(
            Specs specs, OptimizerMethod optimizer, double rate, String usual, String name, String setting) {
        if (optimizer.findsRate() && rate < OWN) {
            throw new Problem(
                            "next to nothing would be learnt",
                            optimizer.title() + " finds the learning rate by itself and takes " + rate + " times that",
                            "set the " + name + " to 1 for " + optimizer.title() + ", or choose another optimiser")
                    .at(setting);
        }
        // What a plugin's optimiser takes, its author knows.
        if (optimizer instanceof Optimizer.Kind && !optimizer.findsRate() && rate >= OWN) {
            specs.warn("A " + name + " of " + rate + " spoils the weights with any optimiser but Prodigy; " + usual
                    + " is usual for Stable Diffusion 1.5.");
        }
        if (optimizer == Optimizer.Kind.LION && rate >= Double.parseDouble(usual)) {
            specs.warn("Lion's steps are all of full size: a third to a tenth of AdamW's " + name + " is usual, here "
                    + Double.parseDouble(usual) / 10 + " for Stable Diffusion 1.5.");
        }
    }
}
