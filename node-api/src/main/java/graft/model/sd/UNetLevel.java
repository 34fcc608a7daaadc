package graft.model.sd;

import ai.djl.ndarray.NDArray;
import graft.model.Convolution;
import graft.model.Patches;
import graft.model.ResnetBlock;
import graft.model.Upsampler;
import graft.tensor.Tape;
import java.util.List;
import java.util.Optional;

/** One resolution on the way down or up: as many resnets as attentions, or no attentions. */
record UNetLevel(
        List<ResnetBlock> resnets,
        List<SpatialTransformer> attentions,
        Optional<Convolution> downsampler,
        Optional<Upsampler> upsampler) {

    NDArray attend(int layer, NDArray x, NDArray context, Patches patches, Tape tape) {
        return attentions.isEmpty() ? x : attentions.get(layer).forward(x, context, patches, tape);
    }

    UNetLevel withoutDownsampler() {
        return new UNetLevel(resnets, attentions, Optional.empty(), upsampler);
    }
}
