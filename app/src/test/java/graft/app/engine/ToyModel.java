package graft.app.engine;

import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.tensor.KeyedRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A file of the family that the plugin toy brings: its network and table of random numbers, the built-in model's VAE. */
final class ToyModel {

    private ToyModel() {}

    static Path write(Path file) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(random("toy.layers.first.weight", 8, 4, 1, 1));
        tensors.add(random("toy.layers.first.bias", 8));
        tensors.add(random("toy.layers.second.weight", 4, 8, 1, 1));
        tensors.add(random("toy.layers.second.bias", 4));
        tensors.add(random("table.token_embedding.weight", 64, 8));
        try (SafeTensors vae =
                SafeTensors.open(BuiltIn.path("builtin:emoji-sd").resolve("vae/diffusion_pytorch_model.safetensors"))) {
            vae.names()
                    .forEach(name -> tensors.add(
                            Tensor.of("vae." + name, DType.F32, vae.entry(name).shape(), vae.floats(name))));
            SafeTensors.write(file, tensors, Map.of());
        }
        return file;
    }

    private static Tensor random(String name, long... shape) {
        int size = 1;
        for (long axis : shape) {
            size *= (int) axis;
        }
        return Tensor.of(
                name, DType.F32, shape, KeyedRandom.of(1, name, 0, "toy").normal(size));
    }
}
