package graft.model.upscale;

import graft.picture.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A picture that grows tile by tile; where tiles overlap one fades into the other, as ComfyUI's tiled scaling has it.
 *
 * <p>Used by one thread.
 */
final class UpscaleTiles {

    private final int width;
    private final int height;
    private final int overlap;
    private final int scale;
    private final List<Tile> all = new ArrayList<>();
    private final float[] sums;
    private final float[] weights;

    /** A part of the picture that comes in. */
    record Tile(int left, int top, int width, int height) {}

    UpscaleTiles(int width, int height, int side, int overlap, int scale) {
        this.width = width;
        this.height = height;
        this.overlap = overlap;
        this.scale = scale;
        int pixels = Math.multiplyExact(Math.multiplyExact(width, scale), Math.multiplyExact(height, scale));
        this.sums = new float[Math.multiplyExact(3, pixels)];
        this.weights = new float[pixels];
        boolean whole = width <= side && height <= side;
        for (int top : starts(height, side, whole)) {
            for (int left : starts(width, side, whole)) {
                all.add(new Tile(left, top, Math.min(side, width - left), Math.min(side, height - top)));
            }
        }
    }

    private List<Integer> starts(int length, int side, boolean whole) {
        List<Integer> starts = new ArrayList<>();
        if (whole || length <= side) {
            starts.add(0);
            return starts;
        }
        for (int start = 0; start < length - overlap; start += side - overlap) {
            starts.add(start);
        }
        return starts;
    }

    List<Tile> all() {
        return all;
    }

    /** @param planes of the larger tile, red, green and blue */
    void add(Tile tile, float[] planes) {
        int wide = tile.width * scale;
        int high = tile.height * scale;
        float[] across = all.size() == 1 ? ones(wide) : fading(wide);
        float[] down = all.size() == 1 ? ones(high) : fading(high);
        for (int y = 0; y < high; y++) {
            for (int x = 0; x < wide; x++) {
                float weight = down[y] * across[x];
                int to = (tile.top * scale + y) * width * scale + tile.left * scale + x;
                weights[to] += weight;
                for (int colour = 0; colour < 3; colour++) {
                    sums[3 * to + colour] += planes[(colour * high + y) * wide + x] * weight;
                }
            }
        }
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Less and less towards both ends, at the picture's edges too, where nothing else counts. */
    private float[] fading(int length) {
        float[] fading = ones(length);
        int feather = overlap * scale;
        for (int i = 0; i < feather && feather < length; i++) {
            float share = (i + 1f) / feather;
            fading[i] *= share;
            fading[length - 1 - i] *= share;
        }
        return fading;
    }

    /** What was added, within 0 to 1. */
    Picture picture() {
        for (int i = 0; i < weights.length; i++) {
            for (int colour = 0; colour < 3; colour++) {
                float value = sums[3 * i + colour] / weights[i];
                sums[3 * i + colour] = value < 0 ? 0 : value > 1 ? 1 : value;
            }
        }
        return new Picture(width * scale, height * scale, sums);
    }
}
