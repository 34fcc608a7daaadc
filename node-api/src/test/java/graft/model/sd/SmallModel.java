package graft.model.sd;

import graft.model.Checkpoint;
import graft.model.VaeConfig;
import graft.tensor.Compute;
import java.util.List;
import java.util.Optional;

/**
 * A Stable Diffusion of random weights with every kind of block once: a quarter of the weights of the golden models, for tests
 * that compare Graft with itself.
 */
public final class SmallModel {

    private SmallModel() {}

    /** Reads token ids below 1000; the same numbers every time. */
    public static Checkpoint checkpoint(Compute compute) {
        UNetConfig unet = new UNetConfig(
                4,
                4,
                List.of(8, 16),
                List.of(1, 1),
                List.of(true, false),
                List.of(false, true),
                List.of(2, 2),
                List.of(1, 1),
                List.of(16, 16),
                4,
                1e-5,
                32,
                true,
                0,
                Optional.empty());
        TextConfig text = new TextConfig(1000, 16, 32, 2, 2, 77, 1e-5, true, 999, 999, 16);
        VaeConfig vae = new VaeConfig(3, 4, List.of(8, 16), 1, 4, true, true, true, VaeConfig.scaling("sd1"));
        return Checkpoint.random(
                StableDiffusionModel.of(new RandomModel.Files("sd1", unet, List.of(text), vae)), compute);
    }
}
