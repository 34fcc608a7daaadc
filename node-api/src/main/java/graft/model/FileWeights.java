package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.file.MappedPages;
import graft.file.OriginalLayout.Cut;
import graft.file.OriginalLayout.Place;
import graft.node.Problem;
import graft.tensor.Operators;
import graft.tensor.Precision;
import graft.tensor.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Weights in files, by the keys that the network knows them by. */
public final class FileWeights implements Weights.Source {

    private final String name;
    /** Null once finished: its pages can be unmapped, save those that arrays lie in. */
    private TensorStore store;

    private ByteBuffer scratch;
    private final Map<String, Place> places;
    private final NDManager manager;
    /** Whether 16-bit numbers stay as they are. */
    private final boolean narrow;

    /** Of narrow weights that lie in the file; they are chosen where memory is short. */
    private final Map<String, MappedPages> pages = new HashMap<>();

    /** @param places by the network's key */
    public FileWeights(TensorStore store, Map<String, Place> places, NDManager manager) {
        this(store, places, manager, false);
    }

    private FileWeights(TensorStore store, Map<String, Place> places, NDManager manager, boolean narrow) {
        this.narrow = narrow;
        this.store = store;
        this.name = store.path().toString();
        this.places = places;
        this.manager = manager;
    }

    /** @param keys the network's key to the file's */
    public static FileWeights of(TensorStore store, Map<String, String> keys, NDManager manager) {
        Map<String, Place> places = new LinkedHashMap<>();
        keys.forEach((ours, theirs) -> places.put(ours, Place.whole(theirs)));
        return new FileWeights(store, places, manager);
    }

    /**
     * @param name the file's key to the network's
     * @param needed which of the file's keys there are for the network
     */
    public static FileWeights of(
            TensorStore store, NDManager manager, UnaryOperator<String> name, Predicate<String> needed) {
        Map<String, String> keys = new LinkedHashMap<>();
        store.names().stream().filter(needed).forEach(key -> keys.put(name.apply(key), key));
        return of(store, keys, manager);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<String> keys() {
        return places.keySet();
    }

    @Override
    public Optional<long[]> shape(String key, long[] wanted) {
        return Optional.ofNullable(places.get(key)).map(place -> place.cut().shape(store.shape(place.tensor())));
    }

    @Override
    public Weights.Source narrow() {
        return new FileWeights(store, places, manager, true);
    }

    @Override
    public int bytesPerNumber(String key) {
        return store.dtype(places.get(key).tensor()).bytes();
    }

    @Override
    public NDArray read(String key, long[] shape) {
        Place place = places.get(key);
        try (Scope scope = Scope.open()) {
            boolean kernel = shape.length == 4 && shape[2] * shape[3] > 1;
            NDArray array = place.cut() == Cut.TRANSPOSED
                    ? manager.create(transposed(store.floats(place.tensor()), shape), new Shape(shape))
                    : stored(place, new Shape(shape), kernel);
            if (narrow && !kernel && place.cut() != Cut.TRANSPOSED && array.getDataType() == DataType.FLOAT16) {
                store.pages(place.tensor()).ifPresent(lies -> pages.put(key, lies));
            }
            return scope.keep(array, manager);
        }
    }

    @Override
    public Optional<MappedPages> pages(String key) {
        return Optional.ofNullable(pages.get(key));
    }

    /** @param shape of the result */
    private static float[] transposed(float[] stored, long[] shape) {
        int rows = (int) shape[0];
        int columns = (int) shape[1];
        float[] swapped = new float[stored.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                swapped[row * columns + column] = stored[column * rows + row];
            }
        }
        return swapped;
    }

    /** Those of a weight, of the bytes of the tensor that it is stored in. */
    private static ByteBuffer cut(ByteBuffer bytes, Cut cut) {
        return switch (cut) {
            case WHOLE, TRANSPOSED -> bytes;
            default -> {
                int third = bytes.limit() / 3;
                yield bytes.slice(cut.third() * third, third).order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    /** For numbers that are copied: by way of one buffer for all, since pages of the file would stay beside the copies. */
    private NDArray passing(Place place, Shape shape, DataType type) {
        if (scratch == null) {
            long most = places.values().stream()
                    .mapToLong(each -> size(each.tensor()))
                    .max()
                    .orElse(0);
            scratch = ByteBuffer.allocateDirect(Math.toIntExact(most)).order(ByteOrder.LITTLE_ENDIAN);
        }
        store.read(place.tensor(), scratch);
        ByteBuffer bytes = scratch.slice(0, scratch.limit()).order(ByteOrder.LITTLE_ENDIAN);
        return manager.create(cut(bytes, place.cut()), shape, type);
    }

    private long size(String tensor) {
        long size = store.dtype(tensor).bytes();
        for (long axis : store.shape(tensor)) {
            size *= axis;
        }
        return size;
    }

    @Override
    public void finished() {
        scratch = null;
        store = null;
    }

    /** @param kernel whether it is to lie in channels-last memory */
    private NDArray stored(Place place, Shape shape, boolean kernel) {
        String tensor = place.tensor();
        return switch (store.dtype(tensor)) {
            case F32 -> kept(place, shape, DataType.FLOAT32, kernel);
            case F16 ->
                narrow
                        ? kept(place, shape, DataType.FLOAT16, kernel)
                        : wide(passing(place, shape, DataType.FLOAT16), kernel);
            case F64 -> wide(passing(place, shape, DataType.FLOAT64), kernel);
            // DJL ends the process when it is handed this type.
            case BF16 -> {
                NDArray wide = manager.create(cut(store.floats(tensor), place.cut()), shape);
                NDArray laid = kernel ? Operators.channelsLast(wide) : wide;
                yield narrow ? Operators.converted(laid, Precision.BF16) : laid;
            }
            default ->
                throw new Problem(
                        "cannot load " + name,
                        "\"" + tensor + "\" is stored as " + store.dtype(tensor)
                                + " where a floating-point type is expected",
                        "convert the model to fp16, bf16 or fp32");
        };
    }

    /** A copy in float32. */
    private static NDArray wide(NDArray stored, boolean kernel) {
        return kernel ? Operators.wideChannelsLast(stored) : Operators.toFloat(stored);
    }

    private NDArray kept(Place place, Shape shape, DataType type, boolean kernel) {
        // On the CPU this aliases a file's private mapping, which the array's buffer keeps alive.
        return kernel
                ? Operators.channelsLast(passing(place, shape, type))
                : manager.create(cut(store.bytes(place.tensor()), place.cut()), shape, type);
    }

    private static float[] cut(float[] all, Cut cut) {
        if (cut == Cut.WHOLE || cut == Cut.TRANSPOSED) {
            return all;
        }
        int third = all.length / 3;
        return java.util.Arrays.copyOfRange(all, cut.third() * third, (cut.third() + 1) * third);
    }
}
