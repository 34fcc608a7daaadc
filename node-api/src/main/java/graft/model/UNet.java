package graft.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** The denoising network. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class UNet {

    UNet() {}

    /**
     * Predicts the noise (or velocity) in latents.
     *
     * @param latents [n,c,h,w]
     * @param timesteps [n] float32
     * @param context [n,t,d]
     * @return [n,c,h,w], owned by the manager of {@code latents} and the thread's scope
     */
    public NDArray forward(NDArray latents, NDArray timesteps, NDArray context, Patches patches) {
        throw new UnsupportedOperationException();
    }

    /** Module paths of to_q, to_k, to_v, to_out.0 of all attentions, in model order. */
    public List<String> attentionLinears() {
        throw new UnsupportedOperationException();
    }

    /** Paths of all modules with a weight that a low-rank change fits: linears and convolutions. */
    public List<String> moduleNames() {
        throw new UnsupportedOperationException();
    }

    /** [out,in] of a linear, [out,in,kh,kw] of a convolution. */
    public long[] weightShape(String modulePath) {
        throw new UnsupportedOperationException();
    }
}
