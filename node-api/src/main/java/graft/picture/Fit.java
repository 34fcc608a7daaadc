package graft.picture;

/** How a picture is brought to a given size when its sides stand in another ratio. */
public enum Fit {
    /** Scaled until it covers the size, its middle kept. */
    CROP,
    /** Scaled until it lies within the size, the rest white. */
    PAD,
    /** Scaled to the size, its ratio lost. */
    STRETCH
}
