package graft.sample;

import ai.djl.ndarray.NDArray;

/**
 * A network as samplers see it. Here alone what it predicts is turned into clean latents.
 *
 * @param schedule what the predictor's model was trained with
 */
record NetworkDenoiser(NoiseSchedule schedule, Predictor predictor) implements Denoiser {

    @Override
    public Guess denoise(NDArray latents, NoiseLevel level, double timestep) {
        NDArray input = schedule.input(latents, level);
        input.attach(latents.getManager());
        NDArray output = predictor.at(schedule, level).predict(input, timestep);
        output.attach(latents.getManager());
        return schedule.guess(latents, output, level);
    }
}
