package graft.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.NetworkHook;

/**
 * Guidance away from what the network says where the places that its middle looks at most are blurred (Hong et al., 2023, "Improving
 * Sample Quality of Diffusion Models Using Self-Attention Guidance", algorithm 1), by the negative prompt.
 *
 * <p>It stands in no pass of the network; {@link AttendedPlaces} looks on in those that there are anyway. Source of the arithmetic: ComfyUI
 * {@code nodes_sag.py}.
 *
 * @param scale how many times the difference counts; may be negative
 * @param sigma how wide the blur is, in latents; 0 for none
 */
public record SelfAttentionGuidance(double scale, double sigma) implements NetworkHook {

    /** To how many latents each way the blur reaches; pictures that are no larger are left as they are. */
    private static final int REACH = 4;

    static boolean fits(Shape latents) {
        return Math.min(latents.get(2), latents.get(3)) > REACH;
    }

    /**
     * Clean latents, blurred where a mask says.
     *
     * @param clean [n,c,h,w]
     * @param mask [n,1,h,w], 1 where it is to be blurred and 0 elsewhere
     */
    NDArray degraded(NDArray clean, NDArray mask) {
        NDArray down = blur(clean.getManager(), clean.getShape().get(2));
        NDArray right = blur(clean.getManager(), clean.getShape().get(3)).transpose();
        NDArray blurred = down.matMul(clean).matMul(right);
        return clean.add(blurred.sub(clean).mul(mask));
    }

    /** The blur along an axis of so many places, which is mirrored at its ends, as a matrix. */
    private NDArray blur(NDManager manager, long places) {
        int n = Math.toIntExact(places);
        double[] shares = new double[2 * REACH + 1];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            int away = i - REACH;
            shares[i] = away == 0 ? 1 : Math.exp(-0.5 * (away / sigma) * (away / sigma));
            sum += shares[i];
        }
        float[] matrix = new float[n * n];
        for (int to = 0; to < n; to++) {
            for (int i = 0; i < shares.length; i++) {
                int from = Math.abs(to + i - REACH);
                from = from < n ? from : 2 * (n - 1) - from;
                matrix[to * n + from] += (float) (shares[i] / sum);
            }
        }
        return manager.create(matrix, new Shape(n, n));
    }
}
