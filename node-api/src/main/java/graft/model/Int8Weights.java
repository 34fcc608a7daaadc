package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.file.CacheFolder;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.file.Sha256;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights whose large layers are rounded to {@link Int8Rows}, once: they are kept on disk, and mapped from there the next time.
 *
 * <p>The file is of the {@link CacheFolder}; it may be removed at any time, and one that does not fit is made anew. The rest stays
 * as the source has it.
 */
final class Int8Weights implements Weights.Source {

    /** Changes whenever what is written does. */
    private static final String FORMAT = "int8 rows 1";

    private static final String SCALES = ".scales";
    private static final String ERROR = "relative_error";

    /** A layer of fewer numbers saves nothing, and the first and the last are among them, whose rounding would be seen most. */
    private static final int FEWEST = 16_384;

    /** What reads the time step and the picture's size: a row for each picture, which steers all. */
    private static final List<String> STEERING = List.of("time_embedding.", "time_emb_proj.", "add_embedding.");

    private final Weights.Source wide;
    private final Weights.Source others;
    private final Path file;
    private final boolean whole;
    private final NDManager manager;
    /** What was made before; null when there is none, or once it was read. */
    private SafeTensors known;

    private final Map<String, Int8Rows> made = new LinkedHashMap<>();
    private double error;
    private double size;
    private long count;
    private String note = "";

    /**
     * @param wide what is rounded, in float32; its arrays are nobody else's
     * @param others what is not
     * @param key stands for the files that both come from
     * @param whole whether they are to be multiplied in whole numbers
     * @param manager owns the rows
     */
    Int8Weights(Weights.Source wide, Weights.Source others, String key, boolean whole, NDManager manager) {
        this.wide = wide;
        this.others = others;
        this.file =
                CacheFolder.path().resolve(CacheFolder.INT8).resolve(Sha256.of(List.of(FORMAT, key)) + ".safetensors");
        this.whole = whole;
        this.manager = manager;
        this.known = open(file).orElse(null);
    }

    private static Optional<SafeTensors> open(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            SafeTensors found = SafeTensors.open(file);
            CacheFolder.touch(file);
            return Optional.of(found);
        } catch (Problem damaged) {
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return others.name();
    }

    @Override
    public Set<String> keys() {
        return others.keys();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return others.shape(key, wanted);
    }

    @Override
    public int bytesPerNumber(String key) {
        return others.bytesPerNumber(key);
    }

    @Override
    public NDArray read(String key, long[] shape) {
        return others.read(key, shape);
    }

    @Override
    public Optional<Int8Rows> rows(String key, long[] shape) {
        long numbers = new Shape(shape).size();
        if (numbers < FEWEST) {
            return Optional.empty();
        }
        count += numbers;
        if (known != null) {
            return Optional.of(scaled(key, stored(known, key, lying(shape))));
        }
        Int8Rows rows = rounded(key, shape);
        made.put(key, rows);
        return Optional.of(scaled(key, rows));
    }

    private Int8Rows scaled(String key, Int8Rows rows) {
        if (!whole || STEERING.stream().anyMatch(key::contains)) {
            return rows;
        }
        try (Scope scope = Scope.open()) {
            return new Int8Rows(rows.values(), scope.keep(rows.scales().toType(DataType.FLOAT64, false), manager));
        }
    }

    private Int8Rows rounded(String key, long[] shape) {
        try (Scope scope = Scope.open();
                NDArray read = wide.read(key, shape)) {
            NDArray weight = Weights.wide(read);
            if (read != weight) {
                read.close();
            }
            List<NDArray> rows = Operators.int8Rows(weight);
            double[] norms = rows.get(2).toDoubleArray();
            error += norms[0] * norms[0];
            size += norms[1] * norms[1];
            return new Int8Rows(scope.keep(rows.get(0), manager), scope.keep(rows.get(1), manager));
        }
    }

    /** The axes of a weight in the order in which it lies in memory and in the file. */
    private static long[] lying(long[] shape) {
        return shape.length == 4 ? new long[] {shape[0], shape[2], shape[3], shape[1]} : shape;
    }

    private static void check(SafeTensors file, String name, DType dtype, long... shape) {
        if (!file.names().contains(name)
                || file.entry(name).dtype() != dtype
                || !Arrays.equals(file.entry(name).shape(), shape)) {
            throw new Problem(
                    "cannot use " + file.file(),
                    "it has no \"" + name + "\" of type " + dtype + " and shape " + Arrays.toString(shape),
                    "remove it: it is made again");
        }
    }

    /** On the CPU the file's own pages. */
    private Int8Rows stored(SafeTensors file, String key, long[] lying) {
        check(file, key, DType.I8, lying);
        check(file, key + SCALES, DType.F32, 1, lying[0]);
        try (Scope scope = Scope.open()) {
            NDArray values = scope.keep(manager.create(file.bytes(key), new Shape(lying), DataType.INT8), manager);
            NDArray scales = manager.create(file.bytes(key + SCALES), new Shape(1, lying[0]), DataType.FLOAT32);
            // The array of the pages stays open: it is what keeps them.
            return new Int8Rows(
                    lying.length == 4 ? scope.keep(values.transpose(0, 3, 1, 2), manager) : values,
                    scope.keep(scales, manager));
        }
    }

    /** Keeps what was made; what cannot be written is made again the next time. */
    @Override
    public void finished() {
        wide.finished();
        others.finished();
        String from = known == null ? write() : "taken from " + file;
        double relative = known == null
                ? relativeError()
                : Double.parseDouble(known.metadata().getOrDefault(ERROR, "NaN"));
        note = String.format(
                Locale.ROOT,
                "%.1f million numbers of it lie in memory as int8 rows, off by %.2f %% of their size; %s.%s",
                count / 1e6,
                100 * relative,
                from,
                whole ? " What goes into its layers is rounded as well." : "");
        known = null;
        made.clear();
    }

    /** Root of the sum of the squares of all that rounding took off, over that of the weights. */
    private double relativeError() {
        return size == 0 ? 0 : Math.sqrt(error / size);
    }

    /** What became of the rows that were made, as a clause. */
    private String write() {
        List<Tensor> tensors = new ArrayList<>();
        made.forEach((key, rows) -> {
            NDArray values = rows.values();
            long[] lying = lying(values.getShape().getShape());
            tensors.add(new Tensor(key, DType.I8, lying, sink -> {
                try (Scope scope = Scope.open()) {
                    StoredArrays.put(lying.length == 4 ? values.transpose(0, 2, 3, 1) : values, sink);
                }
            }));
            tensors.add(StoredArrays.tensor(key + SCALES, rows.scales()));
        });
        try {
            SafeTensors.write(file, tensors, Map.of(ERROR, Double.toString(relativeError())));
            return "they were made now and are kept in " + file
                    + CacheFolder.prune()
                            .map(warning -> "; " + warning.substring(0, warning.length() - 1))
                            .orElse("");
        } catch (Problem unwritten) {
            return "they were made now and could not be kept: "
                    + unwritten.getMessage().replaceFirst("\\.$", "");
        }
    }

    /** How many numbers were rounded and by how much, as a sentence about the part; once all weights were read. */
    String note() {
        return note;
    }
}
