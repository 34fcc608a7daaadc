package graft.sample;

import ai.djl.ndarray.NDArray;

/**
 * Guidance that is taken back where it makes the velocity too strong (Lin et al., 2023, "Common Diffusion Noise Schedules and Sample
 * Steps are Flawed", equations 15 and 16), in terms of the velocity also of networks that predict noise.
 *
 * <p>Source of the arithmetic: ComfyUI's RescaleCFG in {@code nodes_model_advanced.py}. {@link Guidance#rescaled} does it to what the
 * network predicts, as diffusers does, which for velocities is the same.
 *
 * @param share of the guided velocity that gets the deviation of the one for the positive prompt, 0 to 1
 */
public record RescaledGuidance(double share) implements GuidanceRule {

    @Override
    public NDArray guided(Told told) {
        NoiseLevel level = told.schedule().trained((float) told.schedule().sigma(told.level()));
        NDArray with = velocity(told, told.positive(), level);
        NDArray without = velocity(told, told.negative(), level);
        NDArray guided = Guidance.rescaled(without.add(with.sub(without).mul((float) told.scale())), with, share);
        // x₀ = α·x − ς·v
        return told.schedule()
                .saying(told.input(), told.input().mul(level.signal()).sub(guided.mul(level.noise())), level);
    }

    /** v = α·ε − ς·x₀. */
    private static NDArray velocity(Told told, NDArray said, NoiseLevel level) {
        Guess guess = told.schedule().guess(told.input(), said, level);
        return guess.noise().mul(level.signal()).sub(guess.clean().mul(level.noise()));
    }
}
