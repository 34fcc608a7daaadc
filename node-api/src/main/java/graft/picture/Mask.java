package graft.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.node.SocketType;
import graft.node.Sound;
import graft.tensor.Finite;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Where something is to happen, of one or more pictures of one size: 1 wholly, 0 not at all. On the heap: nobody frees it.
 *
 * <p>Immutable by agreement: whoever holds one never writes to a plane.
 *
 * @param planes one for each picture, at least one: {@code plane[y * width + x]}, values 0 to 1
 */
@SocketType(id = "graft/mask", title = "Mask", color = "#81C784")
public record Mask(int width, int height, List<float[]> planes) implements Sound {

    public Mask {
        planes = List.copyOf(planes);
        if (planes.isEmpty() || width < 1 || height < 1) {
            throw new IllegalArgumentException("an empty mask");
        }
        for (float[] plane : planes) {
            if (plane.length != Math.multiplyExact(width, height)) {
                throw new IllegalArgumentException(plane.length + " values for " + width + "×" + height);
            }
        }
    }

    /** One plane of one value. */
    public static Mask filled(int width, int height, float value) {
        float[] plane = new float[Math.multiplyExact(width, height)];
        Arrays.fill(plane, value);
        return new Mask(width, height, List.of(plane));
    }

    /** For how many pictures it is. */
    public int count() {
        return planes.size();
    }

    /** The same at another size; itself when the size is its own. */
    public Mask scaled(int toWidth, int toHeight, Scaling way) {
        return scaled(toWidth, toHeight, way, Crop.NONE);
    }

    /** As {@link #scaled(int, int, Scaling)}, of the part that is kept where the sides stand in another ratio. */
    public Mask scaled(int toWidth, int toHeight, Scaling way, Crop crop) {
        return toWidth == width && toHeight == height
                ? this
                : map(toWidth, toHeight, plane -> way.scaled(plane, width, height, toWidth, toHeight, crop));
    }

    /** Each value whole, 0 or 1; a half is 0. */
    public Mask rounded() {
        return map(value -> (float) Math.rint(value));
    }

    /** What becomes of each value. */
    public Mask map(UnaryOperator<Float> change) {
        return map(width, height, plane -> {
            float[] other = new float[plane.length];
            for (int i = 0; i < plane.length; i++) {
                other[i] = change.apply(plane[i]);
            }
            return other;
        });
    }

    /**
     * The rounded mask, grown by a square: 1 wherever a square of so many pixels around holds a 1.
     *
     * @param side of the square, whose middle is half a pixel further down and right where it is even; 0 and 1 grow nothing
     */
    public Mask grown(int side) {
        return rounded().map(width, height, plane -> {
            // a square is a line across, then a line down
            float[] wide = new float[plane.length];
            for (int y = 0; y < height; y++) {
                grow(plane, wide, y * width, 1, width, side);
            }
            float[] grown = new float[plane.length];
            for (int x = 0; x < width; x++) {
                grow(wide, grown, x, width, height, side);
            }
            return grown;
        });
    }

    private static void grow(float[] from, float[] to, int start, int step, int length, int side) {
        for (int i = 0; i < length; i++) {
            int first = i - side / 2;
            for (int k = Math.max(0, first); k < Math.min(length, first + Math.max(1, side)); k++) {
                to[start + i * step] = Math.max(to[start + i * step], from[start + k * step]);
            }
        }
    }

    /** A part of it, which must lie within. */
    public Mask cut(int left, int top, int toWidth, int toHeight) {
        return map(toWidth, toHeight, plane -> {
            float[] part = new float[toWidth * toHeight];
            for (int y = 0; y < toHeight; y++) {
                System.arraycopy(plane, (top + y) * width + left, part, y * toWidth, toWidth);
            }
            return part;
        });
    }

    private Mask map(int toWidth, int toHeight, UnaryOperator<float[]> change) {
        return new Mask(toWidth, toHeight, planes.stream().map(change).toList());
    }

    /** The same for so many pictures: the first of its planes, or all of them over and over. */
    public Mask repeated(int count) {
        if (count == count()) {
            return this;
        }
        return new Mask(
                width,
                height,
                IntStream.range(0, count)
                        .mapToObj(i -> planes.get(i % planes.size()))
                        .toList());
    }

    /** As one array float32 [n, 1, h, w] of the manager's and of the innermost scope. */
    public NDArray array(NDManager manager) {
        NDList all = new NDList();
        planes.forEach(plane -> all.add(manager.create(plane, new Shape(1, 1, height, width))));
        return all.size() == 1 ? all.get(0) : NDArrays.concat(all, 0);
    }

    @Override
    public Optional<String> fault() {
        return planes.stream().allMatch(Finite::all)
                ? Optional.empty()
                : Optional.of("holds a mask with NaN or infinite numbers");
    }

    @Override
    public BooleanSupplier seal() {
        int[] before = contents();
        return () -> Arrays.equals(before, contents());
    }

    private int[] contents() {
        return planes.stream().mapToInt(Arrays::hashCode).toArray();
    }
}
