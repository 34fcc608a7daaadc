package graft.score;

import graft.picture.Fit;
import graft.picture.Picture;

/**
 * Where a picture's edges run and in which direction, whatever their colours: histograms of oriented gradients (Dalal and
 * Triggs, 2005).
 *
 * <p>The picture at 64×64; at each pixel the gradient of the channel that changes most (their §6.3), so that exchanging or
 * inverting channels changes nothing; cells of 8×8 pixels with 9 directions from 0 to 180°, so that light on dark is as dark on
 * light; blocks of 2×2 cells brought to unit length. Flat areas, such as a plain background, count for nothing: what is
 * added to a block's length keeps faint noise faint.
 */
final class Structure {

    private static final int SIDE = 64;
    private static final int CELL = 8;
    private static final int CELLS = SIDE / CELL;
    private static final int DIRECTIONS = 9;
    /** Length of a block's histogram below which it fades: an edge of a quarter of the range along one cell has 4. */
    private static final double FAINT = 2;

    private Structure() {}

    /** {@code [7 · 7 blocks][4 cells][9 directions]}, not negative. */
    static float[] of(Picture picture) {
        return blocks(cells(picture.fitted(SIDE, SIDE, Fit.STRETCH).rgb()));
    }

    private static double[] cells(float[] rgb) {
        double[] cells = new double[CELLS * CELLS * DIRECTIONS];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double across = 0;
                double down = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double dx = at(rgb, x + 1, y, channel) - at(rgb, x - 1, y, channel);
                    double dy = at(rgb, x, y + 1, channel) - at(rgb, x, y - 1, channel);
                    if (Math.hypot(dx, dy) > Math.hypot(across, down)) {
                        across = dx;
                        down = dy;
                    }
                }
                add(cells, (y / CELL * CELLS + x / CELL) * DIRECTIONS, across, down);
            }
        }
        return cells;
    }

    /** Shared out between the two nearest directions. */
    private static void add(double[] cells, int cell, double across, double down) {
        double strength = Math.hypot(across, down);
        double angle = Math.atan2(down, across);
        double direction = (angle < 0 ? angle + Math.PI : angle) / Math.PI * DIRECTIONS;
        int below = (int) Math.floor(direction);
        double share = direction - below;
        cells[cell + below % DIRECTIONS] += strength * (1 - share);
        cells[cell + (below + 1) % DIRECTIONS] += strength * share;
    }

    /** The edge goes on beyond the border as it is there. */
    private static double at(float[] rgb, int x, int y, int channel) {
        int column = Math.min(SIDE - 1, Math.max(0, x));
        int row = Math.min(SIDE - 1, Math.max(0, y));
        return rgb[3 * (row * SIDE + column) + channel];
    }

    private static float[] blocks(double[] cells) {
        float[] blocks = new float[(CELLS - 1) * (CELLS - 1) * 4 * DIRECTIONS];
        int at = 0;
        for (int row = 0; row < CELLS - 1; row++) {
            for (int column = 0; column < CELLS - 1; column++) {
                int[] corners = {
                    row * CELLS + column,
                    row * CELLS + column + 1,
                    (row + 1) * CELLS + column,
                    (row + 1) * CELLS + column + 1
                };
                double squares = FAINT * FAINT;
                for (int corner : corners) {
                    for (int d = 0; d < DIRECTIONS; d++) {
                        squares += cells[corner * DIRECTIONS + d] * cells[corner * DIRECTIONS + d];
                    }
                }
                for (int corner : corners) {
                    for (int d = 0; d < DIRECTIONS; d++) {
                        blocks[at++] = (float) (cells[corner * DIRECTIONS + d] / Math.sqrt(squares));
                    }
                }
            }
        }
        return blocks;
    }
}
