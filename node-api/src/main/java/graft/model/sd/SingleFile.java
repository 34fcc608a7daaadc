package graft.model.sd;

import ai.djl.ndarray.NDManager;
import graft.file.OriginalLayout;
import graft.file.OriginalLayout.Place;
import graft.model.Config;
import graft.model.FileKind;
import graft.model.FileWeights;
import graft.model.SchedulerConfig;
import graft.model.TensorStore;
import graft.model.Tokenizer;
import graft.model.TokenizerFiles;
import graft.model.TransformersFolder;
import graft.model.VaeConfig;
import graft.model.VaeFile;
import graft.model.Weights;
import graft.node.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A base model in one file of the original layout, as safetensors or as {@code torch.save} wrote it.
 *
 * <p>Such a file has no configs, save one that Graft wrote, which has them in its metadata. Those of a diffusers folder of the
 * same family around it are taken when there is one; else the widths and depths are read off the weights, and what weights do
 * not show is that of all models of the family. Its autoencoder may lie beside it under its name with {@code .vae} behind, and
 * is then taken in place of the file's own, as A1111 does. Tensors that belong to no part are left out.
 */
final class SingleFile implements ModelFiles {

    private static final List<String> VAE_ENDINGS =
            List.of(".vae.safetensors", ".vae.pt", ".vae.ckpt", ".vae.sft", ".vae.bin");

    /** Empty tensors by which a model says that it predicts velocities, and that its noise has no signal at its end. */
    static final String VELOCITY = "v_pred";

    static final String ZERO_TERMINAL_SNR = "ztsnr";

    /** OpenCLIP's encoder of Stable Diffusion 2.x as it was trained; the last layer is not used. */
    private static final int OPEN_CLIP_LAYERS = 24;

    private static final int MOST_NAMED = 6;

    /** What every file of its kind holds beside the weights, and nobody needs to be told of. */
    private static final Pattern USUAL =
            Pattern.compile("betas|alphas_cumprod(_prev)?|sqrt_.+|log_one_minus_.+|posterior_.+|ddim_.+"
                    + "|logvar|scale_factor|denoiser\\..+|global_step|epoch|" + VELOCITY + "|" + ZERO_TERMINAL_SNR
                    + "|.+\\.position_ids|.+\\.logit_scale|.+\\.attn_mask"
                    + "|cond_stage_model\\.model\\.(text_projection|(transformer\\.)?resblocks\\..+)");

    private final TensorStore store;
    private final FileKind kind;
    private final Optional<DiffusersFolder> around;
    private final Optional<VaeFile> beside;

    /** @param kind that of the file: a model */
    SingleFile(TensorStore store, FileKind kind) {
        this.store = store;
        this.kind = kind;
        this.around = around(store.path().toAbsolutePath().getParent(), kind.family());
        this.beside = beside(store.path());
        if (beside.isEmpty() && VaeFile.latentChannels(store).isEmpty() && around.isEmpty()) {
            throw new Problem(
                    "cannot load the model " + store.path(),
                    "the file holds no VAE, and there is none beside it",
                    "put its VAE beside the file as " + stem(store.path()) + VAE_ENDINGS.get(0));
        }
    }

    private static Optional<DiffusersFolder> around(Path folder, String family) {
        if (!Files.isRegularFile(folder.resolve(FileKind.INDEX))) {
            return Optional.empty();
        }
        FileKind kind = FileKind.own(folder);
        return kind.isModel() && kind.family().equals(family)
                ? Optional.of(new DiffusersFolder(folder, kind))
                : Optional.empty();
    }

    private static Optional<VaeFile> beside(Path file) {
        return VAE_ENDINGS.stream()
                .map(ending -> file.resolveSibling(stem(file) + ending))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(VaeFile::open);
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
    }

    @Override
    public Path path() {
        return store.path();
    }

    @Override
    public String family() {
        return kind.family();
    }

