package graft.score;

import graft.file.FileFault;
import graft.file.Sha256;
import graft.model.TransformersFolder;
import graft.node.Forecast;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.train.MeasuredTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What looking at pictures takes, by both networks and by structure, and holding them against others pixel by pixel. Each is timed once
 * for each network, picture size and device; reading files is not in it.
 *
 * @param dino folder of the network that tells whether it is the same thing
 * @param clip folder of the network that compares pictures with words
 * @param width of the pictures in pixels, likewise {@code height}
 */
public record LookingForecast(Path dino, Path clip, int width, int height) {

    /** What a node takes that measures pictures one by one against some references. */
    public Forecast.Source of(int pictures, int references) {
        return (device, measure) -> new Forecast(
                bytes(references + 1),
                seconds((long) pictures + references, (long) pictures * references, device, measure),
                0,
                "load smaller pictures");
    }

    /**
     * Seconds for so many pictures, the reading of both networks included; NaN where they are not known.
     *
     * @param pairs how many are held against each other
     * @param measure whether what was not measured on this machine yet is measured now
     */
    double seconds(long pictures, long pairs, String device, boolean measure) {
        MeasuredTimes times = MeasuredTimes.ofThisMachine();
        String size = device + " | " + width + "×" + height;
        String networks = fingerprint(dino) + " " + fingerprint(clip);
        String readKey = "reading what looks | " + networks + " | " + device;
        String lookKey = "looking | " + networks + " | " + size;
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
        return read + pictures * look + pairs * pair;
    }

    /** Bytes of both networks. */
    long networks() {
        return new TransformersFolder(dino).weightBytes() + new TransformersFolder(clip).weightBytes();
    }

    /** Bytes of both networks and of so many pictures. */
    long bytes(int pictures) {
        return networks() + 3L * Float.BYTES * width * height * pictures;
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
        float[] grey = new float[3 * width * height];
        Arrays.fill(grey, 0.5f);
        return new Picture(width, height, grey);
    }
}
