package graft.model.upscale;

import ai.djl.ndarray.NDManager;
import graft.model.FileKind;
import graft.model.FileWeights;
import graft.model.TensorStore;
import graft.model.Weights;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An upscaler's file: which network it is of, told by its names and shapes.
 *
 * <p>ESRGAN's come in three spellings: RealESRGAN's, that of ESRGAN's own code, and the numbered one of before (the resources
 * {@code model.1.sub.…}), which most files that people share are in.
 */
final class UpscalerFile {

    private static final Pattern NUMBERED = Pattern.compile("model\\.(\\d+)\\.(weight|bias)");
    private static final Pattern NUMBERED_DENSE =
            Pattern.compile("model\\.1\\.sub\\.(\\d+)\\.RDB(\\d)\\.conv(\\d)\\.0\\.(weight|bias)");
    private static final Pattern NUMBERED_BODY = Pattern.compile("model\\.1\\.sub\\.\\d+\\.(weight|bias)");

    private final TensorStore store;
    /** The file's keys by ours. */
    private final Map<String, String> keys = new LinkedHashMap<>();

    private UpscalerFile(TensorStore store) {
        this.store = store;
        String prefix = prefix(store.names());
        Map<String, String> plain = new LinkedHashMap<>();
        store.names().forEach(name -> plain.put(name.substring(name.startsWith(prefix) ? prefix.length() : 0), name));
        boolean numbered = plain.containsKey("model.0.weight");
        Map<Integer, String> outer = numbered ? outer(plain.keySet()) : Map.of();
        plain.forEach((name, original) -> keys.put(numbered ? ours(name, outer) : ours(name), original));
    }

    /**
     * Opens one.
     *
     * @throws Problem naming the file when it is no upscaler, or one of a kind that is not known
     */
    static UpscalerFile open(Path file) {
        FileKind.of(file)
                .refuseUnless(
                        FileKind.Role.UPSCALER,
                        "cannot load the upscaler " + file,
                        "choose an ESRGAN or RealESRGAN model, .pth or .safetensors");
        return new UpscalerFile(TensorStore.open(file));
    }

    private static String prefix(Set<String> names) {
        return List.of("params_ema.", "params.", "module.").stream()
                .filter(each -> names.stream().allMatch(name -> name.startsWith(each)))
                .findFirst()
                .orElse("");
    }

    /** What the numbered layers after the blocks are: those that enlarge, then two more. */
    private static Map<Integer, String> outer(Set<String> names) {
        Set<Integer> numbers = new TreeSet<>();
        for (String name : names) {
            Matcher numbered = NUMBERED.matcher(name);
            if (numbered.matches() && !numbered.group(1).equals("0")) {
                numbers.add(Integer.valueOf(numbered.group(1)));
            }
        }
        Map<Integer, String> outer = new LinkedHashMap<>(Map.of(0, "conv_first"));
        int left = numbers.size();
        int doubling = 0;
        for (Integer number : numbers) {
            outer.put(number, left > 2 ? "conv_up" + ++doubling : left == 2 ? "conv_hr" : "conv_last");
            left--;
        }
        return outer;
    }

    private static String ours(String name, Map<Integer, String> outer) {
        Matcher dense = NUMBERED_DENSE.matcher(name);
        if (dense.matches()) {
            return "body." + dense.group(1) + ".rdb" + dense.group(2) + ".conv" + dense.group(3) + "." + dense.group(4);
        }
        Matcher body = NUMBERED_BODY.matcher(name);
        if (body.matches()) {
            return "conv_body." + body.group(1);
        }
        Matcher numbered = NUMBERED.matcher(name);
        return numbered.matches() ? outer.get(Integer.valueOf(numbered.group(1))) + "." + numbered.group(2) : name;
    }

    private static String ours(String name) {
        return name.replaceFirst("^RRDB_trunk\\.(\\d+)\\.RDB(\\d)\\.", "body.$1.rdb$2.")
                .replaceFirst("^trunk_conv\\.", "conv_body.")
                .replaceFirst("^upconv(\\d)\\.", "conv_up$1.")
                .replaceFirst("^HRconv\\.", "conv_hr.");
    }

    UpscalingNetwork network(NDManager manager) {
        Weights weights = Weights.of(FileWeights.of(store, keys, manager));
        UpscalingNetwork network = keys.containsKey("conv_first.weight")
                ? residual(weights, manager)
                : compact(weights, manager).orElseThrow(this::unknown);
        Set<String> others = new TreeSet<>(keys.keySet());
        others.removeAll(weights.names());
        if (!others.isEmpty()) {
            throw unknown();
        }
        weights.checkSound();
        return network;
    }

    private UpscalingNetwork residual(Weights weights, NDManager manager) {
        long[] first = shape("conv_first.weight");
        long[] last = shape("conv_last.weight");
        long[] dense = shape("body.0.rdb1.conv1.weight");
        int unshuffle = (int) Math.round(Math.sqrt(first[1] / 3.0));
        if (last[0] != 3 || first[1] != 3L * unshuffle * unshuffle) {
            throw unknown();
        }
        int doublings = count("conv_up", 1);
        if (1 << doublings < unshuffle) {
            throw unknown();
        }
        int blocks = 0;
        while (keys.containsKey("body." + blocks + ".rdb1.conv1.weight")) {
            blocks++;
        }
        return new RrdbNetwork(
                weights, (int) first[1], (int) first[0], (int) dense[0], blocks, doublings, unshuffle, manager);
    }

    private int count(String name, int from) {
        int count = 0;
        while (keys.containsKey(name + (from + count) + ".weight")) {
            count++;
        }
        return count;
    }

    private Optional<UpscalingNetwork> compact(Weights weights, NDManager manager) {
        int layers = count("body.", 0);
        if (layers < 3 || layers % 2 == 0 || shape("body.0.weight").length != 4) {
            return Optional.empty();
        }
        long[] first = shape("body.0.weight");
        long out = shape("body." + (layers - 1) + ".weight")[0];
        int scale = (int) Math.round(Math.sqrt(out / 3.0));
        return first[1] != 3 || out != 3L * scale * scale
                ? Optional.empty()
                : Optional.of(new CompactNetwork(weights, (int) first[0], (layers - 3) / 2, scale, manager));
    }

    private long[] shape(String key) {
        if (!keys.containsKey(key)) {
            throw unknown();
        }
        long[] shape = store.shape(keys.get(key));
        return shape;
    }

    private Problem unknown() {
        return new Problem(
                "cannot load the upscaler " + store.path(),
                "its network is of a kind that Graft does not know",
                "choose an ESRGAN or RealESRGAN model, .pth or .safetensors");
    }
}
