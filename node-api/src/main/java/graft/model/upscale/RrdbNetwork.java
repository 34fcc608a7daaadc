package graft.model.upscale;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import graft.model.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual in residual dense blocks: ESRGAN (Wang et al., 2018) and RealESRGAN (Wang et al., 2021).
 *
 * <p>By the keys of RealESRGAN. One that enlarges less than its layers do has squares of pixels as channels at its beginning.
 */
final class RrdbNetwork implements UpscalingNetwork {

    private static final double LEAK = 0.2;

    private final int unshuffle;
    private final int scale;
    private final int width;
    private final List<NDArray> first;
    private final List<List<List<NDArray>>> blocks = new ArrayList<>();
    private final List<NDArray> body;
    private final List<List<NDArray>> enlarging = new ArrayList<>();
    private final List<NDArray> hr;
    private final List<NDArray> last;
    private final NDArray plain;
    private final NDArray leaky;
    private final NDArray square;

    /**
     * @param in channels of its first layer
     * @param width of its features
     * @param growth channels that each layer of a dense block adds
     * @param count of blocks
     * @param doublings how many of its layers double the sides
     * @param unshuffle side of the squares of pixels that are channels at its beginning
     */
    RrdbNetwork(Weights at, int in, int width, int growth, int count, int doublings, int unshuffle, NDManager manager) {
        this.unshuffle = unshuffle;
        this.scale = (1 << doublings) / unshuffle;
        this.width = width;
        first = layer(at.at("conv_first"), in, width);
        for (int block = 0; block < count; block++) {
            List<List<NDArray>> dense = new ArrayList<>();
            for (int part = 1; part <= 3; part++) {
                List<NDArray> weights = new ArrayList<>();
                Weights within = at.at("body." + block + ".rdb" + part);
                for (int conv = 0; conv < 5; conv++) {
                    weights.addAll(
                            layer(within.at("conv" + (conv + 1)), width + conv * growth, conv < 4 ? growth : width));
                }
                dense.add(weights);
            }
            blocks.add(dense);
        }
        body = layer(at.at("conv_body"), width, width);
        for (int doubling = 1; doubling <= doublings; doubling++) {
            enlarging.add(layer(at.at("conv_up" + doubling), width, width));
        }
        hr = layer(at.at("conv_hr"), width, width);
        last = layer(at.at("conv_last"), width, 3);
        plain = manager.create(1f);
        leaky = manager.create((float) LEAK);
        square = manager.create(unshuffle);
    }

    private static List<NDArray> layer(Weights at, int in, int out) {
        return List.of(at.get("weight", out, in, 3, 3), at.get("bias", out));
    }

    @Override
    public int scale() {
        return scale;
    }

    @Override
    public long bytesPerPixel() {
        // the last layers hold about three feature maps of the large picture at once
        return 3L * Float.BYTES * width * scale * scale;
    }

    @Override
    public NDArray forward(NDArray picture) {
        NDArray squares = unshuffle == 1 ? picture : Upscaling.unshuffled(picture, square);
        NDArray entered = Upscaling.convolution(squares, first, plain);
        NDArray x = entered.duplicate();
        for (List<List<NDArray>> block : blocks) {
            try (NDArray before = x) {
                x = through(block, before);
            }
        }
        try (NDArray within = Upscaling.convolution(x, body, plain)) {
            x.close();
            x = entered.addi(within);
        }
        for (List<NDArray> layer : enlarging) {
            try (NDArray before = x) {
                x = Upscaling.enlarged(before, layer);
            }
        }
        try (NDArray before = x;
                NDArray fine = Upscaling.convolution(before, hr, leaky)) {
            NDArray large = Upscaling.convolution(fine, last, plain);
            long height = picture.getShape().get(2) * scale;
            long width = picture.getShape().get(3) * scale;
            return large.getShape().get(2) == height && large.getShape().get(3) == width
                    ? large
                    : large.get(new NDIndex(":, :, 0:{}, 0:{}", height, width)).duplicate();
        }
    }

    private static NDArray through(List<List<NDArray>> block, NDArray before) {
        NDArray x = before;
        for (List<NDArray> dense : block) {
            NDArray next = Upscaling.dense(x, dense);
            if (x != before) {
                x.close();
            }
            x = next;
        }
        return x.muli(LEAK).addi(before);
    }
}
