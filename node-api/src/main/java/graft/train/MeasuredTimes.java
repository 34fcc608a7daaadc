package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import graft.file.AtomicFile;
import graft.file.CacheFolder;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times measured on this machine, in seconds by what was timed, kept in the user's cache folder.
 *
 * <p>A file that cannot be read or written only means measuring again.
 */
public final class MeasuredTimes {

    /** Numbers that reading is timed on: enough to leave the processor's caches. */
    private static final int TIMED_NUMBERS = 1 << 23;

    private final Path file;

    private MeasuredTimes(Path file) {
        this.file = file;
    }

    public static MeasuredTimes ofThisMachine() {
        return new MeasuredTimes(CacheFolder.path().resolve("times.json"));
    }

    /** What was measured before under a key, on this machine. */
    public Optional<Double> known(String key) {
        return Optional.ofNullable(all().get(onThisMachine(key)));
    }

    /** What was measured before, else measured now and kept. */
    public double of(String key, DoubleSupplier measure) {
        return known(key).orElseGet(() -> {
            double seconds = measure.getAsDouble();
            Map<String, Double> all = all();
            all.put(onThisMachine(key), seconds);
            try {
                String json = new Gson().toJson(all);
                Files.createDirectories(file.getParent());
                AtomicFile.write(file, out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
            } catch (IOException | Problem unkept) {
                return seconds;
            }
            return seconds;
        });
    }

    /**
     * Seconds for reading so many numbers of a model; NaN where that is not known.
     *
     * @param measure whether it is measured now where it was not yet
     */
    public double reading(long numbers, String device, boolean measure) {
        String key = "load | " + device;
        double each = measure
                ? of(key, () -> kernelSeconds(Compute.of(device)) / TIMED_NUMBERS)
                : known(key).orElse(Double.NaN);
        return numbers * each;
    }

    /** Half-precision kernels to what the networks compute with. */
    private static double kernelSeconds(Compute compute) {
        try (NDManager memory = compute.newManager()) {
            NDArray stored = memory.zeros(new Shape(TIMED_NUMBERS / 9 / 512, 512, 3, 3), DataType.FLOAT16);
            return mean(() -> Operators.wideChannelsLast(stored).close());
        }
    }

    /**
     * The mean of some work, as a long run takes it: once to warm up, then for two seconds, at least twice and at most fifty
     * times. What it makes is freed.
     */
    public static double mean(Runnable work) {
        double sum = 0;
        int rounds = 0;
        for (int round = 0; round < 3 || (sum < 2 && round < 50); round++) {
            long start = System.nanoTime();
            try (Scope scope = Scope.open()) {
                work.run();
            }
            if (round > 0) {
                sum += (System.nanoTime() - start) / 1e9;
                rounds++;
            }
        }
        return sum / rounds;
    }

    private Map<String, Double> all() {
        try {
            Map<String, Double> all =
                    new Gson().fromJson(Files.readString(file), new TypeToken<TreeMap<String, Double>>() {}.getType());
            return all == null ? new TreeMap<>() : all;
        } catch (IOException | JsonSyntaxException nothingKept) {
            return new TreeMap<>();
        }
    }

    private static String onThisMachine(String key) {
        return processor() + " × " + Runtime.getRuntime().availableProcessors() + " | " + key;
    }

    /** The processor's name as far as the system tells, else its architecture. */
    private static String processor() {
        try {
            Matcher name = Pattern.compile("(?m)^model name\\s*:\\s*(.*)$")
                    .matcher(Files.readString(Path.of("/proc/cpuinfo")));
            return name.find() ? name.group(1) : System.getProperty("os.arch");
        } catch (IOException untold) {
            return System.getProperty("os.arch");
        }
    }
}
