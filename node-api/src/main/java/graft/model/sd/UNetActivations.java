package graft.model.sd;

import graft.model.Learns;
import graft.model.RecordedBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * What libtorch's record of a UNet's forward pass holds, block by block, counted from the operators' own steps.
 *
 * <p>Depends on what learns: a layer's input is kept only where the layer's weights, or low-rank factors beside them, learn.
 */
final class UNetActivations {

    private final UNetConfig config;
    private final Learns learns;
    private final long batch;
    private final long tokens;
    private final List<RecordedBlock> blocks = new ArrayList<>();

    private UNetActivations(UNetConfig config, Learns learns, long batch, long tokens) {
        this.config = config;
        this.learns = learns;
        this.batch = batch;
        this.tokens = tokens;
    }

    /**
     * The blocks in the order in which they run.
     *
     * @param height of the latents
     * @param width of the latents
     * @param tokens of a prompt
     */
    static List<RecordedBlock> of(UNetConfig config, Learns learns, int batch, int height, int width, int tokens) {
        UNetActivations activations = new UNetActivations(config, learns, batch, tokens);
        activations.count(height, width);
        return activations.blocks;
    }

    private void count(int height, int width) {
        int last = config.levels() - 1;
        long[] area = new long[last + 1];
        for (int level = 0; level <= last; level++) {
            area[level] = (long) halved(height, level) * halved(width, level);
        }
        List<Long> skips = new ArrayList<>();
        long channels = config.channels().get(0);
        add(batch * area[0] * channels, batch * area[0] * channels, 9L * config.inChannels() * channels);
        skips.add(channels);
        for (int level = 0; level <= last; level++) {
            long out = config.channels().get(level);
            for (int layer = 0; layer < config.layers().get(level); layer++) {
                layer(channels, 0, out, area[level], config.downAttention().get(level), level);
                channels = out;
                skips.add(channels);
            }
            if (level < last) {
                add(batch * area[level + 1] * out, batch * area[level + 1] * out, 9 * out * out);
                skips.add(channels);
            }
        }
        middle(channels, area[last], last);
        for (int level = last; level >= 0; level--) {
            long out = config.channels().get(level);
            for (int layer = 0; layer <= config.layers().get(level); layer++) {
                long skip = skips.remove(skips.size() - 1);
                layer(channels, skip, out, area[level], config.upAttention().get(last - level), level);
                channels = out;
            }
            if (level > 0) {
                long enlarged = batch * area[level - 1] * out;
                add(2 * enlarged, enlarged, 9 * out * out);
            }
        }
        long head = batch * area[0] * channels;
        add(2 * head, batch * area[0] * config.outChannels(), 9 * channels * config.outChannels());
    }

    private static int halved(int side, int times) {
        int halved = side;
        for (int i = 0; i < times; i++) {
            halved = (halved + 1) / 2;
        }
        return halved;
    }

    private void add(long kept, long result, long numbers) {
        blocks.add(new RecordedBlock(Float.BYTES * kept, Float.BYTES * result, numbers));
    }

    private void layer(long x, long skip, long out, long area, boolean attends, int level) {
        addResnet(x, skip, out, area);
        if (attends) {
            addTransformer(out, area, level);
        }
    }

    private void middle(long channels, long area, int level) {
        addResnet(channels, 0, channels, area);
        addTransformer(channels, area, level);
        addResnet(channels, 0, channels, area);
    }

    private void addResnet(long x, long skip, long out, long area) {
        add(resnet(x, skip, out, area), batch * area * out, resnetNumbers(x + skip, out));
    }

    /** Joined input, normed and activated before each convolution, and both convolutions' results. */
    private long resnet(long x, long skip, long out, long area) {
        long in = x + skip;
        long positions = batch * area;
        long joined = skip > 0 ? in : 0;
        return positions * (joined + in + out + 2 * out)
                + convolutionInput(in, out, positions)
                + convolutionInput(out, out, positions);
    }

    private long convolutionInput(long in, long out, long positions) {
        if (positions <= fewPositions(in * out)) {
            return learns == Learns.ALL ? 9 * in * positions : 0;
        }
        return in * positions;
    }

    /** At so many positions convolutions gather their windows: the operators' own bounds. */
    private long fewPositions(long kernels) {
        if (kernels >= 600_000 && learns == Learns.ALL) {
            return 640;
        }
        return kernels >= 1_200_000 ? 320 : kernels >= 262_144 ? 160 : 0;
    }

    private long resnetNumbers(long in, long out) {
        long shortcut = in == out ? 0 : in * out;
        return 9 * in * out + 9 * out * out + (long) config.timeWidth() * out + shortcut;
    }

    /** Its beginning, each of its blocks, and its end. */
    private void addTransformer(long width, long area, int level) {
        long states = batch * area * width;
        // Queries, keys, values and result twice (keys and values of the text apart), three sums, gated feed-forward.
        long always = 4 + 2 + 3 + 12;
        long more =
                switch (learns) {
                    case NOTHING -> 0;
                    case LOW_RANK -> 2;
                    case ALL -> 3 + 4;
                };
        long text = 2 * batch * tokens * width;
        long words = config.contextWidths().get(level);
        long numbers = 6 * width * width + 2 * width * words + 12 * width * width;
        add(states, states, width * width);
        for (int i = 0; i < config.transformerLayers().get(level); i++) {
            add(states * (always + more) + text, states, numbers);
        }
        add(learns == Learns.ALL ? 2 * states : 0, states, width * width);
    }
}
