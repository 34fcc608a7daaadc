package graft.model.upscale;

import ai.djl.ndarray.NDArray;
import graft.tensor.ScriptedModule;
import java.util.List;

/** The layers of upscalers, each one call into TorchScript: the resource {@code upscale.torchscript}. */
final class Upscaling {

    private static final ScriptedModule SCRIPT = new ScriptedModule(Upscaling.class, "upscale.torchscript");

    private Upscaling() {}

    /** 3×3, then a leaky ReLU of a slope; 1 is none. */
    static NDArray convolution(NDArray x, List<NDArray> weights, NDArray slope) {
        return SCRIPT.call("conv").with(x).with("w[]", weights).with(slope).run();
    }

    /** Each pixel four times, then 3×3 and a leaky ReLU of 0.2. */
    static NDArray enlarged(NDArray x, List<NDArray> weights) {
        return SCRIPT.call("enlarged").with(x).with("w[]", weights).run();
    }

    /** A dense block of five convolutions (Wang et al., 2018, "ESRGAN", figure 4), a fifth of it added to what came in. */
    static NDArray dense(NDArray x, List<NDArray> weights) {
        return SCRIPT.call("dense").with(x).with("w[]", weights).run();
    }

    /** Squares of pixels as channels, after the last rows and columns were mirrored up to whole squares. */
    static NDArray unshuffled(NDArray x, NDArray side) {
        return SCRIPT.call("unshuffled").with(x).with(side).run();
    }

    /** 3×3, then a ReLU whose slope is learnt for each channel. */
    static NDArray compactLayer(NDArray x, List<NDArray> weights) {
        return SCRIPT.call("compact_layer").with(x).with("w[]", weights).run();
    }

    /** 3×3, channels as squares of pixels, and each pixel of the picture as many times. */
    static NDArray compactEnd(NDArray x, NDArray picture, List<NDArray> weights, NDArray scale) {
        return SCRIPT.call("compact_end")
                .with(x)
                .with(picture)
                .with("w[]", weights)
                .with(scale)
                .run();
    }
}
