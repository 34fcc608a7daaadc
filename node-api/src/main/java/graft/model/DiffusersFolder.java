package graft.model;

import ai.djl.ndarray.NDManager;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A base model as diffusers saves it: {@code model_index.json} and a folder for each part. */
final class DiffusersFolder implements ModelFiles {

    /** Attention of autoencoders from before diffusers 0.18. */
    private static final Map<String, String> OLD_VAE_NAMES = Map.of(
            ".attentions.0.query.", ".attentions.0.to_q.",
            ".attentions.0.key.", ".attentions.0.to_k.",
            ".attentions.0.value.", ".attentions.0.to_v.",
            ".attentions.0.proj_attn.", ".attentions.0.to_out.0.");

    private static final Map<String, String> DESCRIBED = Map.of(
            "graft.unet", "unet/config.json",
            "graft.text_encoder", "text_encoder/config.json",
            "graft.vae", "vae/config.json",
            "graft.scheduler", "scheduler/scheduler_config.json");

    private static final List<String> PARTS = List.of("", "unet", "text_encoder", "vae", "scheduler", "tokenizer");

    private final Path folder;

    DiffusersFolder(Path folder) {
        this.folder = folder;
        if (!Files.isRegularFile(folder.resolve("model_index.json"))) {
            Optional<Problem> other = OtherWeights.in(folder);
            if (other.isPresent()) {
                throw other.get();
            }
            throw new Problem(
                    "cannot load the model " + folder,
                    "the folder holds no model_index.json",
                    "choose a folder that diffusers saved, or a .safetensors file");
        }
    }

    @Override
    public Path path() {
        return folder;
    }

    /** Versions 1 and 2 differ in their text encoders, which have different activations. */
    @Override
    public String family() {
        return textConfigs().size() > 1 ? "sdxl" : textConfigs().get(0).quick() ? "sd1" : "sd2";
    }

    @Override
    public UNetConfig unetConfig() {
        return UNetConfig.of(config("unet/config.json"));
    }

    @Override
    public List<TextConfig> textConfigs() {
        TextConfig first = TextConfig.of(config("text_encoder/config.json"));
        return Files.isDirectory(folder.resolve("text_encoder_2"))
                ? List.of(first, TextConfig.of(config("text_encoder_2/config.json")))
                : List.of(first);
    }

    @Override
    public VaeConfig vaeConfig() {
        return VaeConfig.of(config("vae/config.json"));
    }

    @Override
    public SchedulerConfig scheduler() {
        return SchedulerConfig.of(config("scheduler/scheduler_config.json"));
    }

    @Override
    public Map<String, String> descriptions() {
        Map<String, String> all = new LinkedHashMap<>();
        DESCRIBED.forEach((name, file) -> describe(all, name, file));
        if (textConfigs().get(0).vocabulary() != ClipVocabulary.SIZE) {
            all.put("graft.tokenizer", tokenizerJson());
            describe(all, "graft.tokenizer_config", "tokenizer/tokenizer_config.json");
        }
        return all;
    }

    /** One file for all that the tokenizer's folder holds. */
    String tokenizerJson() {
        return TokenizerFiles.read(
                        folder.resolve("tokenizer"), textConfigs().get(0).vocabulary())
                .json();
    }

    private void describe(Map<String, String> all, String name, String file) {
        if (Files.isRegularFile(folder.resolve(file))) {
            try {
                all.put(name, Files.readString(folder.resolve(file)));
            } catch (IOException failure) {
                throw new Problem(
                                "cannot read " + folder.resolve(file),
                                FileFault.why(failure),
                                "download the model again")
                        .causedBy(failure);
            }
        }
    }

    private Config config(String file) {
        return Config.read(folder.resolve(file));
    }

    @Override
    public Weights.Source unet(NDManager manager) {
        return weights("unet", "diffusion_pytorch_model", manager, UnaryOperator.identity());
    }

    @Override
    public Weights.Source textEncoder(int index, NDManager manager) {
        // transformers 5.6 and later save without the prefix.
        return weights(
                index == 0 ? "text_encoder" : "text_encoder_2",
                "model",
                manager,
                key -> key.startsWith("text_") ? key : "text_model." + key);
    }

    @Override
    public Weights.Source vae(NDManager manager) {
        return weights("vae", "diffusion_pytorch_model", manager, DiffusersFolder::currentVaeName);
    }

    private static String currentVaeName(String key) {
        String current = key;
        for (Map.Entry<String, String> name : OLD_VAE_NAMES.entrySet()) {
            current = current.replace(name.getKey(), name.getValue());
        }
        return current;
    }

    private Weights.Source weights(String part, String stem, NDManager manager, UnaryOperator<String> name) {
        // An index that older transformers saved among the weights.
        return FileWeights.open(weightFile(part, stem), manager, name, key -> !key.endsWith(".position_ids"));
    }

    private Path weightFile(String part, String stem) {
        return FileWeights.file(folder.resolve(part), stem);
    }

    @Override
    public Tokenizer tokenizer(int index) {
        return Tokenizer.read(folder.resolve("tokenizer"), textConfigs().get(0));
    }

    @Override
    public List<Path> contents() {
        List<Path> all = new ArrayList<>(List.of(
                weightFile("unet", "diffusion_pytorch_model"),
                weightFile("text_encoder", "model"),
                weightFile("vae", "diffusion_pytorch_model")));
        all.addAll(described());
        return all;
    }

    /** What is not weights: the configs of the parts, and the tokenizer's files. */
    List<Path> described() {
        List<Path> all = new ArrayList<>();
        for (String part : PARTS) {
            all.addAll(TransformersFolder.described(folder.resolve(part)));
        }
        return all;
    }

    /** Nothing is held open: each part's weights hold their own file. */
    @Override
    public void close() {}
}
