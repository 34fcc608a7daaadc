package graft.model;

/** What of a network learns in a training. */
public enum Learns {
    /** All its weights. */
    ALL,
    /** Factors beside the attentions' layers. */
    LOW_RANK,
    /** Nothing: gradients only pass through to the text. */
    NOTHING
}
