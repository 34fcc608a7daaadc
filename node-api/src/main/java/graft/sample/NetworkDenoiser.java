package graft.sample;

import ai.djl.ndarray.NDArray;

/**
 * A network as samplers see it. Here alone what it predicts is turned into clean latents.
 *
 * @param schedule what the predictor's model was trained with
 * @param negative whether the guess for the negative prompt alone is asked for too
 */
record NetworkDenoiser(NoiseSchedule schedule, Predictor predictor, boolean negative) implements Denoiser {

    /** One that is asked for the guided guess alone. */
    NetworkDenoiser(NoiseSchedule schedule, Predictor predictor) {
        this(schedule, predictor, false);
    }

    @Override
    public Guess denoise(NDArray latents, NoiseLevel level, double timestep) {
        NDArray input = schedule.input(latents, level);
        input.attach(latents.getManager());
        Predictor here = predictor.at(schedule, level);
        if (!negative) {
            NDArray output = here.predict(input, timestep);
            output.attach(latents.getManager());
            return schedule.guess(latents, output, level);
        }
        Predictor.Both both = here.predictBoth(input, timestep);
        both.guided().attach(latents.getManager());
        both.negative().attach(latents.getManager());
        Guess guided = schedule.guess(latents, both.guided(), level);
        return new Guess(
                guided.clean(),
                guided.noise(),
                schedule.guess(latents, both.negative(), level).clean());
    }
}
