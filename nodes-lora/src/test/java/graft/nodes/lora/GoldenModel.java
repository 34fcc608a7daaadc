package graft.nodes.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A tiny model among the reference vectors, on real files, and what it computes of the inputs beside it. */
record GoldenModel(Checkpoint model, SafeTensors inputs) implements AutoCloseable {

    private static final Path RESOURCES = Path.of("../node-api/src/test/resources");

    /** Of the set among the test resources, which the peers' files fit. */
    static Path path(String name) {
        return RESOURCES.resolve("golden").resolve(name);
    }

    /** Files that other programs wrote for {@code sd15}. */
    static Path peer(String name) {
        Path peers = RESOURCES.resolve("graft/adapter/peers");
        Path inFolder = peers.resolve(name).resolve("adapter_model.safetensors");
        return Files.exists(inFolder) ? inFolder : peers.resolve(name + ".safetensors");
    }

    static Stream<String> peers() {
        try (SafeTensors all = SafeTensors.open(peer("expected"))) {
            return List.copyOf(all.names()).stream();
        }
    }

    static GoldenModel open(String name) {
        Checkpoint model = Checkpoint.load(path(name), Compute.choose("cpu"));
        Compute.prepareThread();
        return new GoldenModel(model, SafeTensors.open(path(name + "/expected.safetensors")));
    }

    /** The network's output of the first sample at t = 321, told of the first row of tokens. */
    float[] output(Checkpoint view) {
        try (NDManager manager = view.compute().newManager();
                Scope scope = Scope.open()) {
            NDArray sample = array(manager, "unet.sample").get("0:1");
            NDArray out = view.network()
                    .forward(
                            sample,
                            manager.create(new float[] {321}),
                            context(view, manager),
                            view.networkPatches(0.5));
            return scope.keep(out, manager).toFloatArray();
        }
    }

    /** What all text encoders read, as the model is told of it; pooled text and sizes are those of the vectors. */
    private Context context(Checkpoint view, NDManager manager) {
        float[] flat = inputs.floats("text.input_ids");
        int width = (int) inputs.entry("text.input_ids").shape()[1];
        int[][] ids = new int[1][width];
        for (int i = 0; i < width; i++) {
            ids[0][i] = (int) flat[i];
        }
        List<NDArray> states = new ArrayList<>();
        for (String part : view.texts()) {
            states.add(view.encoder(part).encode(ids, view.patches(part)));
        }
        if (states.size() == 1) {
            return Context.of(states.get(0));
        }
        return new Context(
                states.get(0).concat(states.get(1), 2),
                array(manager, "text2.pooled").get("0:1"),
                array(manager, "unet.time_ids").get("0:1"));
    }

    private NDArray array(NDManager manager, String name) {
        return manager.create(inputs.floats(name), new Shape(inputs.entry(name).shape()));
    }

    /** The largest difference over the standard deviation of what was expected. */
    static double error(float[] actual, float[] expected) {
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += expected[i];
            squares += (double) expected[i] * expected[i];
            double difference = Math.abs(actual[i] - (double) expected[i]);
            if (!(difference <= largest)) {
                largest = difference; // NaN too, which then stays
            }
        }
        double mean = sum / expected.length;
        return largest / Math.sqrt(squares / expected.length - mean * mean);
    }

    @Override
    public void close() {
        model.close();
        inputs.close();
    }
}
