package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.model.Attention;
import graft.model.NetworkHook;
import graft.model.NetworkPass;
import java.util.Collections;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Attentions of positions among themselves in tiles: each tile of queries looks at a part of the others alone, as many of them in one
 * stretch, which takes so many times less memory and time (tfernd, 2023, "HyperTile").
 *
 * <p>As ComfyUI's {@code nodes_hypertile.py} has it, queries are in tiles and keys in stretches of rows; a picture that is not square is cut
 * as if it stood the other way round. Where more than two sizes of tiles are to choose from, that of a pass is chosen by a
 * sequence of numbers that begins anew with each walk; ComfyUI's is another one.
 */
public final class HyperTile implements NetworkHook {

    private final int tileSize;
    private final int choices;
    private final int depth;
    private final boolean larger;
    private final Map<Object, Walk> walks = Collections.synchronizedMap(new WeakHashMap<>());

    /** What is known of a walk. */
    private static final class Walk {

        private long height;
        private long width;
        private final SplittableRandom random = new SplittableRandom(1);
    }

    /**
     * Tiles of some size.
     *
     * @param tileSize the least that a tile has each way, in latents; 1 or more
     * @param choices how many sizes of tiles there are to choose from, from the smallest one on; 1 or more
     * @param depth the levels of the network that are tiled: 0 is the outermost alone
     * @param larger whether tiles have twice as many positions each way from level to level
     */
    public HyperTile(int tileSize, int choices, int depth, boolean larger) {
        this.tileSize = tileSize;
        this.choices = choices;
        this.depth = depth;
        this.larger = larger;
    }

    private Walk walk(NetworkPass pass) {
        return walks.computeIfAbsent(pass.walk(), any -> new Walk());
    }

    /** Looks at how large the latents are. */
    @Override
    public NDArray block(String block, NDArray output, NetworkPass pass) {
        if (block.equals("conv_in")) {
            Walk walk = walk(pass);
            walk.height = output.getShape().get(2);
            walk.width = output.getShape().get(3);
        }
        return output;
    }

    @Override
    public boolean attends(String layer, NetworkPass pass) {
        return layer.endsWith(".attn1");
    }

    @Override
    public NDArray attention(Attention attention, Function<Attention, NDArray> next) {
        Walk walk = walk(attention.pass());
        long positions = attention.queries().getShape().get(1);
        int level = level(positions, walk);
        // The wrong way round, as there.
        double aspect = (double) walk.width / walk.height;
        long height = (long) Math.rint(Math.sqrt(positions * aspect));
        long width = (long) Math.rint(Math.sqrt(positions / aspect));
        if (level < 0 || height * width != positions) {
            return next.apply(attention);
        }
        int least = tileSize << (larger ? level : 0);
        long down = parts(height, least, walk.random);
        long right = parts(width, least, walk.random);
        return down * right == 1
                ? next.apply(attention)
                : tiled(attention, next, down, height / down, right, width / right);
    }

    /** The level of a map of so many positions; -1 for one that is not tiled. */
    private int level(long positions, Walk walk) {
        return IntStream.rangeClosed(0, depth)
                .filter(level -> positions << (2 * level) == walk.height * walk.width)
                .findFirst()
                .orElse(-1);
    }

    /** In how many parts a side is cut. */
    private long parts(long side, int least, SplittableRandom random) {
        long[] sizes = IntStream.rangeClosed((int) Math.min(least, side), (int) side)
                .filter(size -> side % size == 0)
                .limit(choices)
                .mapToLong(size -> side / size)
                .toArray();
        // The last one is never chosen there.
        return sizes[sizes.length > 2 ? random.nextInt(sizes.length - 1) : 0];
    }

    private static NDArray tiled(
            Attention attention, Function<Attention, NDArray> next, long down, long height, long right, long width) {
        NDArray queries = attention.queries();
        long batch = queries.getShape().get(0);
        long channels = queries.getShape().get(2);
        long tiles = batch * down * right;
        NDArray tiled = queries.reshape(batch, down, height, right, width, channels)
                .transpose(0, 1, 3, 2, 4, 5)
                .reshape(tiles, height * width, channels);
        return next.apply(attention.with(
                        tiled,
                        attention.keys().reshape(tiles, -1, channels),
                        attention.values().reshape(tiles, -1, channels)))
                .reshape(batch, down, right, height, width, channels)
                .transpose(0, 1, 3, 2, 4, 5)
                .reshape(batch, -1, channels);
    }
}
