package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Attention;
import graft.model.NetworkHook;
import graft.model.NetworkPass;
import graft.tensor.Operators;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Looks on in a network, and keeps at which places of a picture its middle looked more than at others when it was last asked about a
 * negative prompt. One for each walk; used by one thread.
 */
final class AttendedPlaces implements NetworkHook {

    private static final String LAYER = "mid_block.attentions.0.transformer_blocks.0.attn1";

    /** What all places together look at one, where each looks at all alike. */
    private static final float USUAL = 1;

    private final Map<Integer, Seen> pictures = new HashMap<>();

    /** How much a map's places are looked at, row by row. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Seen(int height, int width, float[] looks) {}

    @Override
    public boolean attends(String layer, NetworkPass pass) {
        return layer.equals(LAYER);
    }

    @Override
    public NDArray attention(Attention attention, Function<Attention, NDArray> next) {
        List<NetworkPass.Row> rows = attention.pass().rows();
        // Backwards, so that of several negative prompts the first one counts.
        for (int row = rows.size() - 1; row >= 0; row--) {
            if (rows.get(row).negative()) {
                pictures.put(
                        rows.get(row).picture(),
                        new Seen(attention.height(), attention.width(), looks(attention, row)));
            }
        }
        return next.apply(attention);
    }

    /** The mean over the heads of softmax(q·kᵀ/√d), summed up over the queries. */
    private static float[] looks(Attention attention, int row) {
        NDArray queries = heads(attention.queries(), attention.heads(), row);
        NDArray keys = heads(attention.keys(), attention.heads(), row);
        double scale = 1 / Math.sqrt((double) queries.getShape().get(2));
        int[] heads = {0};
        return queries.matMul(keys.transpose(0, 2, 1))
                .mul((float) scale)
                .softmax(-1)
                .mean(heads)
                .sum(heads)
                .toFloatArray();
    }

    /** [heads,positions,d]. */
    private static NDArray heads(NDArray all, int heads, int row) {
        long positions = all.getShape().get(1);
        return Operators.toFloat(all.get(row)).reshape(positions, heads, -1).transpose(1, 0, 2);
    }

    /** 1 at the latents that were looked at more than usual and 0 at others, [pictures,1,h,w]. */
    NDArray mask(NDManager owner, Shape latents) {
        int count = Math.toIntExact(latents.get(0));
        int height = Math.toIntExact(latents.get(2));
        int width = Math.toIntExact(latents.get(3));
        float[] mask = new float[count * height * width];
        for (int i = 0; i < mask.length; i++) {
            Seen seen = pictures.get(i / (height * width));
            int y = i / width % height * seen.height() / height;
            int x = i % width * seen.width() / width;
            mask[i] = seen.looks()[y * seen.width() + x] > USUAL ? 1 : 0;
        }
        return owner.create(mask, new Shape(count, 1, height, width));
    }
}
