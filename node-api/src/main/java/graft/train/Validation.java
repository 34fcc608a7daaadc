package graft.train;

import graft.sample.NoiseSchedule;

/**
 * Pictures that nothing is learnt from, to see whether a training learns what they share with its own: each with the same
 * noise whenever it is looked at, at noise levels that are spread evenly over the schedule.
 */
public final class Validation {

    /** As many noise levels as it takes for the mean not to hang on single ones. */
    private static final int LEVELS = 8;

    private final LearningNetwork network;
    private final TrainingLoop.Batches pictures;
    private final int draws;
    private final int timesteps;
    private final int every;

    /**
     * @param network as it is drawn with: nothing dropped out
     * @param pictures one at a time: the first {@code count} steps have each of them once, and so on
     * @param every how many steps lie between two looks
     */
    public Validation(
            LearningNetwork network, TrainingLoop.Batches pictures, int count, NoiseSchedule schedule, int every) {
        this.network = network;
        this.pictures = pictures;
        this.draws = count * ((LEVELS + count - 1) / count);
        this.timesteps = schedule.trainTimesteps();
        this.every = every;
    }

    /** Whether it is looked at after a step, counted from 1, of so many. */
    boolean isDueAfter(int step, int steps) {
        return step % every == 0 || step == steps;
    }

    LearningNetwork network() {
        return network;
    }

    /** How many batches a look takes. */
    int draws() {
        return draws;
    }

    /** One picture with its noise, counted from 0; made within the innermost scope. */
    Batch batch(int draw) {
        Batch drawn = pictures.batch(draw + 1, 0);
        int timestep = (int) ((2L * draw + 1) * timesteps / (2L * draws));
        return Batch.of(drawn.latents(), drawn.noise(), new int[] {timestep}, drawn.context())
                .masked(drawn.mask());
    }
}
