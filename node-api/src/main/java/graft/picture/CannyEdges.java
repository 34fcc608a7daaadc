package graft.picture;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Edges of a picture (Canny, 1986), as kornia 0.8.1 finds them for ComfyUI's node of that name. */
public final class CannyEdges {

    private static final float EPSILON = 1e-6f;

    /** Along a gradient by eighths of a turn, from the right downwards. */
    private static final int[] ACROSS = {1, 1, 0, -1, -1, -1, 0, 1};

    private static final int[] DOWN = {0, 1, 1, 1, 0, -1, -1, -1};

    private final int width;
    private final int height;

    private CannyEdges(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /**
     * White where there is an edge, black elsewhere.
     *
     * @param low how steep an edge has to be that goes on from another, by the sums of Sobel's operator over values 0 to 1
     * @param high how steep one has to be that begins
     */
    public static Picture of(Picture picture, float low, float high) {
        CannyEdges edges = new CannyEdges(picture.width(), picture.height());
        boolean[] found = edges.found(edges.steepest(edges.blurred(edges.grey(picture.rgb()))), low, high);
        float[] rgb = new float[3 * found.length];
        for (int i = 0; i < found.length; i++) {
            if (found[i]) {
                Arrays.fill(rgb, 3 * i, 3 * i + 3, 1);
            }
        }
        return new Picture(picture.width(), picture.height(), rgb);
    }

    private float[] grey(float[] rgb) {
        float[] grey = new float[width * height];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = 0.299f * rgb[3 * i] + 0.587f * rgb[3 * i + 1] + 0.114f * rgb[3 * i + 2];
        }
        return grey;
    }

    /** By a Gaussian of deviation 1 over five pixels each way; the picture goes on as in a mirror at its edges. */
    private float[] blurred(float[] grey) {
        float[] weights = new float[5];
        float sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) Math.exp(-(i - 2) * (i - 2) / 2.0);
            sum += weights[i];
        }
        float[] rows = new float[grey.length];
        float[] blurred = new float[grey.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int k = -2; k <= 2; k++) {
                    rows[y * width + x] += weights[k + 2] / sum * grey[y * width + mirrored(x + k, width)];
                }
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int k = -2; k <= 2; k++) {
                    blurred[y * width + x] += weights[k + 2] / sum * rows[mirrored(y + k, height) * width + x];
                }
            }
        }
        return blurred;
    }

    private static int mirrored(int at, int length) {
        int within = at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at;
        return Math.max(0, Math.min(length - 1, within));
    }

    /** How steep it is where it is steeper than at both neighbours along the gradient, 0 elsewhere. */
    private float[] steepest(float[] values) {
        float[] steepness = new float[values.length];
        int[] direction = new int[values.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float across = at(values, x + 1, y - 1)
                        + 2 * at(values, x + 1, y)
                        + at(values, x + 1, y + 1)
                        - at(values, x - 1, y - 1)
                        - 2 * at(values, x - 1, y)
                        - at(values, x - 1, y + 1);
                float down = at(values, x - 1, y + 1)
                        + 2 * at(values, x, y + 1)
                        + at(values, x + 1, y + 1)
                        - at(values, x - 1, y - 1)
                        - 2 * at(values, x, y - 1)
                        - at(values, x + 1, y - 1);
                int i = y * width + x;
                steepness[i] = (float) Math.sqrt(across * across + down * down + EPSILON);
                direction[i] = Math.floorMod((int) Math.rint(Math.atan2(down, across) * 4 / Math.PI), 8);
            }
        }
        float[] steepest = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            if (steepness[i] > beside(steepness, i, direction[i])
                    && steepness[i] > beside(steepness, i, (direction[i] + 4) % 8)) {
                steepest[i] = steepness[i];
            }
        }
        return steepest;
    }

    /** The value at a place, or at the nearest one in the picture. */
    private float at(float[] values, int x, int y) {
        return values[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))];
    }

    private float beside(float[] steepness, int i, int direction) {
        int next = next(i, direction);
        return next < 0 ? 0 : steepness[next];
    }

    /** The neighbour in a direction; below 0 outside of the picture. */
    private int next(int i, int direction) {
        int x = i % width + ACROSS[direction];
        int y = i / width + DOWN[direction];
        return x < 0 || x >= width || y < 0 || y >= height ? -1 : y * width + x;
    }

    /** What is steep enough to begin, and what goes on from it. */
    private boolean[] found(float[] steepness, float low, float high) {
        boolean[] found = new boolean[steepness.length];
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < steepness.length; i++) {
            if (steepness[i] > high) {
                found[i] = true;
                open.add(i);
            }
        }
        while (!open.isEmpty()) {
            int i = open.remove();
            for (int direction = 0; direction < 8; direction++) {
                int next = next(i, direction);
                if (next >= 0 && !found[next] && steepness[next] > low) {
                    found[next] = true;
                    open.add(next);
                }
            }
        }
        return found;
    }
}
