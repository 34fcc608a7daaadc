package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.BlockReuse;
import graft.model.Context;
import graft.model.DeepFeature;
import graft.model.Network;
import graft.model.Patches;
import java.util.HashMap;
import java.util.Map;

/** One walk with a network whose deep blocks run at some of its calls only; used by one thread. */
final class ReusedBlocks {

    private final BlockReuse reuse;
    private final NDManager owner;
    /** By what a call is of: prompts, and which of them. */
    private final Map<Object, Served> served = new HashMap<>();

    private double progress = -1;

    /** A feature, and how many calls it has served. */
    private static final class Served {

        private final DeepFeature feature;
        private int calls;

        Served(DeepFeature feature) {
            this.feature = feature;
        }
    }

    /** @param owner gets what is kept from call to call */
    ReusedBlocks(BlockReuse reuse, NDManager owner) {
        this.reuse = reuse;
        this.owner = owner;
    }

    /** The walk goes on; or another begins, where it was further before. */
    void at(double now) {
        if (now <= progress || !reuse.actsAt(now)) {
            served.values().forEach(each -> each.feature.forget());
        }
        progress = now;
    }

    /** @param part what the call is of; equal calls are of the same prompts */
    NDArray forward(Network network, NDArray latents, NDArray times, Context context, Patches patches, Object part) {
        if (!reuse.actsAt(progress)) {
            return network.forward(latents, times, context, patches);
        }
        Served deep = served.computeIfAbsent(part, any -> new Served(new DeepFeature(reuse.depth(), owner)));
        if (deep.calls == reuse.every()) {
            deep.feature.forget();
        }
        deep.calls = deep.feature.isThere() ? deep.calls + 1 : 1;
        return network.forward(latents, times, context, patches, deep.feature);
    }
}
