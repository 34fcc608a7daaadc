package graft.model.sd;

import ai.djl.ndarray.NDManager;
import graft.file.FileFault;
import graft.model.Config;
import graft.model.FileKind;
import graft.model.FileWeights;
import graft.model.SchedulerConfig;
import graft.model.Tokenizer;
import graft.model.TokenizerFiles;
import graft.model.TransformersFolder;
import graft.model.VaeConfig;
import graft.model.VaeFile;
import graft.model.WeightFiles;
import graft.model.Weights;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A base model as diffusers saves it: {@code model_index.json} and a folder for each part. */
final class DiffusersFolder implements ModelFiles {

    private static final String TEXT_ENCODER = "text_encoder";
    private static final String TOKENIZER = "tokenizer";
    private static final String STEM = VaeFile.STEM;
    private static final String TEXT_STEM = "model";
    private static final String PROJECTION = "text_projection.";

    private final Path folder;
    private final FileKind kind;

    /** @param kind that of the folder, a model */
    DiffusersFolder(Path folder, FileKind kind) {
        this.folder = folder;
        this.kind = kind;
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public String family() {
        return kind.family();
    }

    private int encoders() {
        return family().equals("sdxl") ? 2 : 1;
    }

    @Override
    public UNetConfig unetConfig() {
        return UNetConfig.of(config("unet/config.json"));
    }

    @Override
    public List<TextConfig> textConfigs() {
        List<TextConfig> all = new ArrayList<>();
        for (int i = 0; i < encoders(); i++) {
            all.add(textConfig(i));
        }
        return all;
    }

    private TextConfig textConfig(int index) {
        return TextConfig.of(config(ModelFiles.numbered(TEXT_ENCODER, index) + "/config.json"));
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
        describe(all, "graft.unet", "unet/config.json");
        describe(all, "graft.vae", "vae/config.json");
        describe(all, "graft.scheduler", "scheduler/scheduler_config.json");
        for (int i = 0; i < encoders(); i++) {
            String encoder = ModelFiles.numbered(TEXT_ENCODER, i);
            String tokenizer = ModelFiles.numbered(TOKENIZER, i);
            describe(all, "graft." + encoder, encoder + "/config.json");
            if (textConfig(i).vocabulary() != TokenizerFiles.OF_CLIP) {
                tokenizerFiles(i).ifPresent(files -> all.put("graft." + tokenizer, files.json()));
                describe(all, "graft." + tokenizer + "_config", tokenizer + "/tokenizer_config.json");
            }
        }
        return all;
    }

    @Override
    public Optional<TokenizerFiles> tokenizerFiles(int index) {
        Path tokenizer = folder.resolve(ModelFiles.numbered(TOKENIZER, index));
        return Files.isDirectory(tokenizer)
                ? Optional.of(TokenizerFiles.read(tokenizer, textConfig(index).vocabulary()))
                : Optional.empty();
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
        return weights("unet", STEM, manager, UnaryOperator.identity(), key -> true);
    }

    @Override
    public Weights.Source textEncoder(int index, NDManager manager) {
        boolean projects = textConfig(index).projected() > 0;
        return weights(
                ModelFiles.numbered(TEXT_ENCODER, index),
                TEXT_STEM,
                manager,
                DiffusersFolder::textName,
                // An index that older transformers saved among the weights, and what nothing is projected with.
                key -> !key.endsWith(".position_ids") && (projects || !key.startsWith(PROJECTION)));
    }

    /** transformers 5.6 and later save an encoder without projection without the prefix. */
    private static String textName(String key) {
        return key.startsWith("text_model.") || key.startsWith(PROJECTION) ? key : "text_model." + key;
    }

    @Override
    public Weights.Source vae(NDManager manager) {
        return weights("vae", STEM, manager, VaeFile::currentName, key -> true);
    }

    private Weights.Source weights(
            String part, String stem, NDManager manager, UnaryOperator<String> name, Predicate<String> needed) {
        return FileWeights.of(WeightFiles.open(folder.resolve(part), stem), manager, name, needed);
    }

    @Override
    public Tokenizer tokenizer(int index) {
        TextConfig text = textConfig(index);
        return Tokenizer.read(
                folder.resolve(ModelFiles.numbered(TOKENIZER, index)), text.vocabulary(), text.positions());
    }

    @Override
    public List<Path> contents() {
        List<Path> all = new ArrayList<>(WeightFiles.files(folder.resolve("unet"), STEM));
        for (int i = 0; i < encoders(); i++) {
            all.addAll(WeightFiles.files(folder.resolve(ModelFiles.numbered(TEXT_ENCODER, i)), TEXT_STEM));
        }
        all.addAll(vaeFiles());
        described().stream().filter(file -> !all.contains(file)).forEach(all::add);
        return all;
    }

    List<Path> vaeFiles() {
        return WeightFiles.files(folder.resolve("vae"), STEM);
    }

    /** What is not weights: the configs of the parts, and the tokenizer's files. */
    List<Path> described() {
        List<String> parts = new ArrayList<>(List.of("", "unet"));
        for (int i = 0; i < encoders(); i++) {
            parts.add(ModelFiles.numbered(TEXT_ENCODER, i));
        }
        parts.addAll(List.of("vae", "scheduler"));
        for (int i = 0; i < encoders(); i++) {
            parts.add(ModelFiles.numbered(TOKENIZER, i));
        }
        List<Path> all = new ArrayList<>();
        for (String part : parts) {
            all.addAll(TransformersFolder.described(folder.resolve(part)));
        }
        return all;
    }

    /** Nothing is held open: each part's weights hold their own file. */
    @Override
    public void close() {}
}
