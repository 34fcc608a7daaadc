package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import graft.file.MappedPages;
import graft.node.Problem;
import graft.tensor.Finite;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The weights of one network by checkpoint key, seen from a place within it.
 *
 * <p>{@code weights.at("down_blocks.0").get("conv.weight", …)} reads {@code down_blocks.0.conv.weight}. Arrays are
 * float32, but for those of a copy in another precision and those kept narrow ({@link WeightStorage}); convolution kernels are [o,i,kh,kw] in channels-last memory. A
 * weight is read when first asked for.
 */
public final class Weights {

    /** Where weights come from. */
    public interface Source {

        /** What messages call it: the file. */
        String name();

        Set<String> keys();

        /** The shape of a weight; empty when there is none of that name. */
        Optional<long[]> shape(String key, long[] wanted);

        /** Lets go of what weights are read from: no more will be. */
        default void finished() {}

        /** Bytes that a number of a weight takes where it comes from. */
        default int bytesPerNumber(String key) {
            return Float.BYTES;
        }

        /**
         * The same, whose 16-bit numbers stay as narrow as they are where they come from: half the memory, and they are
         * widened whenever a layer computes. The source itself where that makes no difference.
         */
        default Source narrow() {
            return this;
        }

        /** The weight in the shape that it has; owned by the network. */
        NDArray read(String key, long[] shape);

        /** Where a weight that was read lies in its file, if it does and is best not in memory while no layer computes with it. */
        default Optional<MappedPages> pages(String key) {
            return Optional.empty();
        }

        /** The weight of a linear layer or convolution as int8 rows, owned by the network; empty where it is read as others are. */
        default Optional<Int8Rows> rows(String key, long[] shape) {
            return Optional.empty();
        }
    }

    private final Source source;
    private final String prefix;
    private final Map<String, NDArray> read;
    /** Of those that are int8 rows. */
    private final Map<String, NDArray> scales;

    private Weights(Source source, String prefix, Map<String, NDArray> read, Map<String, NDArray> scales) {
        this.source = source;
        this.prefix = prefix;
        this.read = read;
        this.scales = scales;
    }

    /**
     * Where the weights are that a {@code .safetensors} file has under a beginning of their names.
     *
     * @param prefix which they are called without
     * @param manager owns what is read; null to look at names and shapes alone
     * @throws Problem naming the file when it is none
     */
    public static Source in(Path file, String prefix, NDManager manager) {
        return FileWeights.of(
                TensorStore.open(file), manager, key -> key.substring(prefix.length()), key -> key.startsWith(prefix));
    }

    /** The same numbers once more, rounded to a precision, in arrays that the manager owns. */
    public Weights copy(Precision precision, NDManager manager) {
        return of(new CopiedWeights(this, precision, manager));
    }

