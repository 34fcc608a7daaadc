package graft.model.sd;

import ai.djl.ndarray.NDArray;
import graft.model.Convolution;
import graft.model.NetworkHook;
import graft.model.Patches;
import graft.model.ResnetBlock;
import graft.model.Upsampler;
import graft.tensor.Tape;
import java.util.List;
import java.util.Optional;

/** One resolution on the way down or up: as many resnets as attentions, or no attentions. */
record UNetLevel(
        String path,
        List<ResnetBlock> resnets,
        List<SpatialTransformer> attentions,
        Optional<Convolution> downsampler,
        Optional<Upsampler> upsampler) {

    NDArray attend(int layer, NDArray x, NDArray context, Patches patches, Tape tape) {
        return attentions.isEmpty()
                ? x
                : hooked(".attentions." + layer, attentions.get(layer).forward(x, context, patches, tape), patches);
    }

    /** What goes on from one of its blocks, where hooks stand behind it. */
    NDArray hooked(String block, NDArray x, Patches patches) {
        return patches.hooks().block(path + block, x);
    }

    /** What one of its blocks on the way up joins, where hooks stand before it. */
    NetworkHook.Joined joined(String block, NDArray below, NDArray skip, Patches patches) {
        return patches.hooks().join(path + block, below, skip);
    }

    UNetLevel withoutDownsampler() {
        return new UNetLevel(path, resnets, attentions, Optional.empty(), upsampler);
    }
}