    /** Which text encoders the family has: whether OpenCLIP's, and what their names begin with. */
    private record Encoder(boolean openClip, String prefix) {}

    private List<Encoder> encoders() {
        return switch (family()) {
            case "sdxl" ->
                List.of(new Encoder(false, OriginalLayout.CLIP_XL), new Encoder(true, OriginalLayout.OPEN_CLIP_XL));
            case "sd2" -> List.of(new Encoder(true, OriginalLayout.OPEN_CLIP));
            default -> List.of(new Encoder(false, OriginalLayout.CLIP));
        };
    }

    @Override
    public UNetConfig unetConfig() {
        return described("graft.unet")
                .map(UNetConfig::of)
                .or(() -> around.map(DiffusersFolder::unetConfig))
                .orElseGet(() -> UNetConfig.of(unet(null), pooled()));
    }

    /** Width of the pooled text: what the last encoder projects to. */
    private int pooled() {
        List<TextConfig> encoders = textConfigs();
        return encoders.get(encoders.size() - 1).projected();
    }

    @Override
    public List<TextConfig> textConfigs() {
        List<TextConfig> all = new ArrayList<>();
        for (int i = 0; i < encoders().size(); i++) {
            all.add(textConfig(i));
        }
        return all;
    }

    private TextConfig textConfig(int index) {
        Encoder encoder = encoders().get(index);
        return described("graft." + ModelFiles.numbered("text_encoder", index))
                .map(TextConfig::of)
                .or(() -> around.map(folder -> folder.textConfigs().get(index)))
                .orElseGet(() -> TextConfig.of(
                        new FileWeights(store, used(encoder, allTextWeights(encoder)), null), encoder.openClip()));
    }

    @Override
    public VaeConfig vaeConfig() {
        if (beside.isPresent()) {
            return beside.get().config(usualScaling());
        }
        return described("graft.vae")
                .map(VaeConfig::of)
                .or(() -> around.map(DiffusersFolder::vaeConfig))
                .orElseGet(() -> VaeConfig.of(vae(null), usualScaling()));
    }

    @Override
    public SchedulerConfig scheduler() {
        return described("graft.scheduler")
                .map(SchedulerConfig::of)
                .or(() -> around.map(DiffusersFolder::scheduler))
                .orElseGet(this::schedulerByKeys);
    }

    private SchedulerConfig schedulerByKeys() {
        SchedulerConfig usual = SchedulerConfig.STABLE_DIFFUSION;
        boolean zero = store.names().contains(ZERO_TERMINAL_SNR);
        return new SchedulerConfig(
                usual.trainTimesteps(),
                usual.betaStart(),
                usual.betaEnd(),
                usual.betaSchedule(),
                predictsVelocity() ? "v_prediction" : "epsilon",
                // Else the noisiest step, which is what it was trained for, would never be taken.
                zero ? "trailing" : usual.timestepSpacing(),
                usual.stepsOffset(),
                usual.setAlphaToOne(),
                zero,
                Optional.empty(),
                Map.of());
    }

    private boolean predictsVelocity() {
        String said = store.metadata().getOrDefault("modelspec.prediction_type", "");
        if (store.names().contains(VELOCITY) || said.equals("v") || said.equals("v_prediction")) {
            return true;
        }
        return family().equals("sd2") && said.isEmpty() && looksOfVelocity();
    }

    /**
     * Stable Diffusion 2.x says nowhere what it predicts; its two lines differ in how far the biases of one norm lie apart.
     * Source: ComfyUI {@code supported_models.py}.
     */
    private boolean looksOfVelocity() {
        String key = OriginalLayout.UNET + "output_blocks.11.1.transformer_blocks.0.norm1.bias";
        if (!store.names().contains(key) || unetConfig().inChannels() != 4) {
            return false;
        }
        float[] values = store.floats(key);
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        double mean = sum / values.length;
        return Math.sqrt(squares / values.length - mean * mean) > 0.09;
    }

