package graft.app.cases;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.ForeignModels;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose files are of another form are told of by the check, by what they are. */
class ModelFilesTest {

    @TempDir
    private Path folder;

    private CaseFolder inputs;
    private Path model;

    @BeforeEach
    void aModelOfMyOwn() throws IOException {
        inputs = CaseFolder.of("12-zero-repeats", folder);
        model = folder.resolve("model");
        Path from = BuiltIn.path("builtin:emoji-sd");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = model.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    private CaseFolder.Answer check(Path chosen) {
        return inputs.check("mixed.json", "--set", "model.file=" + chosen);
    }

    private Path weights(String part) throws IOException {
        try (Stream<Path> files = Files.list(model.resolve(part))) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aWholeFolderIsSound() {
        check(model).done();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "text_encoder", "vae"})
    void partsInShardsAreReadByTheirIndex(String part) throws IOException {
        Path whole = weights(part);
        String stem = whole.getFileName().toString().replace(".safetensors", "");
        String shard = stem + "-00001-of-00002.safetensors";
        Files.move(whole, whole.resolveSibling(shard));
        check(model).refused("model.file", part, "split over several files", shard + " is one", "is missing");
        Path index = whole.resolveSibling(stem + ".safetensors.index.json");
        Files.writeString(index, "{}");
        check(model).refused(index.toString(), "it lacks \"weight_map\"");
        JsonObject places = new JsonObject();
        try (SafeTensors file = SafeTensors.open(whole.resolveSibling(shard))) {
            file.names().forEach(name -> places.addProperty(name, shard));
        }
        JsonObject list = new JsonObject();
        list.add("weight_map", places);
        Files.writeString(index, list.toString());
        check(model).done();
        Files.delete(whole.resolveSibling(shard));
        check(model).refused("of which " + shard + " is missing", "download the model again, whole");
        places.asMap().replaceAll((name, file) -> new JsonPrimitive("../" + shard));
        Files.writeString(index, list.toString());
        check(model).refused("should be the name of a file beside it");
    }

    @ParameterizedTest
    @CsvSource({
        "unet,diffusion_pytorch_model.fp16.safetensors",
        "vae,diffusion_pytorch_model.bf16.safetensors",
        "text_encoder,model.fp16.safetensors",
        "unet,diffusion_pytorch_model.non_ema.safetensors",
        // What a file is its bytes tell: a .bin may hold safetensors.
        "text_encoder,pytorch_model.bin",
        "unet,diffusion_pytorch_model.fp16.bin"
    })
    void partsOfOtherPrecisionsAreRead(String part, String name) throws IOException {
        Path whole = weights(part);
        Files.move(whole, whole.resolveSibling(name));
        check(model).done();
    }

    @Test
    void partsInAFormThatIsNotReadAreTold() throws IOException {
        Path whole = weights("text_encoder");
        Files.move(whole, whole.resolveSibling("flax_model.msgpack"));
        check(model).refused("model.file", "its weights are in flax_model.msgpack", "a form that Graft does not read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "text_encoder", "vae"})
    void partsWithoutWeightsAreTold(String part) throws IOException {
        Files.delete(weights(part));
        check(model).refused("it holds no ", ".safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unet", "text_encoder", "vae"})
    void partsThatAreCutShortAreTold(String part) throws IOException {
        Path whole = weights(part);
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        check(model).refused(whole.toString(), "it is cut short");
    }

    @ParameterizedTest
    @CsvSource({
        "model.bin,'it is damaged, or no file of PyTorch'",
        "model.ckpt,'it is damaged, or no file of PyTorch'",
        "model.pt,'it is damaged, or no file of PyTorch'",
        "model.gguf,its weights are in model.gguf",
        "model.safetensors.index.json,it is the list of the files that a model's weights are split over",
        "model-00001-of-00002.safetensors,it is one of several files that a model's weights are split over"
    })
    void filesOfAnotherFormAreTold(String name, String told) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 1, 2, 3});
        if (name.endsWith(".safetensors")) {
            Files.copy(weights("vae"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        check(file).refused("model.file", told);
    }

    @ParameterizedTest
    @CsvSource({
        "version https://git-lfs.github.com/spec/v1,it is a pointer of Git LFS",
        "<!DOCTYPE html><html></html>,it is a web page",
        "GGUF\u0003 and so on,it is a GGUF file",
        "{\"error\": \"no access\"},it is text (JSON)",
        "abcdefghijklmnop,it is not a safetensors file"
    })
    void filesThatOnlyHaveTheNameAreTold(String content, String told) throws IOException {
        Path file = folder.resolve("model.safetensors");
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
        check(file).refused("model.file", told);
        Files.write(weights("unet"), content.getBytes(StandardCharsets.UTF_8));
        check(model).refused("model.file", told);
    }

    @Test
    void aFolderOfShardsWithoutAnIndexOfTheModelIsTold() throws IOException {
        Path shards = Files.createDirectories(folder.resolve("shards"));
        Files.copy(weights("vae"), shards.resolve("model-00001-of-00003.safetensors"));
        check(shards).refused("split over several files");
    }

    @Test
    void theHeadersOfTheCaseAreReadAsTheReferenceReadsThem() {
        CaseFolder headers = CaseFolder.of("35-safetensors-headers", folder);
        for (String name :
                new String[] {"last_metadata", "meta_empty", "meta_null", "meta_utf8", "padded", "unsorted"}) {
            check(headers.path(name + ".safetensors")).refused("Cannot load the model", "it is ", "choose");
        }
        for (String name : new String[] {"meta_int", "meta_nested", "tail_bytes"}) {
            check(headers.path(name + ".safetensors")).refused("Cannot read", name);
        }
    }

    /** No family that is known is taken for another, whatever lies beside. */
    @Test
    void modelsOfOtherFamiliesAreRefusedByTheirNameInCheckAndRun() {
        Map<String, Path> files = ForeignModels.files(folder);
        Map<String, Path> folders = ForeignModels.folders(folder);
        for (Map<String, Path> models : List.of(files, folders)) {
            models.forEach((name, place) -> {
                String sentence = "Cannot load the model " + place + ": it is " + name
                        + ", which Graft does not draw with; choose a Stable Diffusion 1.x, 2.x or XL model.";
                check(place).refused("model.file: " + sentence);
                inputs.run("mixed.json", "--set", "model.file=" + place).refused(sentence);
            });
        }
    }

    @Test
    void adaptersAndPartsAreToldWhereTheyBelong() throws IOException {
        Path lora = folder.resolve("dog.safetensors");
        SafeTensors.write(
                lora,
                List.of(Tensor.of("lora_unet_x.lora_up.weight", DType.F32, new long[] {1, 1}, new float[1])),
                Map.of());
        check(lora).refused("it is a LoRA, which changes a model", "load it with Load LoRA");
        check(weights("vae")).refused("it is a VAE, a part of a model in a folder", "choose that folder: " + model);
        Path vae = Files.copy(weights("vae"), folder.resolve("sharp.vae.safetensors"));
        check(vae).refused("it is a VAE alone", "choose here the model that it belongs to");
        check(model.resolve("text_encoder")).refused("it is a CLIP text encoder", "choose that folder: " + model);
        check(model.resolve("model_index.json")).refused("it is the config of");
    }
}
