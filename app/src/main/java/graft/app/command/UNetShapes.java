package graft.app.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names and shapes of all weights of a Stable Diffusion 1.x UNet, so that one of any size can be made with random
 * weights.
 *
 * <p>Source: diffusers' {@code UNet2DConditionModel}; attention in every block but the last, one transformer block
 * each, projections by 1×1 convolution.
 */
final class UNetShapes {

    private final Map<String, long[]> shapes = new LinkedHashMap<>();
    private final int timeWidth;
    private final int contextWidth;

    private UNetShapes(int timeWidth, int contextWidth) {
        this.timeWidth = timeWidth;
        this.contextWidth = contextWidth;
    }

    /** Weight name to shape, in the model's order; {@code widths} are the channels of the blocks from the outside in. */
    static Map<String, long[]> of(List<Integer> widths, int layersPerBlock, int contextWidth, int latentChannels) {
        int first = widths.get(0);
        int blocks = widths.size();
        UNetShapes unet = new UNetShapes(4 * first, contextWidth);
        unet.conv("conv_in", latentChannels, first, 3);
        unet.linear("time_embedding.linear_1", first, unet.timeWidth, true);
        unet.linear("time_embedding.linear_2", unet.timeWidth, unet.timeWidth, true);
        for (int block = 0; block < blocks; block++) {
            int in = widths.get(Math.max(block - 1, 0));
            unet.down("down_blocks." + block, in, widths.get(block), layersPerBlock, block < blocks - 1);
        }
        int middle = widths.get(blocks - 1);
        unet.resnet("mid_block.resnets.0", middle, middle);
        unet.transformer("mid_block.attentions.0", middle);
        unet.resnet("mid_block.resnets.1", middle, middle);
        for (int block = 0; block < blocks; block++) {
            int out = widths.get(blocks - 1 - block);
            int before = widths.get(Math.min(blocks - block, blocks - 1));
            int skip = widths.get(Math.max(blocks - 2 - block, 0));
            String path = "up_blocks." + block;
            for (int layer = 0; layer <= layersPerBlock; layer++) {
                int joined = (layer == 0 ? before : out) + (layer == layersPerBlock ? skip : out);
                unet.resnet(path + ".resnets." + layer, joined, out);
                if (block > 0) {
                    unet.transformer(path + ".attentions." + layer, out);
                }
            }
            if (block < blocks - 1) {
                unet.conv(path + ".upsamplers.0.conv", out, out, 3);
            }
        }
        unet.norm("conv_norm_out", first);
        unet.conv("conv_out", first, latentChannels, 3);
        return unet.shapes;
    }

    /** A block of the way down; all but the innermost have attention and end by halving the size. */
    private void down(String path, int in, int out, int layers, boolean outer) {
        for (int layer = 0; layer < layers; layer++) {
            resnet(path + ".resnets." + layer, layer == 0 ? in : out, out);
            if (outer) {
                transformer(path + ".attentions." + layer, out);
            }
        }
        if (outer) {
            conv(path + ".downsamplers.0.conv", out, out, 3);
        }
    }

    private void resnet(String path, int in, int out) {
        norm(path + ".norm1", in);
        conv(path + ".conv1", in, out, 3);
        linear(path + ".time_emb_proj", timeWidth, out, true);
        norm(path + ".norm2", out);
        conv(path + ".conv2", out, out, 3);
        if (in != out) {
            conv(path + ".conv_shortcut", in, out, 1);
        }
    }

    private void transformer(String path, int width) {
        norm(path + ".norm", width);
        conv(path + ".proj_in", width, width, 1);
        String block = path + ".transformer_blocks.0";
        attention(block + ".attn1", width, width);
        attention(block + ".attn2", width, contextWidth);
        for (int i = 1; i <= 3; i++) {
            norm(block + ".norm" + i, width);
        }
        linear(block + ".ff.net.0.proj", width, 8 * width, true);
        linear(block + ".ff.net.2", 4 * width, width, true);
        conv(path + ".proj_out", width, width, 1);
    }

    private void attention(String path, int width, int from) {
        linear(path + ".to_q", width, width, false);
        linear(path + ".to_k", from, width, false);
        linear(path + ".to_v", from, width, false);
        linear(path + ".to_out.0", width, width, true);
    }

    private void conv(String path, int in, int out, int kernel) {
        shapes.put(path + ".weight", new long[] {out, in, kernel, kernel});
        shapes.put(path + ".bias", new long[] {out});
    }

    private void linear(String path, int in, int out, boolean bias) {
        shapes.put(path + ".weight", new long[] {out, in});
        if (bias) {
            shapes.put(path + ".bias", new long[] {out});
        }
    }

    private void norm(String path, int width) {
        shapes.put(path + ".weight", new long[] {width});
        shapes.put(path + ".bias", new long[] {width});
    }
}
