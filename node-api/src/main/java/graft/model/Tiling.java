package graft.model;

import graft.tensor.Memory;
import java.util.OptionalLong;

/** When an autoencoder goes over a picture in overlapping tiles, which takes less memory and gives slightly other numbers. */
public enum Tiling {
    /** Where the whole picture does not fit into the free memory. */
    AUTO,
    /** At no picture. */
    NEVER,
    /** At every picture that is larger than a tile. */
    ALWAYS;

    /**
     * Whether to.
     *
     * @param whole bytes that the whole picture takes
     * @param free bytes that nobody has taken; empty where the system does not tell
     */
    public boolean wanted(long whole, OptionalLong free) {
        return this == ALWAYS || (this == AUTO && free.isPresent() && whole > Memory.USABLE * free.getAsLong());
    }
}
