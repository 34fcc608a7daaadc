package graft.model;

/** Which layers of a model an adapter is to learn; what each means for a model, its {@link Family} says. */
public enum LayerGroup {
    /** Queries, keys, values and outputs of all attentions. */
    ATTENTION,
    /** Of the attentions to the text alone. */
    CROSS_ATTENTION,
    /** Of the attentions within the picture alone. */
    SELF_ATTENTION,
    /** All layers of the transformers. */
    ALL_LINEAR,
    /** Convolutions, and what else learns together with them. */
    CONVOLUTIONS
}
