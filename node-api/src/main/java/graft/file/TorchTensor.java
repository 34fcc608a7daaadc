package graft.file;

import graft.file.SafeTensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor of a {@link TorchFile}: a view of a storage by offset and strides. */
public final class TorchTensor {

    static final int MOST_DIMENSIONS = 16;

    /** Gives the bytes of a storage, each time anew. */
    @FunctionalInterface
    interface Bytes {
        /** @throws graft.node.Problem naming the file when it can no longer be read */
        ByteBuffer get();
    }

    /** Numbers in a row, of which tensors are views. Old files bring them after the tensors. */
    static final class Storage {

        private final DType dtype;
        private final long elements;
        private Bytes littleEndian = () -> ByteBuffer.allocate(0);

        Storage(DType dtype, long elements) {
            this.dtype = dtype;
            this.elements = elements;
        }

        long bytes() {
            return Math.multiplyExact(elements, (long) dtype.bytes());
        }

        /** @param bytes at least as many as {@link #bytes} */
        void fill(ByteBuffer bytes) {
            littleEndian = () -> bytes;
        }

        /** @param source of at least as many as {@link #bytes}, asked whenever a tensor is read */
        void from(Bytes source) {
            littleEndian = source;
        }
    }

    private final Storage storage;
    private final int offset;
    private final long[] shape;
    private final long[] strides;
    private final int elements;

    private TorchTensor(Storage storage, int offset, long[] shape, long[] strides, int elements) {
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        this.elements = elements;
    }

    /**
     * A view of a storage.
     *
     * @param offset of the first element, in elements, as the strides are
     * @throws IllegalArgumentException when it reaches beyond the storage, or has more elements than that
     */
    static TorchTensor of(Storage storage, long offset, long[] shape, long[] strides) {
        if (shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "a tensor has " + shape.length + " dimensions and " + strides.length + " strides");
        }
        try {
            long elements = 1;
            long last = offset;
            for (int i = 0; i < shape.length; i++) {
                if (shape[i] < 0 || strides[i] < 0) {
                    throw new IllegalArgumentException("a tensor has a negative size or stride");
                }
                elements = Math.multiplyExact(elements, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
            }
            if (offset < 0 || elements > storage.elements || (elements > 0 && last >= storage.elements)) {
                throw new IllegalArgumentException(
                        "a tensor reaches beyond the " + storage.elements + " numbers stored for it");
            }
            return new TorchTensor(
                    storage, elements == 0 ? 0 : Math.toIntExact(offset), shape, strides, Math.toIntExact(elements));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a tensor is too large for any file", e);
        }
    }

    public long[] shape() {
        return shape.clone();
    }

    /** What one element is. */
    public DType dtype() {
        return storage.dtype;
    }

    /** Whether its elements lie row by row in the storage. */
    private boolean isInARow() {
        long next = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            if (shape[d] != 1 && strides[d] != next) {
                return false;
            }
            next *= shape[d];
        }
        return true;
    }

    /**
     * The elements row by row, little-endian, from position 0 to the limit; not to be written to.
     *
     * @throws graft.node.Problem naming the file when it can no longer be read
     */
    public ByteBuffer bytes() {
        ByteBuffer all = storage.littleEndian.get();
        int size = storage.dtype.bytes();
        if (isInARow()) {
            return all.slice(Math.multiplyExact(offset, size), Math.multiplyExact(elements, size))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer inARow = ByteBuffer.allocate(Math.multiplyExact(elements, size));
        long[] at = new long[shape.length];
        for (int i = 0; i < elements; i++) {
            long element = offset;
            for (int d = 0; d < at.length; d++) {
                element += at[d] * strides[d];
            }
            inARow.put(all.slice(Math.toIntExact(element * size), size));
            for (int d = at.length - 1; d >= 0 && ++at[d] == shape[d]; d--) {
                at[d] = 0;
            }
        }
        return inARow.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The elements row by row, widened or rounded to 32-bit floats whatever their type. */
    public float[] floats() {
        float[] floats = new float[elements];
        ByteBuffer bytes = bytes();
        for (int i = 0; i < elements; i++) {
            floats[i] = (float) SafeTensors.element(bytes, storage.dtype);
        }
        return floats;
    }
}
