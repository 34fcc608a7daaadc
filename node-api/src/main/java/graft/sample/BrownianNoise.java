package graft.sample;

import graft.tensor.TorchRandom;

/** Placeholder. */
final class BrownianNoise {
    private BrownianNoise() {}

    static StepNoise of(StepPlan plan, long seed) {
        return StepNoise.of(new TorchRandom(seed + 1));
    }
}
