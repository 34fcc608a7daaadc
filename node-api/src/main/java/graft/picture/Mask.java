package graft.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.node.SocketType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where something is to happen, of one or more pictures of one size: 1 wholly, 0 not at all. On the heap: nobody frees it.
 *
 * <p>Immutable by agreement: whoever holds one never writes to a plane.
 *
 * @param planes one for each picture, at least one: {@code plane[y * width + x]}, values 0 to 1
 */
@SocketType(id = "graft/mask", title = "Mask", color = "#81C784")
public record Mask(int width, int height, List<float[]> planes) {

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
        return toWidth == width && toHeight == height
                ? this
                : new Mask(
                        toWidth,
                        toHeight,
                        planes.stream()
                                .map(plane -> way.scaled(plane, width, height, toWidth, toHeight))
                                .toList());
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
}
