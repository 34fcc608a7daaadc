package graft.sample;

import ai.djl.ndarray.NDArray;

/**
 * A network as samplers see it: noisy latents to clean ones. Here alone what it predicts is turned into that.
 *
 * @param schedule what the predictor's model was trained with
 */
public record Denoiser(NoiseSchedule schedule, Predictor predictor) {

    /**
     * Asks the network once.
     *
     * @param latents float32 [n, c, h, w]; what is made here is owned by their manager
     * @param level how they are mixed
     * @param timestep that belongs to it
     */
    public Guess denoise(NDArray latents, NoiseLevel level, double timestep) {
        NDArray input = schedule.input(latents, level);
        input.attach(latents.getManager());
        NDArray output = predictor.at(schedule, level).predict(input, timestep);
        output.attach(latents.getManager());
        return schedule.guess(latents, output, level);
    }
}
