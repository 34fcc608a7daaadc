package graft.model;

/** What brackets and weights in a prompt mean, and how much of a long one is read. */
public enum Weighting {
    /**
     * As in ComfyUI: {@code (word:1.2)}, {@code (word)} for 1.1; each state is moved away from that of the empty prompt by its
     * weight; in chunks of 75 tokens.
     */
    COMFYUI,
    /**
     * As in AUTOMATIC1111's web UI: also {@code [word]} for 1/1.1 and {@code BREAK}; each state is multiplied by its weight,
     * and all of a chunk's so that their mean stays; in chunks of 75 tokens.
     */
    A1111,
    /** Brackets are letters, as in captions; the first 75 tokens are read. */
    PLAIN
}
