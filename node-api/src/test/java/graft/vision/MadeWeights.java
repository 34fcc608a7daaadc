package graft.vision;

import graft.Golden;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.picture.Picture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Models of a public shape whose weights are made from their names, here as in the Python that made the vectors.
 *
 * <p>Each number is SplitMix64 of the name's FNV-1a hash, so that no weights need to lie among the test resources.
 */
final class MadeWeights {

    private static final Path FOLDER = Golden.resource("/graft/model/vision");

    private MadeWeights() {}

    /** Expected numbers of a model. */
    static Path expected(String model) {
        return FOLDER.resolve(model + ".safetensors");
    }

    /**
     * A model folder: configs, the weights that {@code shapes.txt} lists, and the tokenizer of another model.
     *
     * @param tokenizer null for none
     */
    static Path write(String model, Path tokenizer, Path into) throws IOException {
        Path folder = Files.createDirectories(into.resolve(model));
        for (String file : List.of("config.json", "preprocessor_config.json")) {
            Files.copy(FOLDER.resolve(model).resolve(file), folder.resolve(file));
        }
        if (tokenizer != null) {
            for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
                Files.copy(tokenizer.resolve(file), folder.resolve(file));
            }
        }
        List<Tensor> tensors = new ArrayList<>();
        try (Stream<String> lines = Files.lines(FOLDER.resolve(model).resolve("shapes.txt"))) {
            lines.forEach(line -> {
                String[] parts = line.split(" ");
                long[] shape =
                        Arrays.stream(parts).skip(1).mapToLong(Long::parseLong).toArray();
                tensors.add(Tensor.of(parts[0], DType.F32, shape, values(parts[0], shape)));
            });
        }
        SafeTensors.write(folder.resolve("model.safetensors"), tensors, Map.of());
        return folder;
    }

    private static float[] values(String name, long[] shape) {
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        long seed = 0xcbf29ce484222325L;
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (each & 0xFF)) * 0x100000001b3L;
        }
        double middle = shape.length == 1 && name.endsWith("weight") ? 1 : 0;
        double reach = 0.1;
        if (shape.length > 1) {
            double fan = shape[0] > 1 ? (double) count / shape[0] : Math.sqrt(count) * 4;
            reach = Math.sqrt(3 / fan) * 1.5;
        } else if (name.equals("logit_scale")) {
            middle = 2;
            reach = 0;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (middle + reach * ((mixed(seed + (i + 1) * 0x9E3779B97F4A7C15L) >>> 40) * 0x1p-23 - 1));
        }
        return values;
    }

    private static long mixed(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Three samples and three made pictures that are higher than wide, wider than high, and smaller than a model's. */
    static List<Picture> pictures() {
        return List.of(
                sample("style-pixel/bird.png"),
                sample("subject-teapot/teapot-1.png"),
                sample("subject-crab/crab-1.png"),
                made(90, 70),
                made(50, 121),
                made(40, 40));
    }

    static Picture sample(String file) {
        return Picture.of(
                graft.file.ImageFile.read(graft.file.Location.of("builtin:samples/" + file, "file", "a file")));
    }

    private static Picture made(int width, int height) {
        float[] rgb = new float[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[3 * (y * width + x) + c] = (x * (3 + c) + y * 5 + c * 40 + x * y / 7) % 256 / 255f;
                }
            }
        }
        return new Picture(width, height, rgb);
    }
}
