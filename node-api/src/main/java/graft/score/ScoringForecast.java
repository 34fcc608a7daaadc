package graft.score;

import graft.file.FileFault;
import graft.file.Sha256;
import graft.model.CheckpointSpec;
import graft.model.ModelShape;
import graft.model.TransformersFolder;
import graft.node.Forecast;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Memory;
import graft.train.DrawingForecast;
import graft.train.MeasuredTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        MeasuredTimes times = MeasuredTimes.ofThisMachine();
        String size = device + " | " + drawing.width() + "×" + drawing.height();
        String networks = fingerprint(dino) + " " + fingerprint(clip) + " | " + device;
        String readKey = "reading what looks | " + networks;
        String lookKey = "looking | " + networks;
        String pairKey = "comparing pixels | " + size;
        if (!measure
                && !Stream.of(readKey, lookKey, pairKey)
                        .allMatch(key -> times.known(key).isPresent())) {
            return Double.NaN;
        }
        double read = times.of(
                readKey, () -> MeasuredTimes.mean(() -> encoders(device).close()));
        double look = times.of(lookKey, () -> lookSeconds(device));
        double pair = times.of(pairKey, this::pairSeconds);
        double drawn = Stream.of(ofSubject, ofClass, ofOthers)
                .mapToDouble(count -> count == 0 ? 0 : drawing.seconds(model, count, device, measure))
                .sum();
        return read + examples * look + scorings * (drawn + pictures() * look + (double) ofSubject * examples * pair);
    }

    /** Bytes of both networks. */
    long networks() {
        return new TransformersFolder(dino).weightBytes() + new TransformersFolder(clip).weightBytes();
    }

    /** Bytes that are held while it draws, those of both networks included, beside the weights of the model. */
    long bytes(ModelShape shape) {
        long picture = 3L * Float.BYTES * drawing.width() * drawing.height();
        return networks() + drawing.bytes(shape) + (pictures() + examples) * picture;
    }

    /** What tells networks apart that take other times. */
    private static String fingerprint(Path folder) {
        Path config = folder.resolve("config.json");
        try {
            return Sha256.of(Files.readAllBytes(config)).substring(0, 16);
        } catch (IOException failure) {
            throw FileFault.reading(config, failure);
        }
    }

    private ModelEncoders encoders(String device) {
        Compute.prepareThread();
        return ModelEncoders.load(dino, clip, Compute.of(device));
    }

    private double lookSeconds(String device) {
        Picture picture = grey();
        try (ModelEncoders encoders = encoders(device)) {
            return MeasuredTimes.mean(() -> PictureFeatures.of(picture, encoders));
        }
    }

    private double pairSeconds() {
        Picture one = grey();
        Picture other = grey();
        return MeasuredTimes.mean(() -> Similarity.ofPixels(one, other));
    }

    private Picture grey() {
        float[] grey = new float[3 * drawing.width() * drawing.height()];
        Arrays.fill(grey, 0.5f);
        return new Picture(drawing.width(), drawing.height(), grey);
    }
}
