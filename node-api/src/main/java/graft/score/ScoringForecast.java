package graft.score;

import graft.model.CheckpointSpec;
import graft.model.ModelShape;
import graft.node.Forecast;
import graft.tensor.Compute;
import graft.tensor.Memory;
import graft.train.DrawingForecast;
import graft.train.MeasuredTimes;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What a scoring will take: the pictures that are drawn, each looked at by DINO and CLIP, and those of the subject held against the
 * training pictures.
 *
 * @param drawing how they are drawn
 * @param ofSubject how many pictures of the subject, likewise the others
 * @param examples how many training pictures
 * @param dino folder of the network that tells whether it is the same thing
 * @param clip folder of the network that compares pictures with words
 */
public record ScoringForecast(
        DrawingForecast drawing, int ofSubject, int ofClass, int ofOthers, int examples, Path dino, Path clip) {

    private static final double SLACK = 1.05;

    /**
     * What a node takes that scores and does nothing else.
     *
     * @param scorings how many, each of pictures of its own, for a model of a shape
     */
    public Forecast.Source of(CheckpointSpec model, ToIntFunction<ModelShape> scorings) {
        return (device, measure) -> {
            ModelShape shape = ModelShape.read(model.files());
            OptionalLong free = device.equals("cpu")
                    ? Memory.available()
                    : Compute.of(device).freeMemory();
            boolean narrow = model.storage().narrows(shape.network().numbers(), free);
            long weights = shape.network().resident(narrow)
                    + shape.text().resident(narrow)
                    + shape.vaeDecoder().resident(false);
            long numbers = shape.network().numbers()
                    + shape.text().numbers()
                    + shape.vaeDecoder().numbers();
            double seconds = seconds(DrawingForecast.Model.plain(shape), scorings.applyAsInt(shape), device, measure)
                    + MeasuredTimes.ofThisMachine().reading(numbers, device, measure);
            return new Forecast(
                    Math.round(SLACK * (double) (weights + bytes(shape))), seconds, 0, "draw fewer pictures at once");
        };
    }

    /** How many pictures are drawn for one scoring. */
    int pictures() {
        return ofSubject + ofClass + ofOthers;
    }

    /**
     * Seconds of so many scorings of one training's pictures, the reading of both networks included; NaN where they are not known.
     *
     * @param measure whether what was not measured on this machine yet is measured now
     */
    double seconds(DrawingForecast.Model model, int scorings, String device, boolean measure) {
        double drawn = Stream.of(ofSubject, ofClass, ofOthers)
                .mapToDouble(count -> count == 0 ? 0 : drawing.seconds(model, count, device, measure))
                .sum();
        long looked = examples + (long) scorings * pictures();
        long compared = (long) scorings * ofSubject * examples;
        return scorings * drawn + looking().seconds(looked, compared, device, measure);
    }

    private LookingForecast looking() {
        return new LookingForecast(dino, clip, drawing.width(), drawing.height());
    }

    /** Bytes of both networks. */
    long networks() {
        return looking().networks();
    }

    /** Bytes that are held while it draws, those of both networks included, beside the weights of the model. */
    long bytes(ModelShape shape) {
        return drawing.bytes(shape) + looking().bytes(pictures() + examples);
    }
}
