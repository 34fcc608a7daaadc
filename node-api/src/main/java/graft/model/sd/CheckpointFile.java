package graft.model.sd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.file.Folder;
import graft.file.OriginalLayout;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Sink;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.Family;
import graft.model.FileKind;
import graft.model.Parts;
import graft.model.SchedulerConfig;
import graft.model.StoredArrays;
import graft.model.TokenizerFiles;
import graft.model.Weights;
import graft.node.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Writes a base model, as one file in the original layout or as a folder as diffusers has it; whole or not at all. */
public final class CheckpointFile {

    private CheckpointFile() {}

    /** The numbers of one network, by diffusers' keys. */
    private interface Part {

        Set<String> keys();

        long[] shape(String key);

        /** Puts out a weight's elements as 32-bit floats, row by row; may be asked again. */
        void put(String key, Sink sink) throws IOException;

        /** One that was changed, and lies in memory. */
        static Part of(Weights network) {
            return new Part() {
                @Override
                public Set<String> keys() {
                    return network.names();
                }

                @Override
                public long[] shape(String key) {
                    return network.get(key).getShape().getShape();
                }

                @Override
                public void put(String key, Sink sink) throws IOException {
                    StoredArrays.putWide(network.get(key), sink);
                }
            };
        }

        /** One that is as it was read: read once more, so that the model need not fit into memory beside its file. */
        static Part of(Weights.Source source) {
            return new Part() {
                @Override
                public Set<String> keys() {
                    return source.keys();
                }

                @Override
                public long[] shape(String key) {
                    return source.shape(key, new long[0]).orElseThrow();
                }

                @Override
                public void put(String key, Sink sink) throws IOException {
                    try (NDArray array = source.read(key, shape(key))) {
                        StoredArrays.put(array, sink);
                    }
                }
            };
        }
    }

    /**
     * Where its parts were read from.
     *
     * @throws Problem when it is of a family whose files are not written
     */
    private static ModelFiles files(Path target, Checkpoint model) {
        if (model.opened() instanceof StableDiffusionModel stable) {
            return stable.files();
        }
        throw new Problem(
                "cannot write " + target,
                "files of the family " + model.spec().family() + " are not written",
                "write a Stable Diffusion model");
    }

    private static Part unet(Checkpoint model, ModelFiles files, NDManager manager) {
        return model.hasOwnNetwork() ? Part.of(model.network().weights()) : Part.of(files.unet(manager));
    }

    private static Part textEncoder(Checkpoint model, ModelFiles files, int index, NDManager manager) {
        String part = model.texts().get(index);
        return model.hasOwnEncoder(part)
                ? Part.of(model.encoder(part).weights())
                : Part.of(files.textEncoder(index, manager));
    }

    /**
     * Writes UNet, VAE and text encoders in one {@code .safetensors} file in the original layout, which ComfyUI, A1111 and
     * diffusers ({@code from_single_file}) read.
     *
     * @param dtype F16, BF16 or F32
     * @throws Problem naming the file when it cannot be written, or when the model carries LoRAs
     */
    public static void writeSingle(Path file, Checkpoint model, DType dtype) {
        refuseWhatItCannotHold(file, model);
        ModelFiles files = files(file, model);
        List<Tensor> tensors = new ArrayList<>();
        try (NDManager manager = model.compute().newManager()) {
            Part unet = unet(model, files, manager);
            OriginalLayout.unetToWrite(unet.keys())
                    .forEach((ours, theirs) -> tensors.add(tensor(theirs, unet, ours, unet.shape(ours), dtype)));
            Part vae = Part.of(model.opened(Parts.VAE).weights(Parts.VAE, manager));
            OriginalLayout.vaeToWrite(vae.keys()).forEach((ours, theirs) -> {
                long[] shape = OriginalLayout.vaeShapeToWrite(ours, vae.shape(ours));
                tensors.add(tensor(theirs, vae, ours, shape, dtype));
            });
            List<String> prefixes =
                    switch (files.family()) {
                        case "sdxl" -> List.of(OriginalLayout.CLIP_XL, OriginalLayout.OPEN_CLIP_XL);
                        case "sd2" -> List.of(OriginalLayout.OPEN_CLIP);
                        default -> List.of(OriginalLayout.CLIP);
                    };
            for (int i = 0; i < prefixes.size(); i++) {
                Part text = textEncoder(model, files, i, manager);
                String prefix = prefixes.get(i);
                if (prefix.equals(OriginalLayout.CLIP) || prefix.equals(OriginalLayout.CLIP_XL)) {
                    OriginalLayout.clipToWrite(text.keys(), prefix)
                            .forEach(
                                    (ours, theirs) -> tensors.add(tensor(theirs, text, ours, text.shape(ours), dtype)));
                } else {
                    OriginalLayout.openClipToWrite(text.keys(), prefix)
                            .forEach((theirs, ours) -> tensors.add(openClip(theirs, text, ours, dtype)));
                }
            }
            tensors.addAll(marks(files.family(), model.scheduler()));
            SafeTensors.write(file, tensors, metadata(file, model, files));
        }
    }

