package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A network of local windows computed tile by tile: neighbours overlap by a quarter of a tile, in which one fades into the other.
 *
 * <p>What looks at a whole map, such as a group norm, sees a tile instead, so that numbers differ from those of the whole. As
 * diffusers' {@code tiled_decode}, but that tiles lie evenly and none is cut short.
 *
 * @param side of a tile in latent positions, 4 or more
 * @param in numbers along a side of what goes in, for each latent position
 * @param out likewise of what comes out
 */
record Tiles(int side, int in, int out) {

    /** A stretch along one axis, in latent positions, and the share of each number that comes out of it in the whole. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Stretch(int start, int length, float[] shares) {}

    /**
     * Computes it.
     *
     * @param input [1,c,h,w] float32, its sides multiples of {@code in}
     * @param network gives [1,d,h,w] for a tile
     * @return owned by the input's manager and the thread's innermost scope
     */
    NDArray through(NDArray input, UnaryOperator<NDArray> network) {
        int height = (int) input.getShape().get(2) / in;
        int width = (int) input.getShape().get(3) / in;
        float[] sum = null;
        long channels = 0;
        for (Stretch rows : stretches(height)) {
            for (Stretch columns : stretches(width)) {
                float[] tile;
                try (Scope scope = Scope.open()) {
                    NDArray result = network.apply(cut(input, rows, columns));
                    channels = result.getShape().get(1);
                    tile = result.toFloatArray();
                }
                if (sum == null) {
                    sum = new float[Math.toIntExact(channels * height * width * out * out)];
                }
                add(tile, rows, columns, sum, width * out, height * out);
            }
        }
        return input.getManager().create(sum, new Shape(1, channels, (long) height * out, (long) width * out));
    }

    private NDArray cut(NDArray input, Stretch rows, Stretch columns) {
        return input.get(new NDIndex(
                        ":, :, {}:{}, {}:{}",
                        rows.start * in,
                        (rows.start + rows.length) * in,
                        columns.start * in,
                        (columns.start + columns.length) * in))
                .duplicate();
    }

    private void add(float[] tile, Stretch rows, Stretch columns, float[] sum, int width, int height) {
        int tileWidth = columns.length * out;
        int tileHeight = rows.length * out;
        for (int channel = 0; channel < tile.length / (tileWidth * tileHeight); channel++) {
            for (int y = 0; y < tileHeight; y++) {
                int from = (channel * tileHeight + y) * tileWidth;
                int to = (channel * height + rows.start * out + y) * width + columns.start * out;
                for (int x = 0; x < tileWidth; x++) {
                    sum[to + x] += rows.shares[y] * columns.shares[x] * tile[from + x];
                }
            }
        }
    }

    private List<Stretch> stretches(int length) {
        int count = length <= side ? 1 : (length - overlap() - 1) / (side - overlap()) + 1;
        int[] starts = new int[count];
        for (int i = 1; i < count; i++) {
            starts[i] = Math.round((float) i * (length - side) / (count - 1));
        }
        List<float[]> weights = new ArrayList<>();
        double[] total = new double[length * out];
        for (int i = 0; i < count; i++) {
            float[] weight = weight(starts, i, Math.min(side, length));
            weights.add(weight);
            for (int at = 0; at < weight.length; at++) {
                total[starts[i] * out + at] += weight[at];
            }
        }
        List<Stretch> stretches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] shares = weights.get(i);
            for (int at = 0; at < shares.length; at++) {
                shares[at] = (float) (shares[at] / total[starts[i] * out + at]);
            }
            stretches.add(new Stretch(starts[i], Math.min(side, length), shares));
        }
        return stretches;
    }

    private int overlap() {
        return side / 4;
    }

    /** 1, and ramps where a neighbour overlaps. */
    private float[] weight(int[] starts, int tile, int length) {
        float[] weight = new float[length * out];
        int before = tile == 0 ? 0 : (starts[tile - 1] + length - starts[tile]) * out;
        int after = tile == starts.length - 1 ? 0 : (starts[tile] + length - starts[tile + 1]) * out;
        for (int at = 0; at < weight.length; at++) {
            double rising = at < before ? (at + 0.5) / before : 1;
            int left = weight.length - at;
            double falling = left <= after ? (left - 0.5) / after : 1;
            weight[at] = (float) Math.min(rising, falling);
        }
        return weight;
    }
}
