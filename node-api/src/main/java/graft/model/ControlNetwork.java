package graft.model;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;

/**
 * A network that sees a picture beside what a denoising network sees, and says what to add within that one (Zhang et al., 2023).
 *
 * <p>Computes in float32. Results are owned by the manager of the latents, or of the picture, and the thread's innermost scope.
 */
public interface ControlNetwork extends AutoCloseable {

    /** What it is called in messages: its file. */
    String name();

    /**
     * The same as it works within the network that is steered: itself, where it is a network of its own. Closed with this one.
     *
     * @throws graft.node.Problem when it does not fit that network
     */
    default ControlNetwork in(Network network) {
        return this;
    }

    /** Width of the text states that it is told of; 0 where it is told of none. */
    int contextWidth();

    /** How many channels its latents have. */
    int latentChannels();

    /** How many pixels of a picture, each way, one position of its latents has. */
    int pixelsPerLatent();

    /**
     * What it makes of a picture, once for all times.
     *
     * @param picture [n,3,h,w] of {@link #pixelsPerLatent} times the latents' size, 0 to 1
     * @return each of n rows
     */
    List<NDArray> seen(NDArray picture);

    /**
     * What is to be added.
     *
     * @param latents [n,c,h,w] as the network sees them
     * @param times [n], likewise
     * @param context of n prompts, likewise
     * @param seen of n pictures
     * @param patches what lies over the model
     * @return as {@link Context#residuals} has them; none where all is added {@linkplain #onTheWayDown on the way down}
     */
    List<NDArray> residuals(NDArray latents, NDArray times, Context context, List<NDArray> seen, Patches patches);

    /**
     * What is to be added to what blocks of the network give, by the blocks' module paths.
     *
     * @param seen of n pictures; what is given may be among it
     */
    default Map<String, NDArray> onTheWayDown(List<NDArray> seen) {
        return Map.of();
    }

    /**
     * What is added takes so many bytes for each prediction.
     *
     * @param height of the latents
     * @param width of the latents
     */
    default long added(int height, int width) {
        return 0;
    }

    @Override
    void close();
}
