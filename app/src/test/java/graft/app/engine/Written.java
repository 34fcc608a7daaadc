package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.SafeTensors;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * What is remembered of a file that a run wrote.
 *
 * @param hash SHA-256 of what it says: a picture's pixels, the names, kinds, shapes and bytes of tensors, a table's text
 * @param sketch of a picture the means of red, green and blue in 4×4 fields, of tensors the root mean square of all numbers
 */
record Written(String hash, List<Double> sketch) {

    /** The pictures, tensors and tables in a run's folder; not the reports and plots, which hold times and a system's letters. */
    static Map<String, Written> in(Path run) throws IOException {
        Map<String, Written> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = run.relativize(file).toString().replace('\\', '/');
                String last = file.getFileName().toString();
                if (last.endsWith(".safetensors")) {
                    all.put(name, tensors(file));
                } else if (last.endsWith(".png") && !last.equals("losses.png") && !last.equals("report.png")) {
                    all.put(name, picture(file));
                } else if (last.endsWith(".csv")) {
                    all.put(name, new Written(hash(Files.readAllBytes(file)), List.of()));
                }
            }
        }
        return all;
    }

    private static Written picture(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        int width = image.getWidth();
        int height = image.getHeight();
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        double[] sums = new double[3 * 16];
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + 4 * pixels.length).putInt(width).putInt(height);
        for (int i = 0; i < pixels.length; i++) {
            bytes.putInt(pixels[i]);
            int square = i / width * 4 / height * 4 + i % width * 4 / width;
            for (int channel = 0; channel < 3; channel++) {
                sums[square * 3 + channel] += ((pixels[i] >> (16 - 8 * channel)) & 255) * 16.0 / pixels.length;
            }
        }
        return new Written(
                hash(bytes.array()),
                Arrays.stream(sums).mapToObj(sum -> Math.rint(sum)).toList());
    }

    private static Written tensors(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        double squares = 0;
        long count = 0;
        try (SafeTensors tensors = SafeTensors.open(file);
                DataOutputStream out = new DataOutputStream(bytes)) {
            for (String name : new TreeSet<>(tensors.names())) {
                SafeTensors.Entry entry = tensors.entry(name);
                out.writeUTF(name + " " + entry.dtype() + " " + Arrays.toString(entry.shape()));
                ByteBuffer data = tensors.bytes(name);
                byte[] copy = new byte[data.remaining()];
                data.get(copy);
                out.write(copy);
                for (float number : tensors.floats(name)) {
                    squares += (double) number * number;
                    count++;
                }
            }
        }
        return new Written(hash(bytes.toByteArray()), List.of(Math.sqrt(squares / count)));
    }

    /** What another processor's kernels may make of it. */
    void isNear(Written then, String what) {
        assertThat(sketch).as(what).hasSameSizeAs(then.sketch);
        for (int i = 0; i < sketch.size(); i++) {
            double far = sketch.size() == 1 ? 1e-3 * then.sketch.get(0) : 2;
            assertThat(sketch.get(i)).as(what).isCloseTo(then.sketch.get(i), within(far));
        }
    }

    /** SHA-256 of some products, a softmax and its kin as libtorch computes them here: alike where kernels are. */
    static String arithmetic() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Random random = new Random(1);
            NDArray a = numbers(manager, random, 192, 320);
            NDArray b = numbers(manager, random, 320, 77);
            NDArray product = a.matMul(b);
            List<Float> results = new ArrayList<>();
            for (NDArray each : List.of(product, product.softmax(1), product.tanh(), product.mean(new int[] {1}))) {
                for (float number : each.toFloatArray()) {
                    results.add(number);
                }
            }
            ByteBuffer bytes = ByteBuffer.allocate(4 * results.size());
            results.forEach(bytes::putFloat);
            return hash(bytes.array());
        }
    }

    private static NDArray numbers(NDManager manager, Random random, int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return manager.create(numbers, new Shape(rows, columns));
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