    private static Tensor tensor(String name, Part part, String key, long[] shape, DType dtype) {
        return Tensor.of(name, dtype, shape, sink -> part.put(key, sink));
    }

    /** One weight, or queries, keys and values after each other. */
    private static Tensor openClip(String name, Part part, List<String> keys, DType dtype) {
        long[] shape = part.shape(keys.get(0)).clone();
        if (keys.size() == 1 && name.endsWith("text_projection")) {
            long[] turned = {shape[1], shape[0]};
            return Tensor.of(name, dtype, turned, sink -> part.put(keys.get(0), new Turned(shape, sink)));
        }
        shape[0] *= keys.size();
        return Tensor.of(name, dtype, shape, sink -> {
            for (String key : keys) {
                part.put(key, sink);
            }
        });
    }

    /** Swaps the axes of a matrix, which comes as one piece. */
    @SuppressWarnings("ArrayRecordComponent") // a shape is read, never compared or changed
    private record Turned(long[] shape, Sink sink) implements Sink {

        @Override
        public void put(ByteBuffer piece) throws IOException {
            int rows = (int) shape[0];
            int columns = (int) shape[1];
            FloatBuffer floats =
                    piece.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            ByteBuffer turned =
                    ByteBuffer.allocate(Float.BYTES * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
            for (int column = 0; column < columns; column++) {
                for (int row = 0; row < rows; row++) {
                    turned.putFloat(floats.get(row * columns + column));
                }
            }
            sink.put(turned.flip());
        }
    }

    /** The empty tensors by which others know what a model of XL predicts. */
    private static List<Tensor> marks(String family, SchedulerConfig scheduler) {
        List<Tensor> marks = new ArrayList<>();
        if (family.equals("sdxl") && scheduler.predictionType().equals("v_prediction")) {
            marks.add(Tensor.of(SingleFile.VELOCITY, DType.F32, new long[] {0}, new float[0]));
            if (scheduler.rescaleBetasZeroSnr()) {
                marks.add(Tensor.of(SingleFile.ZERO_TERMINAL_SNR, DType.F32, new long[] {0}, new float[0]));
            }
        }
        return marks;
    }

    private static Map<String, String> metadata(Path file, Checkpoint model, ModelFiles files) {
        Map<String, String> metadata = new HashMap<>(files.descriptions());
        if (!model.scheduler().equals(files.scheduler())) {
            metadata.put("graft.scheduler", scheduler(model, metadata.getOrDefault("graft.scheduler", "{}")));
        }
        metadata.putAll(Map.of(
                "format",
                "pt",
                "modelspec.sai_model_spec",
                "1.0.1",
                "modelspec.architecture",
                Family.of(model.spec()).names(model.spec().predictionType()).architecture(),
                "modelspec.implementation",
                "https://github.com/Stability-AI/generative-models",
                "modelspec.prediction_type",
                model.spec().predictionType().replace("_prediction", ""),
                "modelspec.title",
                file.getFileName().toString().replaceFirst("\\.safetensors$", "")));
        return metadata;
    }

    /** What the user knows of the noise that the model's files do not say. */
    private static String scheduler(Checkpoint model, String said) {
        return model.scheduler()
                .over(JsonParser.parseString(said).getAsJsonObject())
                .toString();
    }

