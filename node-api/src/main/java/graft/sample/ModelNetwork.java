package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.Patches;
import java.util.Optional;

/** A model's UNet under its adapters, those that act at this point of the walk. */
public final class ModelNetwork implements Guidance.Network {

    private final Checkpoint model;
    private final Patches patches;

    private ModelNetwork(Checkpoint model, Patches patches) {
        this.model = model;
        this.patches = patches;
    }

    /** The model at the beginning of a walk; borrowed. */
    public static ModelNetwork of(Checkpoint model) {
        return new ModelNetwork(model, model.unetPatches(0));
    }

    @Override
    public NDArray predict(NDArray latents, NDArray timesteps, NDArray context) {
        return model.unet().forward(latents, timesteps, context, patches);
    }

    @Override
    public Optional<String> damage() {
        return model.unetDamage();
    }

    @Override
    public ModelNetwork at(double progress) {
        return new ModelNetwork(model, model.unetPatches(progress));
    }
}
