package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.PromptChunk;
import graft.model.Weighting;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The chunks of prompts as one text encoder reads them together, and how what it gives for them is weighed and put together.
 *
 * <p>States of prompts of fewer chunks are repeated until all are as long, which attention cannot tell from the prompt alone.
 */
final class ChunkBatch {

    private final List<List<PromptChunk>> prompts;
    private final List<PromptChunk> chunks;
    private final Weighting weighting;
    private final PromptChunk empty;
    private final boolean isWeighted;

    /** @param empty the empty prompt, which ComfyUI's weights move states away from */
    ChunkBatch(List<List<PromptChunk>> prompts, Weighting weighting, PromptChunk empty) {
        this.prompts = prompts;
        this.weighting = weighting;
        this.empty = empty;
        chunks = prompts.stream().flatMap(List::stream).toList();
        isWeighted = chunks.stream().anyMatch(PromptChunk::isWeighted);
    }

    /** The tokens of all chunks, and where it matters of the empty prompt behind them. */
    int[][] ids() {
        List<PromptChunk> rows = new ArrayList<>(chunks);
        if (isWeighted && weighting == Weighting.COMFYUI) {
            rows.add(empty);
        }
        return rows.stream().map(PromptChunk::ids).toArray(int[][]::new);
    }

    /**
     * What the states of {@link #ids} become, one row for each chunk.
     *
     * @param states [rows,t,d]; returned themselves where nothing is weighed
     */
    NDArray weighted(NDArray states) {
        if (!isWeighted) {
            return states;
        }
        NDManager manager = states.getManager();
        NDArray own = states.get(new NDIndex("0:" + chunks.size()));
        NDArray weights = column(manager, (chunk, at) -> chunk.weights()[at]);
        if (weighting == Weighting.COMFYUI) {
            NDArray nothing = states.get(new NDIndex(chunks.size() + ":" + (chunks.size() + 1)));
            return NDArrays.where(
                    weights.eq(1).broadcast(own.getShape()),
                    own,
                    own.sub(nothing).mul(weights).add(nothing));
        }
        NDArray times = own.mul(weights);
        return NDArrays.where(
                column(manager, (chunk, at) -> chunk.isWeighted() ? 0 : 1).eq(1).broadcast(own.getShape()),
                own,
                times.mul(means(own).div(means(times))));
    }

    /** Of each chunk, [chunks,1,1]. */
    private static NDArray means(NDArray states) {
        long n = states.getShape().get(0);
        int[] each = {1};
        return states.reshape(n, -1).mean(each, true).reshape(n, 1, 1);
    }

    /** A number for each token of each chunk. */
    private interface Numbers {
        float of(PromptChunk chunk, int at);
    }

    /** [chunks,t,1]. */
    private NDArray column(NDManager manager, Numbers numbers) {
        int tokens = empty.ids().length;
        float[] all = new float[chunks.size() * tokens];
        for (int i = 0; i < all.length; i++) {
            all[i] = numbers.of(chunks.get(i / tokens), i % tokens);
        }
        return manager.create(all, new Shape(chunks.size(), tokens, 1));
    }

    /**
     * The row of each prompt's first chunk.
     *
     * @param rows of all chunks, and perhaps of the empty prompt
     */
    NDArray first(NDArray rows) {
        if (rows.getShape().get(0) == prompts.size()) {
            return rows;
        }
        NDList firsts = new NDList();
        int at = 0;
        for (List<PromptChunk> prompt : prompts) {
            firsts.add(rows.get(new NDIndex(at + ":" + (at + 1))));
            at += prompt.size();
        }
        return NDArrays.concat(firsts, 0);
    }

    /**
     * The states of each prompt's chunks one after the other, of several text encoders side by side: where one reads fewer chunks
     * of a prompt than the other, as many as both do, as in ComfyUI.
     *
     * @param states of each batch, [chunks,t,d]
     * @return [n,t,d]
     */
    static NDArray joined(List<ChunkBatch> batches, List<NDArray> states) {
        List<List<PromptChunk>> prompts = batches.get(0).prompts;
        if (batches.stream().allMatch(batch -> batch.chunks.size() == batch.prompts.size())) {
            return sideBySide(states);
        }
        int[] at = new int[batches.size()];
        List<NDArray> rows = new ArrayList<>();
        for (int prompt = 0; prompt < prompts.size(); prompt++) {
            List<NDArray> own = new ArrayList<>();
            int read = Integer.MAX_VALUE;
            for (ChunkBatch batch : batches) {
                read = Math.min(read, batch.prompts.get(prompt).size());
            }
            for (int part = 0; part < batches.size(); part++) {
                NDArray chunks = states.get(part).get(new NDIndex(at[part] + ":" + (at[part] + read)));
                own.add(chunks.reshape(1, -1, chunks.getShape().get(2)));
                at[part] += batches.get(part).prompts.get(prompt).size();
            }
            rows.add(sideBySide(own));
        }
        long tokens = rows.stream().mapToLong(row -> row.getShape().get(1)).reduce(1, ChunkBatch::common);
        NDList all = new NDList();
        rows.forEach(row ->
                all.add(repeated(row, Math.toIntExact(tokens / row.getShape().get(1)))));
        return NDArrays.concat(all, 0);
    }

    private static NDArray repeated(NDArray row, int times) {
        return times == 1 ? row : NDArrays.concat(new NDList(Collections.nCopies(times, row)), 1);
    }

    private static NDArray sideBySide(List<NDArray> states) {
        return states.size() == 1 ? states.get(0) : NDArrays.concat(new NDList(states), 2);
    }

    /** The least common multiple. */
    private static long common(long one, long other) {
        return BigInteger.valueOf(one)
                .multiply(BigInteger.valueOf(other))
                .divide(BigInteger.valueOf(one).gcd(BigInteger.valueOf(other)))
                .longValueExact();
    }
}
