package graft.picture;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Ways to bring planes of numbers to another size, each as ComfyUI's {@code common_upscale} has it.
 *
 * <p>Planes lie one after the other, {@code values[(plane * height + y) * width + x]}. Unlike {@link Resampling} these do not
 * widen their filters when they shrink, but for {@link #AREA} and {@link #LANCZOS}.
 */
public enum Scaling {
    /** The nearest number: torch's "nearest-exact". */
    NEAREST {
        @Override
        float[] resized(float[] values, Sizes sizes) {
            return gathered(values, sizes, nearest(sizes.width, sizes.toWidth), nearest(sizes.height, sizes.toHeight));
        }
    },
    /** Between the two nearest, each way, corners not aligned. */
    BILINEAR {
        @Override
        float[] resized(float[] values, Sizes sizes) {
            return separated(values, sizes, Line::bilinear);
        }
    },
    /** The mean of all that is covered, each number counted whole: torch's adaptive average. */
    AREA {
        @Override
        float[] resized(float[] values, Sizes sizes) {
            return separated(values, sizes, Line::area);
        }
    },
    /** Keys's cubic convolution (1981) with a = −3/4, as torch has it. */
    BICUBIC {
        @Override
        float[] resized(float[] values, Sizes sizes) {
            return separated(values, sizes, Line::bicubic);
        }
    },
    /** Between the two nearest along the arc from one to the other, each place a vector of all planes. For latents. */
    BISLERP {
        @Override
        float[] resized(float[] values, Sizes sizes) {
            return Bislerp.resized(values, sizes);
        }
    },
    /** Pillow's Lanczos filter over numbers 0 to 1 that are cut to 256 levels first. For pictures of three planes. */
    LANCZOS {
        @Override
        float[] resized(float[] values, Sizes sizes) {
            return onBytes(values, sizes);
        }
    };

    /** From what to what. */
    record Sizes(int width, int height, int toWidth, int toHeight) {

        int from() {
            return width * height;
        }

        int to() {
            return toWidth * toHeight;
        }
    }

    /**
     * Planes of one item of a batch at another size; the array itself when the size is its own and the way leaves it as it is.
     *
     * @param values of {@code values.length / (width * height)} planes
     */
    public float[] scaled(float[] values, int width, int height, int toWidth, int toHeight) {
        if (width < 1 || height < 1 || toWidth < 1 || toHeight < 1 || values.length % (width * height) != 0) {
            throw new IllegalArgumentException(
                    values.length + " values of " + width + "×" + height + " to " + toWidth + "×" + toHeight);
        }
        boolean same = width == toWidth && height == toHeight;
        return same && this != LANCZOS && this != BISLERP
                ? values
                : resized(values, new Sizes(width, height, toWidth, toHeight));
    }

    /** As {@link #scaled(float[], int, int, int, int)}, of the part that is kept where the sides stand in another ratio. */
    public float[] scaled(float[] values, int width, int height, int toWidth, int toHeight, Crop crop) {
        Crop.Part part = crop.of(width, height, toWidth, toHeight);
        if (part.width() == width && part.height() == height) {
            return scaled(values, width, height, toWidth, toHeight);
        }
        int planes = values.length / (width * height);
        float[] kept = new float[planes * part.width() * part.height()];
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < part.height(); y++) {
                System.arraycopy(
                        values,
                        (plane * height + part.top() + y) * width + part.left(),
                        kept,
                        (plane * part.height() + y) * part.width(),
                        part.width());
            }
        }
        return scaled(kept, part.width(), part.height(), toWidth, toHeight);
    }

    /** A side so many times as long, at least 1; half ones go to the even, as in ComfyUI. */
    public static int times(int side, double factor) {
        return Math.max(1, (int) Math.rint(side * factor));
    }

    abstract float[] resized(float[] values, Sizes sizes);

    /** The weights of one line: for each number of the result, the places that count and how much. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Line(int[][] places, float[][] weights) {

        static Line bilinear(int from, int to) {
            int[][] places = new int[to][];
            float[][] weights = new float[to][];
            float ratio = (float) from / to;
            for (int i = 0; i < to; i++) {
                float at = Math.max(0, ratio * (i + 0.5f) - 0.5f);
                int low = Math.min((int) at, from - 1);
                float share = at - low;
                places[i] = new int[] {low, Math.min(low + 1, from - 1)};
                weights[i] = new float[] {1 - share, share};
            }
            return new Line(places, weights);
        }

        static Line area(int from, int to) {
            int[][] places = new int[to][];
            float[][] weights = new float[to][];
            for (int i = 0; i < to; i++) {
                int low = (int) ((long) i * from / to);
                int high = (int) (((long) (i + 1) * from + to - 1) / to);
                places[i] = IntStream.range(low, high).toArray();
                weights[i] = new float[high - low];
                Arrays.fill(weights[i], 1f / (high - low));
            }
            return new Line(places, weights);
        }

        static Line bicubic(int from, int to) {
            int[][] places = new int[to][4];
            float[][] weights = new float[to][];
            float ratio = (float) from / to;
            for (int i = 0; i < to; i++) {
                float at = ratio * (i + 0.5f) - 0.5f;
                int low = (int) Math.floor(at);
                float share = at - low;
                for (int k = 0; k < 4; k++) {
                    places[i][k] = Math.min(from - 1, Math.max(0, low - 1 + k));
                }
                weights[i] = new float[] {far(share + 1), near(share), near(1 - share), far(2 - share)};
            }
            return new Line(places, weights);
        }

        private static float near(float x) {
            return (1.25f * x - 2.25f) * x * x + 1;
        }

        private static float far(float x) {
            return ((-0.75f * x + 3.75f) * x - 6) * x + 3;
        }

        float at(float[] values, int from, int step, int i) {
            float sum = 0;
            for (int k = 0; k < places[i].length; k++) {
                sum += values[from + places[i][k] * step] * weights[i][k];
            }
            return sum;
        }
    }

    @FunctionalInterface
    private interface Lines {
        Line between(int from, int to);
    }

    /** Along the rows, then down the columns. */
    private static float[] separated(float[] values, Sizes sizes, Lines lines) {
        Line across = lines.between(sizes.width, sizes.toWidth);
        Line down = lines.between(sizes.height, sizes.toHeight);
        int planes = values.length / sizes.from();
        float[] result = new float[planes * sizes.to()];
        float[] narrowed = new float[sizes.height * sizes.toWidth];
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < sizes.height; y++) {
                for (int x = 0; x < sizes.toWidth; x++) {
                    narrowed[y * sizes.toWidth + x] = across.at(values, plane * sizes.from() + y * sizes.width, 1, x);
                }
            }
            for (int y = 0; y < sizes.toHeight; y++) {
                for (int x = 0; x < sizes.toWidth; x++) {
                    result[plane * sizes.to() + y * sizes.toWidth + x] = down.at(narrowed, x, sizes.toWidth, y);
                }
            }
        }
        return result;
    }

    private static int[] nearest(int from, int to) {
        float ratio = (float) from / to;
        return IntStream.range(0, to)
                .map(i -> Math.min(from - 1, (int) Math.floor((i + 0.5f) * ratio)))
                .toArray();
    }

    private static float[] gathered(float[] values, Sizes sizes, int[] columns, int[] rows) {
        int planes = values.length / sizes.from();
        float[] result = new float[planes * sizes.to()];
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < sizes.toHeight; y++) {
                for (int x = 0; x < sizes.toWidth; x++) {
                    result[plane * sizes.to() + y * sizes.toWidth + x] =
                            values[plane * sizes.from() + rows[y] * sizes.width + columns[x]];
                }
            }
        }
        return result;
    }

    private static float[] onBytes(float[] values, Sizes sizes) {
        if (values.length != 3 * sizes.from()) {
            throw new IllegalArgumentException("Lanczos is for one picture of three planes");
        }
        int[] bytes = new int[values.length];
        for (int i = 0; i < sizes.from(); i++) {
            for (int plane = 0; plane < 3; plane++) {
                bytes[3 * i + plane] = (int) Math.min(255, Math.max(0, 255 * values[plane * sizes.from() + i]));
            }
        }
        bytes = Resampling.resizedBytes(bytes, sizes.width, sizes.height, sizes.toWidth, sizes.toHeight);
        float[] result = new float[3 * sizes.to()];
        for (int i = 0; i < sizes.to(); i++) {
            for (int plane = 0; plane < 3; plane++) {
                result[plane * sizes.to() + i] = bytes[3 * i + plane] / 255f;
            }
        }
        return result;
    }
}
