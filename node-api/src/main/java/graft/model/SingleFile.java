package graft.model;

import ai.djl.ndarray.NDManager;
import graft.file.OriginalLayout;
import graft.file.SafeTensors;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A base model in one file of the original layout.
 *
 * <p>Such a file has no configs, save one that Graft wrote, which has them in its metadata. Those of a diffusers folder
 * around it are taken when there is one; else the widths and depths are read off the weights, and what weights do not show
 * is that of all Stable Diffusion 1.x.
 */
final class SingleFile implements ModelFiles {

    private final SafeTensors file;
    private final Optional<DiffusersFolder> beside;

    SingleFile(SafeTensors file) {
        this.file = file;
        Path folder = file.file().toAbsolutePath().getParent();
        this.beside = Files.isRegularFile(folder.resolve("model_index.json"))
                ? Optional.of(new DiffusersFolder(folder))
                : Optional.empty();
        OriginalLayout.Family family = OriginalLayout.family(file);
        if (family == OriginalLayout.Family.SDXL || family == OriginalLayout.Family.INPAINTING) {
            throw new Problem(
                    "cannot load the model " + file.file(),
                    "it is of the kind " + family + ", which Graft does not know yet",
                    "choose a Stable Diffusion 1.x or 2.x model");
        }
    }

    @Override
    public Path path() {
        return file.file();
    }

    @Override
    public String family() {
        return OriginalLayout.family(file) == OriginalLayout.Family.SD2 ? "sd2" : "sd1";
    }

    @Override
    public UNetConfig unetConfig() {
        return described("graft.unet")
                .map(UNetConfig::of)
                .or(() -> beside.map(DiffusersFolder::unetConfig))
                .orElseGet(() -> UNetConfig.of(unet(null)));
    }

    @Override
    public List<TextConfig> textConfigs() {
        return List.of(described("graft.text_encoder")
                .map(TextConfig::of)
                .or(() -> beside.map(folder -> folder.textConfigs().get(0)))
                .orElseGet(() -> TextConfig.of(textEncoder(0, null))));
    }

    @Override
    public VaeConfig vaeConfig() {
        return described("graft.vae")
                .map(VaeConfig::of)
                .or(() -> beside.map(DiffusersFolder::vaeConfig))
                .orElseGet(() -> VaeConfig.of(vae(null)));
    }

    @Override
    public SchedulerConfig scheduler() {
        return described("graft.scheduler")
                .map(SchedulerConfig::of)
                .or(() -> beside.map(DiffusersFolder::scheduler))
                .orElse(SchedulerConfig.STABLE_DIFFUSION);
    }

    private Optional<Config> described(String name) {
        return Optional.ofNullable(own().get(name))
                .map(text -> Config.parse(file.file() + " (" + name + " of its metadata)", text));
    }

    @Override
    public Map<String, String> descriptions() {
        Map<String, String> all = new HashMap<>(own());
        Path folder = tokenizerFolder();
        int vocabulary = textConfigs().get(0).vocabulary();
        if (!all.containsKey("graft.tokenizer") && vocabulary != ClipVocabulary.SIZE && Files.isDirectory(folder)) {
            all.put("graft.tokenizer", TokenizerFiles.read(folder, vocabulary).json());
        }
        return all;
    }

    /** What Graft wrote into its metadata. */
    private Map<String, String> own() {
        return file.metadata().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("graft."))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Where a file without a tokenizer may have one beside it. */
    private Path tokenizerFolder() {
        return file.file().toAbsolutePath().resolveSibling("tokenizer");
    }

    @Override
    public Weights.Source unet(NDManager manager) {
        return new FileWeights(file, OriginalLayout.unet(file.names()), manager);
    }

    @Override
    public Weights.Source textEncoder(int index, NDManager manager) {
        Map<String, String> keys = OriginalLayout.textEncoder(file.names());
        if (keys.isEmpty()) {
            throw new Problem(
                    "cannot load the text encoder of " + file.file(),
                    "the file has none in the layout of Stable Diffusion 1.x",
                    "choose the model as a diffusers folder");
        }
        return new FileWeights(file, keys, manager);
    }

    @Override
    public Weights.Source vae(NDManager manager) {
        return new FileWeights(file, OriginalLayout.vae(file.names()), manager);
    }

    @Override
    public Tokenizer tokenizer(int index) {
        Path folder = tokenizerFolder();
        TextConfig config = textConfigs().get(0);
        Optional<Config> own = described("graft.tokenizer");
        if (own.isPresent()) {
            return Tokenizer.of(
                    TokenizerFiles.of(
                            file.file().toString(),
                            own.get(),
                            described("graft.tokenizer_config"),
                            config.vocabulary()),
                    config.positions());
        }
        if (Files.isDirectory(folder)) {
            return Tokenizer.read(folder, config);
        }
        if (config.vocabulary() == ClipVocabulary.SIZE) {
            return Tokenizer.ofClip(config.positions());
        }
        throw new Problem(
                "cannot read prompts for " + file.file(),
                "its vocabulary of " + config.vocabulary() + " words is not CLIP's, and the file holds no tokenizer",
                "put its tokenizer folder (tokenizer.json, or vocab.json and merges.txt) beside the file as " + folder);
    }

    @Override
    public List<Path> contents() {
        List<Path> all = new ArrayList<>(List.of(file.file()));
        all.addAll(beside.map(DiffusersFolder::described)
                .orElseGet(() -> TransformersFolder.described(tokenizerFolder())));
        return all;
    }

    @Override
    public void close() {
        file.close();
    }
}
