package graft.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonParser;
import graft.file.OriginalLayout;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Writes a base model, as one file in the original layout or as a folder as diffusers has it; whole or not at all. */
public final class CheckpointFile {

    private CheckpointFile() {}

    /**
     * Writes UNet, VAE and text encoder in one {@code .safetensors} file, which ComfyUI, A1111 and diffusers
     * ({@code from_single_file}) read.
     *
     * @param dtype F16, BF16 or F32
     * @throws Problem naming the file when it cannot be written, or the model when it is not Stable Diffusion 1.x or carries
     *     LoRAs
     */
    public static void writeSingle(Path file, Checkpoint model, DType dtype) {
        refuseViews(file, model);
        if (!model.spec().family().equals("sd1")) {
            throw new Problem(
                    "cannot write " + file,
                    "only Stable Diffusion 1.x models are written as one file so far",
                    "write it as a folder");
        }
        List<Tensor> tensors = new ArrayList<>();
        Weights unet = model.network().weights();
        OriginalLayout.unetToWrite(unet.names())
                .forEach((ours, theirs) -> tensors.add(tensor(theirs, unet.get(ours), dtype)));
        try (NDManager manager = model.compute().newManager()) {
            Weights.Source vae = files(model).vae(manager);
            OriginalLayout.vaeToWrite(vae.keys()).forEach((ours, theirs) -> {
                long[] shape = vae.shape(ours, new long[0]).orElseThrow();
                tensors.add(fromFile(theirs, OriginalLayout.vaeShapeToWrite(ours, shape), vae, ours, dtype));
            });
            if (model.hasOwnEncoder(Parts.TEXT)) {
                Weights text = model.encoder(Parts.TEXT).weights();
                OriginalLayout.textEncoderToWrite(text.names())
                        .forEach((ours, theirs) -> tensors.add(tensor(theirs, text.get(ours), dtype)));
            } else {
                Weights.Source text = files(model).textEncoder(0, manager);
                OriginalLayout.textEncoderToWrite(text.keys()).forEach((ours, theirs) -> {
                    long[] shape = text.shape(ours, new long[0]).orElseThrow();
                    tensors.add(fromFile(theirs, shape, text, ours, dtype));
                });
            }
            SafeTensors.write(file, tensors, metadata(file, model));
        }
    }

    private static ModelFiles files(Checkpoint model) {
        return ((StableDiffusionModel) model.opened()).files();
    }

    private static Map<String, String> metadata(Path file, Checkpoint model) {
        Map<String, String> metadata = new HashMap<>(files(model).descriptions());
        if (!model.scheduler().equals(files(model).scheduler())) {
            metadata.put("graft.scheduler", scheduler(model, metadata.getOrDefault("graft.scheduler", "{}")));
        }
        metadata.putAll(Map.of(
                "format", "pt",
                "modelspec.sai_model_spec", "1.0.1",
                "modelspec.architecture", "stable-diffusion-v1",
                "modelspec.implementation", "https://github.com/Stability-AI/generative-models",
                "modelspec.prediction_type", model.spec().predictionType().replace("_prediction", ""),
                "modelspec.title", file.getFileName().toString().replaceFirst("\\.safetensors$", "")));
        return metadata;
    }

    /** What the user knows of the noise that the model's files do not say. */
    private static String scheduler(Checkpoint model, String said) {
        return model.scheduler()
                .over(JsonParser.parseString(said).getAsJsonObject())
                .toString();
    }

    /** Read once more whenever it is asked for: the model need not fit into memory beside its file. */
    private static Tensor fromFile(String name, long[] shape, Weights.Source source, String key, DType dtype) {
        long[] stored = source.shape(key, new long[0]).orElseThrow();
        return Tensor.of(name, dtype, shape, sink -> {
            try (NDArray array = source.read(key, stored)) {
                StoredArrays.put(array, sink);
            }
        });
    }

    /**
     * Writes a folder as diffusers has it: what the model was read from, with its own UNet and, where it
     * has one, its own text encoder in it.
     *
     * @param folder not there yet
     * @param dtype of what is written anew; the other parts stay as they are
     * @throws Problem naming the folder when it is there or cannot be written, or when the model came from a single file
     */
    public static void writeFolder(Path folder, Checkpoint model, DType dtype) {
        refuseViews(folder, model);
        Path source = files(model).path();
        if (!Files.isDirectory(source)) {
            throw new Problem(
                    "cannot write " + folder,
                    "the model was read from a single file, which has no configs to put in a folder",
                    "write it as a single file");
        }
        Path whole = folder.toAbsolutePath();
        Path temporary = whole.resolveSibling("." + UUID.randomUUID() + ".part");
        try {
            Set<String> anew = model.hasOwnEncoder(Parts.TEXT) ? Set.of("unet", "text_encoder") : Set.of("unet");
            copyAllButWeights(anew, source, temporary);
            if (!model.scheduler().equals(files(model).scheduler())) {
                Path said = temporary.resolve("scheduler/scheduler_config.json");
                String noised = scheduler(model, Files.readString(said));
                Files.delete(said); // copied with its rights, it may not be written over
                Files.writeString(said, noised);
            }
            write(
                    temporary.resolve("unet/diffusion_pytorch_model.safetensors"),
                    model.network().weights(),
                    dtype);
            if (model.hasOwnEncoder(Parts.TEXT)) {
                write(
                        temporary.resolve("text_encoder/model.safetensors"),
                        model.encoder(Parts.TEXT).weights(),
                        dtype);
            }
            Files.move(temporary, whole, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw graft.file.AtomicFile.problem(folder, e);
        } finally {
            remove(temporary);
        }
    }

    private static void write(Path file, Weights weights, DType dtype) {
        List<Tensor> tensors = new ArrayList<>();
        weights.names().forEach(name -> tensors.add(tensor(name, weights.get(name), dtype)));
        SafeTensors.write(file, tensors, Map.of("format", "pt"));
    }

    private static void refuseViews(Path target, Checkpoint model) {
        if (model.isPatched()) {
            throw new Problem(
                    "cannot write " + target,
                    "the model has LoRAs laid over it, which a checkpoint cannot hold",
                    "wire in the model without them");
        }
    }

    private static Tensor tensor(String name, NDArray array, DType dtype) {
        return StoredArrays.tensor(name, array, dtype);
    }

    private static void copyAllButWeights(Set<String> parts, Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path relative = from.relativize(path);
                if (Files.isDirectory(path)) {
                    Files.createDirectories(to.resolve(relative));
                } else if (!parts.contains(relative.getName(0).toString())
                        || path.toString().endsWith(".json")) {
                    Files.copy(path, to.resolve(relative));
                }
            }
        }
    }

    private static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
