package graft.score;

import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.picture.Picture;
import graft.sample.Drawing;
import graft.sample.NoiseSchedule;
import graft.sample.SamplerMethod;
import graft.sample.StepListener;
import graft.train.DrawingForecast;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Draws what is asked for, to be scored.
 *
 * @param steps of the sampler
 * @param guidance how strongly prompts are followed
 * @param batch how many pictures at once
 */
public record Artist(SamplerMethod sampler, int steps, double guidance, int batch) {

    /** How a model draws, in pictures of so many pixels. */
    public Drawing with(Checkpoint model, int width, int height) {
        return new Drawing(model, sampler, steps, guidance, width, height);
    }

    /** What drawing will take, in pictures of so many pixels. */
    public DrawingForecast forecast(int width, int height) {
        return new DrawingForecast(sampler, steps, guidance, batch, width, height);
    }

    /** In how many batches so many pictures are drawn. */
    public int batches(int pictures) {
        return (pictures + batch - 1) / batch;
    }

    /**
     * Draws them in their order, batch by batch.
     *
     * @param listener told of the steps of each batch
     * @param drawn told of the pictures of each batch when they are there
     * @throws Cancelled when the listener does
     */
    public List<Picture> draw(
            Drawing drawing,
            NoiseSchedule schedule,
            List<Questions.Question> asked,
            StepListener listener,
            Consumer<List<Picture>> drawn)
            throws Cancelled {
        List<Picture> pictures = new ArrayList<>();
        for (int from = 0; from < asked.size(); from += batch) {
            List<Drawing.Wanted> wanted = asked.subList(from, Math.min(asked.size(), from + batch)).stream()
                    .map(question -> new Drawing.Wanted(question.prompt(), question.seed()))
                    .toList();
            List<Picture> together = drawing.draw(wanted, schedule, listener);
            drawn.accept(together);
            pictures.addAll(together);
        }
        return pictures;
    }
}
