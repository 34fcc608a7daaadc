package graft.model;

import ai.djl.ndarray.NDArray;
import graft.node.Resource;
import graft.node.SocketType;

/** Pictures as the UNet sees them: float32 [n,c,h,w], scaled to about unit variance. Owns its array. */
@SocketType(id = "graft/latent", title = "Latent", color = "#FF9CF9")
public final class Latents implements Resource {

    private final NDArray array;
    private final boolean empty;

    /**
     * Takes over an array that belongs to no scope.
     *
     * @param empty true for zeros that stand for a size alone, to be noised wholly
     */
    public Latents(NDArray owned, boolean empty) {
        this.array = owned;
        this.empty = empty;
    }

    /** [n,c,h,w]; never written to. */
    public NDArray array() {
        return array;
    }

    public boolean empty() {
        return empty;
    }

    public LatentsSpec spec() {
        long[] shape = array.getShape().getShape();
        return new LatentsSpec((int) shape[0], (int) shape[1], (int) shape[2], (int) shape[3]);
    }

    @Override
    public void close() {
        array.close();
    }
}
