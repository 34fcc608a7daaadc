package graft.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A network that sees a picture beside what a denoising network sees, and says what to add within that one (Zhang et al., 2023).
 *
 * <p>Computes in float32. Results are owned by the manager of the latents, or of the picture, and the thread's innermost scope.
 */
public interface ControlNetwork extends AutoCloseable {

    /** What it is called in messages: its file. */
    String name();

    /** Width of the text states that it is told of. */
    int contextWidth();

    /** How many channels its latents have. */
    int latentChannels();

    /** How many pixels of a picture, each way, one position of its latents has. */
    int pixelsPerLatent();

    /**
     * What it makes of a picture, once for all times.
     *
     * @param picture [n,3,h,w] of {@link #pixelsPerLatent} times the latents' size, 0 to 1
     */
    NDArray seen(NDArray picture);

    /**
     * What is to be added.
     *
     * @param latents [n,c,h,w] as the network sees them
     * @param times [n], likewise
     * @param context of n prompts, likewise
     * @param seen of n pictures
     * @return as {@link Context#residuals} has them
     */
    List<NDArray> residuals(NDArray latents, NDArray times, Context context, NDArray seen);

    @Override
    void close();
}