    private Optional<Config> described(String name) {
        return Optional.ofNullable(own().get(name))
                .map(text -> Config.parse(store.path() + " (" + name + " of its metadata)", text));
    }

    @Override
    public Map<String, String> descriptions() {
        Map<String, String> all = new HashMap<>();
        around.ifPresent(folder -> all.putAll(folder.descriptions()));
        all.putAll(own());
        for (int i = 0; i < encoders().size(); i++) {
            String name = "graft." + ModelFiles.numbered("tokenizer", i);
            if (!all.containsKey(name) && textConfig(i).vocabulary() != TokenizerFiles.OF_CLIP) {
                tokenizerFiles(i).ifPresent(files -> all.put(name, files.json()));
                Path config = tokenizerFolder(i).resolve("tokenizer_config.json");
                if (Files.isRegularFile(config)) {
                    all.put(name + "_config", Config.read(config).object().toString());
                }
            }
        }
        return all;
    }

    /** What Graft wrote into its metadata. */
    private Map<String, String> own() {
        return store.metadata().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("graft."))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Where a file without a tokenizer may have one beside it. */
    private Path tokenizerFolder(int index) {
        return store.path().toAbsolutePath().resolveSibling(ModelFiles.numbered("tokenizer", index));
    }

    @Override
    public Weights.Source unet(NDManager manager) {
        return FileWeights.of(mapped(manager), OriginalLayout.unet(store.names()), manager);
    }

    @Override
    public Weights.Source textEncoder(int index, NDManager manager) {
        Map<String, Place> places = textWeights(index);
        if (places.isEmpty()) {
            throw new Problem(
                    "cannot load the text encoder of " + store.path(),
                    "the file has none in the layout of its family",
                    "choose the model as a diffusers folder");
        }
        return new FileWeights(mapped(manager), places, manager);
    }

    /** The file, opened for one part where it is read: a mapping that parts shared would stay while any of them is there. */
    private TensorStore mapped(NDManager manager) {
        return manager == null ? store : TensorStore.open(store.path());
    }

    private Map<String, Place> textWeights(int index) {
        TextConfig config = textConfig(index);
        Map<String, Place> places =
                new LinkedHashMap<>(allTextWeights(encoders().get(index)));
        keep(places, config.layers(), config.projected() > 0);
        return places;
    }

    private Map<String, Place> allTextWeights(Encoder encoder) {
        if (encoder.openClip()) {
            return OriginalLayout.openClip(store.names(), encoder.prefix());
        }
        Map<String, Place> places = new LinkedHashMap<>();
        OriginalLayout.clip(store.names(), encoder.prefix())
                .forEach((ours, theirs) -> places.put(ours, Place.whole(theirs)));
        return places;
    }

    /**
     * What of an encoder is used where no config tells. Stable Diffusion 2.x takes the states before the last layer, which its
     * original files still have, as they have the projection; files made from a diffusers folder have neither.
     */
    private Map<String, Place> used(Encoder encoder, Map<String, Place> all) {
        Map<String, Place> places = new LinkedHashMap<>(all);
        int layers = TextConfig.layers(places.keySet());
        boolean whole = places.containsKey("text_projection.weight") || layers == OPEN_CLIP_LAYERS;
        boolean lastUnused = encoder.prefix().equals(OriginalLayout.OPEN_CLIP) && whole;
        keep(places, lastUnused ? layers - 1 : layers, encoder.prefix().equals(OriginalLayout.OPEN_CLIP_XL));
        return places;
    }

    private static void keep(Map<String, Place> places, int layers, boolean projection) {
        String layer = "text_model.encoder.layers.";
        places.keySet()
                .removeIf(key -> key.startsWith("text_projection.")
                        ? !projection
                        : key.startsWith(layer)
                                && Integer.parseInt(key.substring(layer.length(), key.indexOf('.', layer.length())))
                                        >= layers);
    }

