package graft.model;

import graft.Golden;

/** The scheduler configuration of a model of the reference vectors. */
public final class GoldenScheduler {

    private GoldenScheduler() {}

    public static SchedulerConfig of(String model) {
        return SchedulerConfig.of(Config.read(Golden.path(model + "/scheduler/scheduler_config.json")));
    }
}
