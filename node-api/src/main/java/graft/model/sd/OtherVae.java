package graft.model.sd;

import ai.djl.ndarray.NDManager;
import graft.model.SchedulerConfig;
import graft.model.Tokenizer;
import graft.model.TokenizerFiles;
import graft.model.VaeConfig;
import graft.model.VaeFile;
import graft.model.Weights;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model with another autoencoder in place of its own. */
record OtherVae(ModelFiles model, VaeFile vae) implements ModelFiles {

    /** @throws Problem when the autoencoder gives latents of another number of channels than the model draws */
    OtherVae {
        int drawn = model.unetConfig().outChannels();
        int given = vae.config(VaeConfig.SCALING).latentChannels();
        if (drawn != given) {
            throw new Problem(
                    "cannot use the VAE " + vae.files().get(0) + " with the model " + model.path(),
                    "its latents have " + given + " channels and the model's " + drawn,
                    "choose a VAE that was made for this family of models");
        }
    }

    @Override
    public Path path() {
        return model.path();
    }

    @Override
    public String family() {
        return model.family();
    }

    @Override
    public UNetConfig unetConfig() {
        return model.unetConfig();
    }

    @Override
    public List<TextConfig> textConfigs() {
        return model.textConfigs();
    }

    @Override
    public VaeConfig vaeConfig() {
        return vae.config(usualScaling());
    }

    @Override
    public SchedulerConfig scheduler() {
        return model.scheduler();
    }

    @Override
    public Weights.Source unet(NDManager manager) {
        return model.unet(manager);
    }

    @Override
    public Weights.Source textEncoder(int index, NDManager manager) {
        return model.textEncoder(index, manager);
    }

    @Override
    public Weights.Source vae(NDManager manager) {
        return vae.weights(manager);
    }

    @Override
    public Tokenizer tokenizer(int index) {
        return model.tokenizer(index);
    }

    @Override
    public Optional<TokenizerFiles> tokenizerFiles(int index) {
        return model.tokenizerFiles(index);
    }

    @Override
    public Map<String, String> descriptions() {
        Map<String, String> all = new java.util.HashMap<>(model.descriptions());
        all.put(
                "graft.vae",
                DiffusersConfigs.vae(vaeConfig(), family().equals("sdxl")).toString());
        return all;
    }

    @Override
    public List<Path> contents() {
        List<Path> all = new ArrayList<>(model.contents());
        vae.files().stream().filter(file -> !all.contains(file)).forEach(all::add);
        return all;
    }

    @Override
    public List<String> notes() {
        return model.notes();
    }

    @Override
    public void close() {
        model.close();
    }
}
