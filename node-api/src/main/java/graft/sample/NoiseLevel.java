package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * How picture and noise are mixed at a point of a walk: x = signal·x₀ + noise·ε.
 *
 * @param signal 0 to 1
 * @param noise 0 or more
 */
public record NoiseLevel(float signal, float noise) {

    /** Half the logarithm of the signal-to-noise ratio; infinite where there is only the one or the other. */
    public double lambda() {
        return Math.log(signal) - Math.log(noise);
    }

    /** Clean latents with the noise of this level; owned by the manager of {@code clean}. */
    public NDArray noised(NDArray clean, NDArray unit) {
        return clean.mul(signal).add(unit.mul(noise));
    }

    /** Two batches mixed, the i-th of each in shares of its own; owned by the manager of {@code some}. */
    static NDArray mixed(NDArray some, float[] ofSome, NDArray more, float[] ofMore) {
        long[] dimensions = new long[some.getShape().dimension()];
        Arrays.fill(dimensions, 1);
        dimensions[0] = ofSome.length;
        Shape shape = new Shape(dimensions);
        try (NDArray first = some.getManager().create(ofSome, shape);
                NDArray second = some.getManager().create(ofMore, shape);
                NDArray added = more.mul(second)) {
            NDArray mixed = some.mul(first);
            return mixed.addi(added);
        }
    }
}
