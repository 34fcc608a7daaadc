package graft.sample;

import ai.djl.ndarray.NDArray;

/**
 * A step from σ to σ' as one down to a lower σ and one up again by fresh noise (k-diffusion's {@code get_ancestral_step}).
 *
 * <p>σ_up² = η²·σ'²·(σ² − σ'²)/σ², at most σ'², and σ_down² = σ'² − σ_up². Along a flow σ_down = σ'·(1 + η·(σ'/σ − 1)), from where the
 * latents are scaled to the picture's share at σ' before noise is added.
 *
 * @param down σ_down
 * @param scale of the latents there
 * @param up how much noise is added to them then
 */
record AncestralStep(double down, double scale, double up) {

    static AncestralStep of(SigmaWalk walk, int step, double eta) {
        double from = walk.sigma(step);
        double to = walk.sigma(step + 1);
        if (!walk.isFlow()) {
            return of(from, to, eta);
        }
        double down = to * (1 + (to / from - 1) * eta);
        double scale = (1 - to) / (1 - down);
        return new AncestralStep(down, scale, Math.sqrt(Math.max(0, to * to - down * down * scale * scale)));
    }

    static AncestralStep of(double from, double to, double eta) {
        double share = Double.isInfinite(from) // along a flow, where it begins with noise alone
                ? to * to
                : to * to * (from * from - to * to) / (from * from);
        double up = Math.min(to, eta * Math.sqrt(share));
        return new AncestralStep(Math.sqrt(Math.max(0, to * to - up * up)), 1, up);
    }

    /** The latents at σ' from those at σ_down. */
    NDArray noised(SigmaWalk walk, int step, NDArray below) {
        return up == 0
                ? below
                : Sum.of(scale, below)
                        .and(up, walk.noise(below, walk.sigma(step), walk.sigma(step + 1)))
                        .array();
    }
}
