package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import graft.node.Resource;
import graft.node.SocketType;
import graft.node.Sound;
import graft.picture.Mask;
import graft.tensor.Finite;
import graft.tensor.Writes;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Pictures as the UNet sees them: float32 [n,c,h,w], scaled to about unit variance. Owns its array.
 *
 * <p>They may carry a mask, of any size: what is to be drawn anew of them (1) and what is to stay (0).
 */
@SocketType(id = "graft/latent", title = "Latent", color = "#FF9CF9")
public final class Latents implements Resource, Sound {

    private final NDArray array;
    private final boolean empty;
    private final Mask noiseMask; // null where all of them is drawn
    private final Latents lender; // whose array it is, null for its own

    /**
     * Takes over an array that belongs to no scope.
     *
     * @param empty true for zeros that stand for a size alone, to be noised wholly
     */
    public Latents(NDArray owned, boolean empty) {
        this(owned, empty, null, null);
    }

    private Latents(NDArray array, boolean empty, Mask noiseMask, Latents lender) {
        this.array = array;
        this.empty = empty;
        this.noiseMask = noiseMask;
        this.lender = lender;
    }

    /** Takes over an array that belongs to no scope; the mask may be of another size. */
    public static Latents masked(NDArray owned, Mask noiseMask) {
        return new Latents(owned, false, noiseMask, null);
    }

    /** The same, with this array on loan, of which the mask tells what is drawn anew. */
    public Latents with(Mask mask) {
        return new Latents(array, false, mask, this);
    }

    /** Others in place of these, empty and masked as these are; takes over an array that belongs to no scope. */
    public Latents with(NDArray owned) {
        return new Latents(owned, empty, noiseMask, null);
    }

    /** [n,c,h,w]; never written to. */
    public NDArray array() {
        return array;
    }

    public boolean empty() {
        return empty;
    }

    /** What is drawn anew of them; empty where that is all. */
    public Optional<Mask> noiseMask() {
        return Optional.ofNullable(noiseMask);
    }

    public LatentsSpec spec() {
        long[] shape = array.getShape().getShape();
        return new LatentsSpec((int) shape[0], (int) shape[1], (int) shape[2], (int) shape[3]);
    }

    @Override
    public Optional<String> fault() {
        if (array.isReleased()) {
            return Optional.of("is closed already");
        }
        if (array.getDataType() != DataType.FLOAT32 || array.getShape().dimension() != 4) {
            return Optional.of(
                    "is " + array.getDataType() + " of the shape " + array.getShape() + ", not float32 [n,c,h,w]");
        }
        return Finite.all(array) ? Optional.empty() : Optional.of("holds NaN or infinite numbers");
    }

    @Override
    public BooleanSupplier seal() {
        BooleanSupplier unwritten = Writes.noneTo(List.of(array));
        return () -> !array.isReleased() && unwritten.getAsBoolean();
    }

    @Override
    public List<Resource> uses() {
        return lender == null ? List.of() : List.of(lender);
    }

    @Override
    public void close() {
        if (lender == null) {
            array.close();
        }
    }
}
