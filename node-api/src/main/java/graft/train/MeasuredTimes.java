package graft.train;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import graft.file.AtomicFile;
import graft.file.CacheFolder;
import graft.node.Problem;
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
final class MeasuredTimes {

    private final Path file;

    private MeasuredTimes(Path file) {
        this.file = file;
    }

    static MeasuredTimes ofThisMachine() {
        return new MeasuredTimes(CacheFolder.path().resolve("times.json"));
    }

    /** What was measured before under a key, on this machine. */
    Optional<Double> known(String key) {
        return Optional.ofNullable(all().get(onThisMachine(key)));
    }

    /** What was measured before, else measured now and kept. */
    double of(String key, DoubleSupplier measure) {
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
