package example;

import graft.node.Setting;
import graft.train.RateCurve;
import graft.train.RateSchedule;
import org.pf4j.Extension;

/** A learning rate that falls in steps of one height. */
@Extension
public final class StepDown implements RateCurve {

    @Setting(min = 1, max = 100, help = "How often it falls.")
    int drops = 3;

    @Setting(min = 0, max = 1, step = 0.05, help = "What it is multiplied by each time.")
    double by = 0.5;

    @Override
    public String id() {
        return "example/step-down";
    }

    @Override
    public String title() {
        return "Steps";
    }

    @Override
    public double factor(double done, RateSchedule schedule) {
        return Math.pow(by, Math.min(drops, (int) (done * (drops + 1))));
    }
}
