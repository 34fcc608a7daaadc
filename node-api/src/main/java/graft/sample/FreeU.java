package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import graft.model.NetworkHook;
import graft.model.NetworkPass;
import graft.tensor.Operators;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * FreeU (Si et al., 2023, "Free Lunch in Diffusion U-Net"): on the way up, half of what comes from below counts more, and the lowest
 * frequencies of what the way down handed over count less, where maps are four or two times as wide as the network's first.
 *
 * <p>Source of the arithmetic: ComfyUI {@code nodes_freelunch.py}.
 *
 * @param width feature maps of the network's first layer
 * @param adaptive whether what comes from below counts more by its mean at each place, from 1 where that is lowest (version 2), and
 *     not everywhere alike
 * @param b1 by how much it counts where maps are four times as wide, {@code b2} where twice
 * @param s1 by how much low frequencies count where maps are four times as wide, {@code s2} where twice
 */
public record FreeU(int width, boolean adaptive, double b1, double b2, double s1, double s2) implements NetworkHook {

    /** The frequencies along a side that are filtered, in cycles. */
    private static final int[] LOW = {-1, 0};

    @Override
    public Joined join(String block, Joined joined, NetworkPass pass) {
        long channels = joined.below().getShape().get(1);
        if (channels == 4L * width) {
            return joined(joined, b1, s1);
        }
        return channels == 2L * width ? joined(joined, b2, s2) : joined;
    }

    private Joined joined(Joined joined, double b, double s) {
        return new Joined(raised(joined.below(), b), filtered(joined.skip(), s));
    }

    private NDArray raised(NDArray below, double by) {
        NDArray wide = Operators.toFloat(below);
        NDIndex half = new NDIndex(":, 0:{}", below.getShape().get(1) / 2);
        NDArray rest = wide.get(new NDIndex(":, {}:", below.getShape().get(1) / 2));
        NDArray raised = adaptive
                ? wide.get(half).mul(share(wide).mul((float) (by - 1)).add(1))
                : wide.get(half).mul((float) by);
        return Operators.like(raised.concat(rest, 1), below);
    }

    /** The mean of all maps at each place, from 0 where it is lowest to 1 where it is highest: [n,1,h,w]. */
    private static NDArray share(NDArray maps) {
        int[] second = {1};
        Shape shape = maps.getShape();
        NDArray mean = maps.mean(second, true).reshape(shape.get(0), -1);
        NDArray least = mean.min(second, true);
        return mean.sub(least)
                .div(mean.max(second, true).sub(least))
                .reshape(shape.get(0), 1, shape.get(2), shape.get(3));
    }

    /**
     * What the waves of the lowest frequencies have in a map is a projection on them, so that no spectrum is needed: x + (s − 1)·B·Bᵀ·x/(h·w),
     * with a cosine and a sine in B for each.
     */
    private static NDArray filtered(NDArray skip, double by) {
        Shape shape = skip.getShape();
        int height = (int) shape.get(2);
        int width = (int) shape.get(3);
        float[] numbers = waves(height, width);
        long places = (long) height * width;
        NDArray waves = skip.getManager().create(numbers, new Shape(numbers.length / places, places));
        NDArray rows = Operators.toFloat(skip).reshape(shape.get(0) * shape.get(1), -1);
        NDArray low = rows.matMul(waves.transpose()).matMul(waves).mul((float) ((by - 1) / places));
        return Operators.like(rows.add(low).reshape(shape), skip);
    }

    /** Rows of numbers, a place each; where a side is one place long, both of its frequencies are the same. */
    private static float[] waves(int height, int width) {
        Set<Integer> pairs = new LinkedHashSet<>();
        for (int down : LOW) {
            for (int right : LOW) {
                pairs.add(Math.floorMod(down, height) * width + Math.floorMod(right, width));
            }
        }
        int places = height * width;
        float[] waves = new float[2 * pairs.size() * places];
        int at = 0;
        for (int pair : pairs) {
            int cyclesDown = pair / width;
            int cyclesRight = pair % width;
            double down = 2 * Math.PI * cyclesDown / height;
            double right = 2 * Math.PI * cyclesRight / width;
            for (int i = 0; i < places; i++) {
                int row = i / width;
                int column = i % width;
                waves[at + i] = (float) Math.cos(down * row + right * column);
                waves[at + places + i] = (float) Math.sin(down * row + right * column);
            }
            at += 2 * places;
        }
        return waves;
    }
}
