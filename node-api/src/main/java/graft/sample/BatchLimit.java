package graft.sample;

import ai.djl.ndarray.types.Shape;
import graft.model.Checkpoint;
import graft.tensor.Memory;
import java.util.OptionalLong;

/** How many predictions of a network go through it at once. */
public final class BatchLimit {

    private BatchLimit() {}

    /**
     * As many as the device's free memory holds, counted from the shapes of the network and of what steers it; all of them where the
     * system does not tell.
     *
     * @param latents [n,c,h,w] that are drawn
     * @param guided whose predictions they are
     * @return 1 to all of them
     */
    public static int of(Checkpoint model, Shape latents, Guidance guided) {
        return of(model, latents, guided.added((int) latents.get(2), (int) latents.get(3)), guided.predictions());
    }

    /**
     * The same where nothing but the network steers.
     *
     * @param wanted how many predictions there are, 1 or more
     * @return 1 to {@code wanted}
     */
    public static int of(Checkpoint model, Shape latents, int wanted) {
        return of(model, latents, 0, wanted);
    }

    /** @param added bytes that each takes beside the network's */
    private static int of(Checkpoint model, Shape latents, long added, int wanted) {
        model.network(); // its weights are not free memory
        OptionalLong free = model.compute().freeMemory();
        return free.isEmpty()
                ? wanted
                : fitting(
                        free.getAsLong(),
                        model.drawing((int) latents.get(2), (int) latents.get(3)) + added,
                        wanted);
    }

    /**
     * As many as so much memory holds.
     *
     * @param free bytes
     * @param each bytes that one takes
     */
    static int fitting(long free, long each, int wanted) {
        return (int) Math.max(1, Math.min(wanted, Memory.USABLE * free / each));
    }
}
