package graft.app.cases;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A copy of the built-in model whose files a test may change. */
final class ModelFolder {

    static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    static final String TEXT = "text_encoder/model.safetensors";
    static final String VAE = "vae/diffusion_pytorch_model.safetensors";

    private final Path folder;

    private ModelFolder(Path folder) {
        this.folder = folder;
    }

    /** @param folder made here */
    static ModelFolder in(Path folder) {
        Path from = BuiltIn.path("builtin:emoji-sd");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ModelFolder(folder);
    }

    Path path() {
        return folder;
    }

    /** Changes the numbers of some tensors; type, shape and size of the file stay. */
    ModelFolder numbers(String file, Predicate<String> which, UnaryOperator<float[]> change) {
        return rewritten(file, false, which, change);
    }

    private ModelFolder rewritten(String file, boolean wide, Predicate<String> which, UnaryOperator<float[]> change) {
        Path path = folder.resolve(file);
        List<Tensor> tensors = new ArrayList<>();
        Map<String, String> metadata;
        try (SafeTensors read = SafeTensors.open(path)) {
            metadata = read.metadata();
            for (String name : read.names()) {
                SafeTensors.Entry entry = read.entry(name);
                float[] values = read.floats(name);
                tensors.add(Tensor.of(
                        name,
                        wide ? SafeTensors.DType.F32 : entry.dtype(),
                        entry.shape(),
                        which.test(name) ? change.apply(values) : values));
            }
        }
        SafeTensors.write(path, tensors, metadata);
        return this;
    }

    /** Keeps the numbers of a file in 32 bits. */
    ModelFolder widened(String file) {
        return rewritten(file, true, name -> false, values -> values);
    }

    /** Puts one number into one tensor. */
    ModelFolder number(String file, String tensor, float number) {
        return numbers(file, tensor::equals, values -> {
            values[Math.min(6, values.length - 1)] = number;
            return values;
        });
    }

    /** Sets fields of a JSON file, given as a JSON object. */
    ModelFolder set(String file, String fields) {
        Path path = folder.resolve(file);
        try {
            JsonObject json = JsonParser.parseString(Files.readString(path)).getAsJsonObject();
            for (Map.Entry<String, JsonElement> field :
                    JsonParser.parseString(fields).getAsJsonObject().entrySet()) {
                json.add(field.getKey(), field.getValue());
            }
            Files.writeString(path, json.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    ModelFolder scheduler(String fields) {
        return set("scheduler/scheduler_config.json", fields);
    }
}
