package graft.model.upscale;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Weights;
import java.util.ArrayList;
import java.util.List;

/** RealESRGAN's small network (SRVGGNetCompact): convolutions at the size that comes in, and a larger picture at the last one. */
final class CompactNetwork implements UpscalingNetwork {

    private final int scale;
    private final int width;
    private final List<List<NDArray>> layers = new ArrayList<>();
    private final List<NDArray> last;
    private final NDArray side;

    /** @param count of its layers but the first and the last */
    CompactNetwork(Weights at, int width, int count, int scale, NDManager manager) {
        this.scale = scale;
        this.width = width;
        for (int layer = 0; layer <= count; layer++) {
            Weights conv = at.at("body." + 2 * layer);
            layers.add(List.of(
                    conv.get("weight", width, layer == 0 ? 3 : width, 3, 3),
                    conv.get("bias", width),
                    at.at("body." + (2 * layer + 1)).get("weight", width)));
        }
        Weights end = at.at("body." + (2 * count + 2));
        last = List.of(end.get("weight", 3L * scale * scale, width, 3, 3), end.get("bias", 3L * scale * scale));
        side = manager.create(scale);
    }

    @Override
    public int scale() {
        return scale;
    }

    @Override
    public long bytesPerPixel() {
        return Float.BYTES * (3L * width + 9L * scale * scale);
    }

    @Override
    public NDArray forward(NDArray picture) {
        NDArray x = picture;
        for (List<NDArray> layer : layers) {
            NDArray next = Upscaling.compactLayer(x, layer);
            if (x != picture) {
                x.close();
            }
            x = next;
        }
        try (NDArray before = x) {
            return Upscaling.compactEnd(before, picture, last, side);
        }
    }
}
