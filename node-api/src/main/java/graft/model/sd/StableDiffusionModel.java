package graft.model.sd;

import ai.djl.ndarray.NDManager;
import graft.model.CheckpointSpec;
import graft.model.Footprint;
import graft.model.Network;
import graft.model.OpenedModel;
import graft.model.Parts;
import graft.model.SchedulerConfig;
import graft.model.TextEncoder;
import graft.model.TextReader;
import graft.model.Tokenizer;
import graft.model.Vae;
import graft.model.VaeConfig;
import graft.model.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A model of Stable Diffusion 1, 2 or XL: a UNet, one or two CLIPs and an autoencoder. */
public final class StableDiffusionModel implements OpenedModel {

    private final ModelFiles files;
    private final UNetConfig unet;
    private final List<TextConfig> texts;
    private final VaeConfig vae;
    private final CheckpointSpec spec;

    private StableDiffusionModel(ModelFiles files) {
        this.files = files;
        this.unet = files.unetConfig();
        this.texts = files.textConfigs();
        this.vae = files.vaeConfig();
        Map<String, Integer> wordWidths = new LinkedHashMap<>();
        texts().forEach(part -> wordWidths.put(part, texts.get(index(part)).width()));
        SchedulerConfig scheduler = files.scheduler();
        this.spec = new CheckpointSpec(
                files.family(),
                wordWidths,
                unet.contextWidth(),
                vae.latentChannels(),
                unet.inChannels(),
                vae.factor(),
                texts.get(0).positions(),
                scheduler.predictionType(),
                scheduler,
                files.path());
    }

    /** @throws graft.node.Problem when there is none, saying what the files look like */
    static StableDiffusionModel open(Path folderOrFile) {
        return of(ModelFiles.open(folderOrFile));
    }

    /** With an autoencoder from elsewhere: a file or folder of its own, or another model's. */
    static StableDiffusionModel open(Path folderOrFile, Path vae) {
        return of(ModelFiles.open(folderOrFile, vae));
    }

    static StableDiffusionModel of(ModelFiles files) {
        try {
            return new StableDiffusionModel(files);
        } catch (RuntimeException | Error failure) {
            files.close();
            throw failure;
        }
    }

    ModelFiles files() {
        return files;
    }

    UNetConfig unetConfig() {
        return unet;
    }

    @Override
    public Path path() {
        return files.path();
    }

    @Override
    public CheckpointSpec spec() {
        return spec;
    }

    @Override
    public List<Path> contents() {
        return files.contents();
    }

    @Override
    public List<String> notes() {
        return files.notes();
    }

    @Override
    public List<String> texts() {
        return texts.size() == 1 ? List.of(Parts.TEXT) : List.of(Parts.TEXT, Parts.TEXT_2);
    }

    @Override
    public List<Tokenizer> tokenizers() {
        List<Tokenizer> tokenizers = new ArrayList<>();
        try {
            for (int i = 0; i < texts.size(); i++) {
                tokenizers.add(files.tokenizer(i));
            }
            return tokenizers;
        } catch (RuntimeException | Error failure) {
            tokenizers.forEach(Tokenizer::close);
            throw failure;
        }
    }

    @Override
    public TextReader reader(Supplier<List<Tokenizer>> tokenizers) {
        return new ClipReader(texts(), tokenizers);
    }

    @Override
    public Weights.Source weights(String part, NDManager manager) {
        return switch (part) {
            case Parts.DENOISER -> files.unet(manager);
            case Parts.VAE -> files.vae(manager);
            default -> files.textEncoder(index(part), manager);
        };
    }

    private int index(String part) {
        return texts().indexOf(part);
    }

    @Override
    public Network network(Weights weights, NDManager manager) {
        return new UNet(unet, weights, manager);
    }

    @Override
    public TextEncoder encoder(String part, Weights weights, NDManager manager) {
        return new ClipTextEncoder(texts.get(index(part)), weights, manager);
    }

    @Override
    public Vae vae(Weights weights, NDManager manager) {
        return new Vae(vae, weights, manager);
    }

    @Override
    public Footprint footprint() {
        return new StableDiffusionFootprint(unet, texts, vae);
    }

    @Override
    public String shape() {
        return unet + " " + (texts.size() == 1 ? texts.get(0) : texts) + " " + vae;
    }

    @Override
    public void close() {
        files.close();
    }
}