    /**
     * Writes a folder as diffusers has it. A model that was read from one keeps what it was read from but for its own UNet and
     * text encoders; of one that was read from a single file all parts are written, with the configs that it has or that were
     * read off its weights.
     *
     * @param folder not there yet
     * @param dtype of what is written anew: F16, BF16 or F32; the other parts stay as they are
     * @throws Problem naming the folder when it is there or cannot be written, or when the model carries LoRAs
     */
    public static void writeFolder(Path folder, Checkpoint model, DType dtype) {
        refuseWhatItCannotHold(folder, model);
        ModelFiles files = files(folder, model);
        Path whole = folder.toAbsolutePath();
        Path temporary = whole.resolveSibling("." + UUID.randomUUID() + ".part");
        try (NDManager manager = model.compute().newManager()) {
            boolean all = !Files.isDirectory(files.path()) || files instanceof OtherVae || model.hasOtherVae();
            Set<String> anew = new HashSet<>(Set.of("unet"));
            for (int i = 0; i < model.texts().size(); i++) {
                if (all || model.hasOwnEncoder(model.texts().get(i))) {
                    anew.add(ModelFiles.numbered("text_encoder", i));
                }
            }
            if (all) {
                writeConfigs(temporary, files);
                write(
                        temporary.resolve("vae/diffusion_pytorch_model.safetensors"),
                        Part.of(model.opened(Parts.VAE).weights(Parts.VAE, manager)),
                        dtype);
            } else {
                copyAllButWeights(anew, files.path(), temporary);
            }
            if (!model.scheduler().equals(files.scheduler())) {
                Path said = temporary.resolve("scheduler/scheduler_config.json");
                String noised = scheduler(model, Files.readString(said));
                Files.delete(said); // copied with its rights, it may not be written over
                Files.writeString(said, noised);
            }
            for (int i = 0; i < model.texts().size(); i++) {
                String part = ModelFiles.numbered("text_encoder", i);
                if (anew.contains(part)) {
                    write(temporary.resolve(part + "/model.safetensors"), textEncoder(model, files, i, manager), dtype);
                }
            }
            write(temporary.resolve("unet/diffusion_pytorch_model.safetensors"), unet(model, files, manager), dtype);
            Files.move(temporary, whole, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw graft.file.AtomicFile.problem(folder, e);
        } finally {
            remove(temporary);
        }
    }

    private static void writeConfigs(Path folder, ModelFiles files) throws IOException {
        Map<String, String> known = files.descriptions();
        boolean xl = files.family().equals("sdxl");
        boolean linear = files.unet(null)
                .shape("mid_block.attentions.0.proj_in.weight", new long[0])
                .filter(shape -> shape.length == 2)
                .isPresent();
        text(folder.resolve(FileKind.INDEX), DiffusersConfigs.text(DiffusersConfigs.index(files)));
        config(folder, "unet/config.json", known.get("graft.unet"), DiffusersConfigs.unet(files.unetConfig(), linear));
        config(folder, "vae/config.json", known.get("graft.vae"), DiffusersConfigs.vae(files.vaeConfig(), xl));
        config(
                folder,
                "scheduler/scheduler_config.json",
                known.get("graft.scheduler"),
                DiffusersConfigs.schedulerConfig(files));
        for (int i = 0; i < files.textConfigs().size(); i++) {
            String encoder = ModelFiles.numbered("text_encoder", i);
            config(
                    folder,
                    encoder + "/config.json",
                    known.get("graft." + encoder),
                    DiffusersConfigs.textEncoder(files.textConfigs().get(i)));
            writeTokenizer(folder.resolve(ModelFiles.numbered("tokenizer", i)), files, i);
        }
    }

    private static void config(Path folder, String name, String known, JsonObject otherwise) throws IOException {
        text(folder.resolve(name), known == null ? DiffusersConfigs.text(otherwise) : known);
    }

    /** In both forms: older programs read {@code vocab.json} and {@code merges.txt}, newer ones {@code tokenizer.json}. */
    private static void writeTokenizer(Path folder, ModelFiles files, int index) throws IOException {
        Optional<TokenizerFiles> found = files.tokenizerFiles(index);
        if (found.isEmpty()) {
            return;
        }
        TokenizerFiles tokenizer = found.get();
        text(folder.resolve("tokenizer.json"), tokenizer.json());
        text(folder.resolve("vocab.json"), tokenizer.vocabularyJson());
        text(folder.resolve("merges.txt"), tokenizer.mergesText());
        String known = files.descriptions().get("graft." + ModelFiles.numbered("tokenizer", index) + "_config");
        config(
                folder,
                "tokenizer_config.json",
                known,
                DiffusersConfigs.tokenizer(files.textConfigs().get(index)));
    }

    private static void text(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void write(Path file, Part part, DType dtype) {
        List<Tensor> tensors = new ArrayList<>();
        part.keys().forEach(key -> tensors.add(tensor(key, part, key, part.shape(key), dtype)));
        SafeTensors.write(file, tensors, Map.of("format", "pt"));
    }

    private static void refuseWhatItCannotHold(Path target, Checkpoint model) {
        if (model.isPatched()) {
            throw new Problem(
                    "cannot write " + target,
                    "the model has LoRAs laid over it, which a checkpoint cannot hold",
                    "compute them into it with Merge LoRA into Model, or wire in the model without them");
        }
        if (model.vae().isTiny()) {
            throw new Problem(
                    "cannot write " + target,
                    "the model's VAE is a tiny autoencoder (TAESD), which a checkpoint cannot hold",
                    "leave vae empty in Load Model, or choose a whole VAE");
        }
    }

    private static void copyAllButWeights(Set<String> parts, Path from, Path to) throws IOException {
        for (Path path : Folder.tree(from)) {
            Path relative = from.relativize(path);
            if (Files.isDirectory(path)) {
                Files.createDirectories(to.resolve(relative));
            } else if (isKept(relative, parts)) {
                Files.copy(path, to.resolve(relative));
            }
        }
    }

    /** Neither weights that are written anew, nor the whole model once more in one file, as models are offered. */
    private static boolean isKept(Path file, Set<String> anew) {
        String name = file.toString();
        if (file.getNameCount() == 1) {
            return !name.matches(".+\\.(safetensors|ckpt|bin|pt|pth|msgpack|onnx)");
        }
        return !anew.contains(file.getName(0).toString())
                || (name.endsWith(".json") && !name.matches(".+\\.index(\\.\\w+)?\\.json"));
    }

    private static void remove(Path folder) {
        try {
            Folder.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
