package graft.model;

import ai.djl.ndarray.NDArray;
import graft.node.Problem;
import graft.tensor.ScriptedModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * One half of a tiny autoencoder (TAESD, madebyollin): convolutions and blocks of three, in the order of their numbers.
 *
 * <p>Source: diffusers {@code vae.py}, {@code EncoderTiny} and {@code DecoderTiny}.
 */
final class TinyLayers {

    private static final ScriptedModule SCRIPT = new ScriptedModule(TinyLayers.class, "tiny.torchscript");

    private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();

    private TinyLayers() {}

    /** From scaled latents to pictures, 0 to 1. */
    static TinyLayers decoder(Weights weights) {
        return of(weights.at(TinyFile.DECODER), "entered", "enlarged", TinyFile.PICTURE_CHANNELS);
    }

    /** From pictures, 0 to 1, to scaled latents. */
    static TinyLayers encoder(Weights weights, int latentChannels) {
        return of(weights.at(TinyFile.ENCODER), "left", "halved", latentChannels);
    }

    /**
     * @param first what the first layer does
     * @param between what a convolution without bias does
     */
    private static TinyLayers of(Weights weights, String first, String between, int out) {
        Set<Integer> blocks = new TreeSet<>();
        Set<Integer> numbers = new TreeSet<>();
        for (String name : weights.given()) {
            int number = Integer.parseInt(name.substring(0, name.indexOf('.')));
            numbers.add(number);
            if (name.contains(".conv.")) {
                blocks.add(number);
            }
        }
        List<Integer> order = List.copyOf(numbers);
        if (order.size() < 2) {
            throw new Problem(
                    "cannot load the tiny autoencoder " + weights.source(),
                    "it has no layers of " + (between.equals("halved") ? "an encoder" : "a decoder"),
                    "choose taesd_decoder or taesdxl_decoder, with the encoder beside it where pictures are to be encoded");
        }
        long[] entering = weights.shape(order.get(0) + ".weight");
        int width = (int) entering[0];
        TinyLayers made = new TinyLayers();
        for (int number : order) {
            Weights at = weights.at(String.valueOf(number));
            if (blocks.contains(number)) {
                List<NDArray> block = new ArrayList<>();
                for (int conv = 0; conv < 3; conv++) {
                    block.addAll(convolution(at.at("conv." + 2 * conv), width, width));
                }
                made.add("block", block);
            } else if (number == order.get(0)) {
                made.add(first, convolution(at, (int) entering[1], width));
            } else if (number == order.get(order.size() - 1)) {
                made.add("left", convolution(at, width, out));
            } else {
                made.add(between, List.of(at.get("weight", width, width, 3, 3)));
            }
        }
        return made;
    }

    private void add(String method, List<NDArray> weights) {
        layers.add(x -> SCRIPT.call(method).with(x).with("w[]", weights).run());
    }

    private static List<NDArray> convolution(Weights at, int in, int out) {
        return List.of(at.get("weight", out, in, 3, 3), at.get("bias", out));
    }

    NDArray forward(NDArray input) {
        NDArray x = layers.get(0).apply(input);
        for (UnaryOperator<NDArray> layer : layers.subList(1, layers.size())) {
            try (NDArray before = x) {
                x = layer.apply(before);
            }
        }
        return x;
    }
}
