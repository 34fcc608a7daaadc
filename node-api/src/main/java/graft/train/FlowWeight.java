package graft.train;

/** How much a noise level's loss counts along a flow (Esser et al., 2024, section 3.1). */
public enum FlowWeight {
    /** 1. */
    NONE,
    /** 1/σ². */
    SIGMA_SQRT,
    /** 2/(π·(1 − 2σ + 2σ²)). */
    COSMAP;

    /** @param sigma the share of noise, above 0, at most 1 */
    public double at(double sigma) {
        return switch (this) {
            case NONE -> 1;
            case SIGMA_SQRT -> 1 / (sigma * sigma);
            case COSMAP -> 2 / (Math.PI * (1 - 2 * sigma + 2 * sigma * sigma));
        };
    }
}
