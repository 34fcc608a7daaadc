package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Latents;
import graft.picture.Crop;
import graft.picture.Scaling;
import java.util.Arrays;

/** Latents at another size: every picture of a batch alike, their mask as it is. */
final class ScaledLatents {

    private ScaledLatents() {}

    /** @param width in latent positions */
    static Latents of(Latents latents, int width, int height, Scaling way, Crop crop) {
        NDArray array = latents.array();
        Shape shape = array.getShape();
        int count = (int) shape.get(0);
        int channels = (int) shape.get(1);
        int each = (int) (shape.size() / count);
        float[] values = array.toFloatArray();
        float[] scaled = new float[count * channels * height * width];
        for (int i = 0; i < count; i++) {
            float[] one = Arrays.copyOfRange(values, i * each, (i + 1) * each);
            float[] larger = way.scaled(one, (int) shape.get(3), (int) shape.get(2), width, height, crop);
            System.arraycopy(larger, 0, scaled, i * larger.length, larger.length);
        }
        NDManager manager = NDManager.newBaseManager(array.getDevice());
        return latents.with(manager.create(scaled, new Shape(count, channels, height, width)));
    }
}
