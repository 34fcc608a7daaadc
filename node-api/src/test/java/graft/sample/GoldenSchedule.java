package graft.sample;

import graft.model.GoldenScheduler;

/** The noise schedule of a model of the reference vectors, from its scheduler configuration. */
final class GoldenSchedule {

    private GoldenSchedule() {}

    /** Of velocity, with noise up to nothing but noise and trailing spacing. */
    static VariancePreserving ofZeroTerminalSnr(String model) {
        return of(model).with(Prediction.V_PREDICTION).withZeroTerminalSnr().with(Spacing.TRAILING);
    }

    static VariancePreserving of(String model) {
        return (VariancePreserving) NoiseSchedule.of(GoldenScheduler.of(model));
    }
}