    /** All weights of a source. */
    public static Weights of(Source source) {
        return new Weights(source, "", new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    /** The same weights seen from a module within. */
    public Weights at(String path) {
        return new Weights(source, prefix + path + ".", read, scales);
    }

    /** The path of this place, without a dot at the end. */
    public String path() {
        return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
    }

    /** What messages call where they come from: the file. */
    String source() {
        return source.name();
    }

    /** The keys that the source has below this place, asked for or not. */
    Set<String> given() {
        return source.keys().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The shape that a weight has, which is there. */
    public long[] shape(String key) {
        return source.shape(prefix + key, new long[0]).orElseThrow();
    }

    public boolean has(String key) {
        return source.keys().contains(prefix + key);
    }

    /** A weight that was asked for before with its shape. */
    public NDArray get(String key) {
        NDArray array = read.get(prefix + key);
        if (array == null) {
            throw new IllegalArgumentException("no weight " + prefix + key);
        }
        return array;
    }

    /**
     * A weight of a known shape; trailing axes of one value do not count, since a 1×1 convolution is a linear layer.
     *
     * @throws Problem naming file, key and shapes, when it is missing or has another shape
     */
    public NDArray get(String key, long... shape) {
        return get(key, shape, (full, found) -> source.read(full, found));
    }

    /**
     * As {@link #get(String, long...)}, for the weight of a linear layer or convolution: it may be int8 rows, whose
     * {@link #scales} then go with it.
     */
    NDArray layer(String key, long... shape) {
        return get(key, shape, (full, found) -> {
            Optional<Int8Rows> rows = source.rows(full, found);
            rows.ifPresent(each -> scales.put(full, each.scales()));
            return rows.map(Int8Rows::values).orElseGet(() -> source.read(full, found));
        });
    }

    /** What the rows of a weight that was asked for are multiplied by, [1,out]; empty when its numbers are its own. */
    Optional<NDArray> scales(String key) {
        return Optional.ofNullable(scales.get(prefix + key));
    }

    /** Where a weight that was asked for lies, to be given back whenever a layer has computed. */
    Optional<MappedPages> pages(String key) {
        return source.pages(prefix + key);
    }

    private NDArray get(String key, long[] shape, BiFunction<String, long[], NDArray> reader) {
        String full = prefix + key;
        NDArray known = read.get(full);
        if (known != null) {
            return known;
        }
        long[] found = source.shape(full, shape)
                .orElseThrow(() -> new Problem(
                        "cannot load " + source.name(),
                        "it has no \"" + full + "\", which should be of shape " + Arrays.toString(shape),
                        "check that the file belongs to its config.json, or download the model again"));
        if (!Arrays.equals(withoutTrailingOnes(found), withoutTrailingOnes(shape))) {
            throw new Problem(
                    "cannot load " + source.name(),
                    "\"" + full + "\" has shape " + Arrays.toString(found) + " where " + Arrays.toString(shape)
                            + " is expected",
                    "check that the file belongs to its config.json, or download the model again");
        }
        NDArray array = reader.apply(full, found);
        read.put(full, array);
        return array;
    }

    static long[] withoutTrailingOnes(long[] shape) {
        int length = shape.length;
        while (length > 0 && shape[length - 1] == 1) {
            length--;
        }
        return Arrays.copyOf(shape, length);
    }

    /** The keys that the network asked for below this place, in its order. */
    public Set<String> names() {
        Set<String> names = new java.util.LinkedHashSet<>();
        for (String key : read.keySet()) {
            if (key.startsWith(prefix)) {
                names.add(key.substring(prefix.length()));
            }
        }
        return Collections.unmodifiableSet(names);
    }

    /** All weights below this place, in the network's order. */
    public List<NDArray> arrays() {
        return names().stream().map(this::get).toList();
    }

    /** What of these weights nothing can be computed with, as a clause; empty when all is well. */
    public Optional<String> damage() {
        return names().stream().flatMap(name -> damage(name).stream()).findFirst();
    }

    private Optional<String> damage(String name) {
        try (Scope scope = Scope.open()) {
            Optional<NDArray> scales = scales(name);
            if (scales.isPresent() ? bound(get(name), scales.get()) : Finite.squares(get(name))) {
                return Optional.empty();
            }
            NDArray wide = wide(name);
            return Finite.squares(wide)
                    ? Optional.empty()
                    : Optional.of(prefix + name + " holds "
                            + (Finite.all(wide) ? "numbers too large to compute with" : "NaN or infinite numbers"));
        } finally {
            pages(name).ifPresent(MappedPages::giveBack);
        }
    }

    /** Whether int8 rows can be computed with whatever their whole numbers are, as far as the scales tell. */
    private static boolean bound(NDArray rows, NDArray scales) {
        double most = 127 * Math.sqrt((double) rows.size() / rows.getShape().get(0));
        return Finite.squares(Weights.wide(scales).mul(most));
    }

    /** A weight that was asked for before, in float32: itself, or a copy that belongs to the innermost scope. */
    public NDArray wide(String key) {
        return scales(key).map(scales -> Operators.widened(get(key), scales)).orElseGet(() -> wide(get(key)));
    }

    /** A weight that is no int8 rows in float32: itself, or a copy that belongs to the innermost scope. */
    public static NDArray wide(NDArray weight) {
        return weight.getDataType() == DataType.FLOAT32 ? weight : Operators.toFloat(weight);
    }

    /** @throws Problem naming the file and a weight that nothing can be computed with */
    public void checkSound() {
        damage().ifPresent(damage -> {
            throw new Problem(
                    "cannot use " + source.name(),
                    "its weight " + damage,
                    "choose another file: a training or merge that went wrong left this one");
        });
    }

    /** Paths of the modules with a weight of at least two axes, in the network's order. */
    List<String> modules() {
        List<String> modules = new ArrayList<>();
        for (String name : names()) {
            if (name.endsWith(".weight") && read.get(prefix + name).getShape().dimension() > 1) {
                modules.add(name.substring(0, name.length() - ".weight".length()));
            }
        }
        return modules;
    }

    /** Paths of the norms, whose weight is a number for each channel. */
    List<String> norms() {
        return names().stream()
                .filter(name -> name.endsWith(".weight")
                        && read.get(prefix + name).getShape().dimension() == 1)
                .map(name -> name.substring(0, name.length() - ".weight".length()))
                .toList();
    }

    /** Says that the network has all its weights, and refuses a file with others. */
    public void complete() {
        Set<String> others = new TreeSet<>(source.keys());
        others.removeAll(read.keySet());
        if (!others.isEmpty()) {
            List<String> first = others.stream().limit(3).toList();
            throw new Problem(
                    "cannot load " + source.name(),
                    "it has weights that its config.json knows nothing of, such as " + String.join(", ", first),
                    "check that the file belongs to its config.json");
        }
        source.finished();
    }
}
