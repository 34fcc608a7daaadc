package graft.model.upscale;

import ai.djl.ndarray.NDArray;

/** A network of one kind, with its weights. */
interface UpscalingNetwork {

    /** How many times larger each side becomes. */
    int scale();

    /** What one pixel that comes in takes while it is computed, in bytes, about. */
    long bytesPerPixel();

    /**
     * The larger picture.
     *
     * @param picture [1,3,h,w] float32, 0 to 1
     * @return [1,3,scale·h,scale·w], about 0 to 1; owned by the picture's manager and the innermost scope
     */
    NDArray forward(NDArray picture);
}
