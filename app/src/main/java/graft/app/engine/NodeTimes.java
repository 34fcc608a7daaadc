package graft.app.engine;

import com.google.gson.Gson;
import com.google.gson.JsonSyntaxException;
import com.google.gson.reflect.TypeToken;
import graft.app.engine.Plan.Step;
import graft.file.AtomicFile;
import graft.file.CacheFolder;
import graft.node.Problem;
import graft.node.Setting.Control;
import graft.node.SettingSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How long nodes took on this machine, kept in the user's cache folder, so that like ones can be forecast.
 *
 * <p>Nodes are alike when they are of one type and on one device, and all that makes work large is the same in them and in what
 * they need: whole numbers such as sizes and counts, choices, switches, models, folders and files. Seeds, texts, names and rates do
 * not count, nor do steps: the time of another number of steps is told by those that are known. A file that cannot be read or
 * written only means that less is known.
 */
final class NodeTimes {

    private static final int MOST_KEYS = 2000;
    private static final int MOST_STEPS = 8;
    private static final String STEPS = "steps";

    private final Path file;

    /** Seconds by steps, by what is alike; the last learnt is the last. */
    private Map<String, NavigableMap<Long, Double>> times;

    private NodeTimes(Path file) {
        this.file = file;
    }

    static NodeTimes ofThisMachine() {
        return in(CacheFolder.path().resolve("node-times.json"));
    }

    static NodeTimes in(Path file) {
        return new NodeTimes(file);
    }

    /** The same with what other processes have kept meanwhile. */
    NodeTimes reread() {
        return in(file);
    }

    /** What nodes that are alike have in common, by node, for the steps of a plan in their order. */
    static Map<String, String> alike(List<Step> steps, String device) {
        Map<String, String> keys = new HashMap<>();
        for (Step step : steps) {
            String settings = step.settings().entrySet().stream()
                    .filter(each -> counts(each.getKey()))
                    .map(each -> each.getKey().id() + "=" + each.getKey().toJson(each.getValue()))
                    .sorted()
                    .collect(Collectors.joining(", "));
            String before = step.sources()
                    // There is no step for a node whose plugin does not load.
                    .filter(source -> keys.containsKey(source.node()))
                    .map(source ->
                            keys.get(source.node()) + "." + source.output().id())
                    .collect(Collectors.joining(", "));
            keys.put(step.node(), step.schema().id() + " " + digest(device + "\n" + settings + "\n" + before));
        }
        return keys;
    }

    private static boolean counts(SettingSchema setting) {
        if (setting.id().equals(STEPS)) {
            return false;
        }
        return switch (setting.kind()) {
            case WHOLE_NUMBER -> setting.declared().control() != Control.SEED;
            case SWITCH, CHOICE, PATH -> true;
            case TEXT ->
                switch (setting.declared().control()) {
                    case IMAGE_FILE, FOLDER, MODEL, ADAPTER, FILE -> true;
                    default -> false;
                };
            default -> false;
        };
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many steps a node takes; 1 for one that knows none. */
    static long stepsOf(Step step) {
        return step.settings().entrySet().stream()
                .filter(each -> each.getKey().id().equals(STEPS))
                .map(Map.Entry::getValue)
                .filter(Number.class::isInstance)
                .mapToLong(value -> Math.max(1, ((Number) value).longValue()))
                .findFirst()
                .orElse(1);
    }

    /** Seconds that a node will take which has that in common with others; empty when none is known. */
    synchronized OptionalDouble expected(String alike, long steps) {
        NavigableMap<Long, Double> known = all().get(alike);
        if (known == null || known.isEmpty()) {
            return OptionalDouble.empty();
        }
        Long below = known.floorKey(steps);
        Long above = known.ceilingKey(steps);
        if (below == null || above == null) {
            long near = below == null ? above : below;
            Long next = below == null ? known.higherKey(near) : known.lowerKey(near);
            // Two tell what a step takes beside what comes but once; of one all is taken to be steps.
            double perStep = next == null
                    ? known.get(near) / near
                    : Math.max(0, (known.get(near) - known.get(next)) / (near - next));
            return OptionalDouble.of(Math.max(0, known.get(near) + perStep * (steps - near)));
        }
        if (below.equals(above)) {
            return OptionalDouble.of(known.get(below));
        }
        double part = (double) (steps - below) / (above - below);
        return OptionalDouble.of(known.get(below) + part * (known.get(above) - known.get(below)));
    }

    /** A node took so long; of like ones with as many steps the mean of old and new counts, since no machine is always idle. */
    synchronized void took(String alike, long steps, double seconds) {
        Map<String, NavigableMap<Long, Double>> all = all();
        NavigableMap<Long, Double> known = all.containsKey(alike) ? all.remove(alike) : new TreeMap<>();
        known.merge(steps, seconds, (before, now) -> (before + now) / 2);
        while (known.size() > MOST_STEPS) {
            // Ends tell the most.
            known.remove(known.higherKey(known.firstKey()));
        }
        all.put(alike, known);
        while (all.size() > MOST_KEYS) {
            all.remove(all.keySet().iterator().next());
        }
    }

    private Map<String, NavigableMap<Long, Double>> all() {
        if (times == null) {
            times = read();
        }
        return times;
    }

    private Map<String, NavigableMap<Long, Double>> read() {
        try {
            LinkedHashMap<String, NavigableMap<Long, Double>> read = new Gson()
                    .fromJson(
                            Files.readString(file),
                            new TypeToken<LinkedHashMap<String, NavigableMap<Long, Double>>>() {}.getType());
            return read == null ? new LinkedHashMap<>() : read;
        } catch (IOException | JsonSyntaxException nothingKept) {
            return new LinkedHashMap<>();
        }
    }

    /** Keeps what was learnt. */
    synchronized void save() {
        byte[] json = new Gson().toJson(all()).getBytes(StandardCharsets.UTF_8);
        try {
            AtomicFile.write(file, out -> out.write(json));
        } catch (Problem unkept) {
            return;
        }
    }
}
