package graft.adapter;

import graft.adapter.Lora.LowRank;
import graft.adapter.Lora.Part;
import graft.adapter.Lora.Values;
import graft.model.Parts;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes from a LoRA what it does at some words and leaves what it does at others: its update ΔW of each layer that reads text
 * states becomes the ΔW' with the least Σ‖(ΔW' − ΔW)k‖² + weight · Σ‖ΔW'f‖² + ε‖ΔW' − ΔW‖² over the text states k to keep and f
 * to forget, which is ΔW(K + εI)(K + weight·F + εI)⁻¹ with their second moments K and F (after Gandikota et al., 2024, "Unified
 * Concept Editing in Diffusion Models", eq. 7). The rank stays.
 *
 * <p>Only networks whose cross-attention reads the text states themselves have such layers, as those of Stable Diffusion; LoRA
 * parts of them are edited, other kinds are left as they are.
 */
public final class CrossAttentionEdit {

    /** Of the mean variance of the states to keep: so small that directions of noise alone are shrunk. */
    private static final double EPSILON = 1e-4;

    private final double[][] kept;
    /** Cholesky's factor L of K + weight·F + εI. */
    private final double[][] factor;

    private CrossAttentionEdit(double[][] kept, double[][] factor) {
        this.kept = kept;
        this.factor = factor;
    }

    /**
     * @param keep text states, one after the other, each {@code width} numbers; likewise {@code forget}
     * @param weight how much more forgetting counts than keeping, above 0
     */
    public static CrossAttentionEdit of(float[] keep, float[] forget, int width, double weight) {
        double[][] kept = moments(keep, width);
        double[][] forgotten = moments(forget, width);
        double trace = 0;
        for (int i = 0; i < width; i++) {
            trace += kept[i][i];
        }
        double[][] sum = new double[width][width];
        for (int i = 0; i < width; i++) {
            kept[i][i] += EPSILON * trace / width;
            for (int j = 0; j < width; j++) {
                sum[i][j] = kept[i][j] + weight * forgotten[i][j];
            }
        }
        return new CrossAttentionEdit(kept, cholesky(sum));
    }

    /** Whether a LoRA has layers that can be edited for text states so wide. */
    public static boolean fits(Lora lora, int width) {
        return lora.layers(Parts.DENOISER).entrySet().stream()
                .anyMatch(layer -> reads(layer.getKey(), layer.getValue(), width));
    }

    private static boolean reads(String module, Part part, int width) {
        return LoraKey.flatten(module).matches(".*attn2_to_[kv]") && part instanceof LowRank && part.in() == width;
    }

    /** The LoRA with those layers edited. */
    public Lora of(Lora lora) {
        Map<String, Map<String, Part>> layers = new LinkedHashMap<>();
        for (String part : lora.changed()) {
            Map<String, Part> edited = new LinkedHashMap<>(lora.layers(part));
            if (part.equals(Parts.DENOISER)) {
                edited.replaceAll((module, each) -> reads(module, each, kept.length) ? edited((LowRank) each) : each);
            }
            layers.put(part, edited);
        }
        return Lora.of(lora.name(), layers, lora.metadata());
    }

    private LowRank edited(LowRank low) {
        int width = kept.length;
        float[] down = low.down().numbers();
        float[] edited = new float[down.length];
        for (int row = 0; row < down.length / width; row++) {
            double[] right = new double[width];
            for (int i = 0; i < width; i++) {
                double each = down[row * width + i];
                for (int j = 0; j < width; j++) {
                    right[j] += each * kept[i][j];
                }
            }
            solve(right);
            for (int i = 0; i < width; i++) {
                edited[row * width + i] = (float) right[i];
            }
        }
        return new LowRank(new Values(edited, low.down().shape()), low.up(), low.mid(), low.alpha());
    }

    /** x of L·Lᵀ·x = right, in its place. */
    private void solve(double[] right) {
        for (int i = 0; i < right.length; i++) {
            for (int j = 0; j < i; j++) {
                right[i] -= factor[i][j] * right[j];
            }
            right[i] /= factor[i][i];
        }
        for (int i = right.length - 1; i >= 0; i--) {
            right[i] /= factor[i][i];
            for (int j = 0; j < i; j++) {
                right[j] -= factor[i][j] * right[i];
            }
        }
    }

    private static double[][] moments(float[] states, int width) {
        int count = states.length / width;
        double[][] moments = new double[width][width];
        for (int state = 0; state < count; state++) {
            for (int i = 0; i < width; i++) {
                double each = (double) states[state * width + i] / count;
                for (int j = 0; j < width; j++) {
                    moments[i][j] += each * states[state * width + j];
                }
            }
        }
        return moments;
    }

    private static double[][] cholesky(double[][] matrix) {
        int n = matrix.length;
        double[][] factor = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = matrix[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= factor[i][k] * factor[j][k];
                }
                factor[i][j] = i == j ? Math.sqrt(sum) : sum / factor[j][j];
            }
        }
        return factor;
    }
}