    @Override
    public Weights.Source vae(NDManager manager) {
        if (beside.isPresent()) {
            return beside.get().weights(manager);
        }
        return VaeFile.latentChannels(store).isPresent() || around.isEmpty()
                ? VaeFile.weights(mapped(manager), manager)
                : around.get().vae(manager);
    }

    @Override
    public Tokenizer tokenizer(int index) {
        TextConfig config = textConfig(index);
        Optional<TokenizerFiles> files = tokenizerFiles(index);
        if (files.isEmpty()) {
            throw new Problem(
                    "cannot read prompts for " + store.path(),
                    "its vocabulary of " + config.vocabulary()
                            + " words is not CLIP's, and the file holds no tokenizer",
                    "put its tokenizer folder (tokenizer.json, or vocab.json and merges.txt) beside the file as "
                            + tokenizerFolder(index));
        }
        return encoders().get(index).openClip()
                ? Tokenizer.ofOpenClip(files.get(), config.positions())
                : Tokenizer.of(files.get(), config.positions());
    }

    @Override
    public Optional<TokenizerFiles> tokenizerFiles(int index) {
        int vocabulary = textConfig(index).vocabulary();
        String name = "graft." + ModelFiles.numbered("tokenizer", index);
        Optional<Config> own = described(name);
        if (own.isPresent()) {
            return Optional.of(
                    TokenizerFiles.of(store.path().toString(), own.get(), described(name + "_config"), vocabulary));
        }
        Path folder = tokenizerFolder(index);
        if (Files.isDirectory(folder)) {
            return Optional.of(TokenizerFiles.read(folder, vocabulary));
        }
        return vocabulary == TokenizerFiles.OF_CLIP ? Optional.of(TokenizerFiles.ofClip()) : Optional.empty();
    }

    @Override
    public List<Path> contents() {
        List<Path> all = new ArrayList<>(store.files());
        beside.ifPresent(vae -> all.addAll(vae.files()));
        if (around.isPresent()) {
            if (beside.isEmpty() && VaeFile.latentChannels(store).isEmpty()) {
                all.addAll(around.get().vaeFiles());
            }
            all.addAll(around.get().described());
            return all;
        }
        for (int i = 0; i < encoders().size(); i++) {
            all.addAll(TransformersFolder.described(tokenizerFolder(i)));
        }
        return all;
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        beside.ifPresent(vae -> notes.add("Its VAE is read from " + vae.files().get(0) + "."));
        Map<String, Integer> left = leftOut();
        if (!left.isEmpty()) {
            List<String> named = new ArrayList<>();
            left.forEach((name, count) -> named.add(count == 1 ? name : count + " of " + name));
            int more = named.size() - MOST_NAMED;
            notes.add("Of " + store.path().getFileName() + " is not read: "
                    + String.join(", ", named.subList(0, Math.min(named.size(), MOST_NAMED)))
                    + (more > 0 ? " and " + more + " others." : "."));
        }
        return notes;
    }

    /** The tensors that belong to no part, those that begin alike together, with how many they are. */
    private Map<String, Integer> leftOut() {
        Set<String> left = new LinkedHashSet<>(store.names());
        left.removeAll(OriginalLayout.unet(store.names()).values());
        left.removeAll(OriginalLayout.vae(store.names(), OriginalLayout.VAE).values());
        for (int i = 0; i < encoders().size(); i++) {
            textWeights(i).values().forEach(place -> left.remove(place.tensor()));
        }
        left.removeIf(name -> USUAL.matcher(name).matches());
        Map<String, Integer> counts = new TreeMap<>();
        for (String name : left) {
            int dot = name.indexOf('.');
            String start = dot < 0 ? name : name.substring(0, dot) + ".…";
            counts.merge(start.replaceAll("\\p{Cntrl}", "?"), 1, Integer::sum);
        }
        return counts;
    }

    /** Nothing is held open: mappings go with their last buffer. */
    @Override
    public void close() {}
}
