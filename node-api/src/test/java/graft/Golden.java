package graft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.SafeTensors;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reference vectors: those of {@code -Dgolden.dir} when it is set, else those among the test resources. */
public final class Golden {

    private Golden() {}

    /**
     * A file or folder of the set, such as {@code sd15/expected.safetensors}. Where a set is of Stable Diffusion alone, the flows'
     * are those among the test resources.
     */
    public static Path path(String name) {
        String given = System.getProperty("golden.dir", "");
        String model = name.substring(0, (name + "/").indexOf('/'));
        boolean lacks = model.matches("(zimage|flux2).*") && Files.notExists(Path.of(given, model));
        return given.isEmpty() || lacks ? ours(name) : Path.of(given).resolve(name);
    }

    /**
     * A file or folder of the set among the test resources, whatever set is given: other vectors, and bounds of what compares Graft
     * with itself, were made from its models.
     */
    public static Path ours(String name) {
        return resource("/golden/" + name);
    }

    /** A file of ComfyUI's own numbers: those of {@code -Dcomfy.dir} when it is set, else those among the test resources. */
    public static Path comfy(String name) {
        String given = System.getProperty("comfy.dir", "");
        return given.isEmpty() ? resource("/comfy/" + name) : Path.of(given).resolve(name);
    }

    /** A file among the test resources. */
    public static Path resource(String name) {
        try {
            return Path.of(Golden.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    /** What a weight of a text encoder is called in full: transformers of today leave the first word out, those before did not. */
    public static String textName(String key) {
        return key.startsWith("text_model.") || key.startsWith("text_projection") ? key : "text_model." + key;
    }

    /** A tensor of a file in its shape, as float32. */
    public static NDArray array(NDManager manager, SafeTensors file, String name) {
        return manager.create(file.floats(name), new Shape(file.entry(name).shape()));
    }

    /** A matrix of whole numbers. */
    public static int[][] ids(SafeTensors file, String name) {
        float[] values = file.floats(name);
        int width = (int) file.entry(name).shape()[1];
        int[][] rows = new int[values.length / width][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = (int) values[i];
        }
        return rows;
    }

    /** The largest difference over the standard deviation of what was expected. */
    public static double error(NDArray actual, NDArray expected) {
        return error(actual.toFloatArray(), expected.toFloatArray());
    }

    /** The largest difference over the standard deviation of what was expected. */
    public static double error(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            throw new IllegalArgumentException(actual.length + " numbers for " + expected.length);
        }
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += expected[i];
            squares += (double) expected[i] * expected[i];
            double difference = Math.abs(actual[i] - (double) expected[i]);
            if (!(difference <= largest)) {
                largest = difference; // NaN too, which then stays
            }
        }
        double mean = sum / expected.length;
        return largest / Math.sqrt(squares / expected.length - mean * mean);
    }
}
