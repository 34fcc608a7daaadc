package graft.app.cases;

import graft.file.BuiltIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void partsInShardsAreTold(String part) throws IOException {
        Path whole = weights(part);
        String stem = whole.getFileName().toString().replace(".safetensors", "");
        Files.move(whole, whole.resolveSibling(stem + "-00001-of-00002.safetensors"));
        check(model)
                .refused("model.file", part, "split over several files", stem + "-00001-of-00002.safetensors is one");
        Files.writeString(whole.resolveSibling(stem + ".safetensors.index.json"), "{}");
        check(model).refused("split over several files", "max_shard_size");
    }

    @ParameterizedTest
    @CsvSource({
        "unet,diffusion_pytorch_model.bin",
        "text_encoder,pytorch_model.bin",
        "vae,diffusion_pytorch_model.bin",
        "unet,diffusion_pytorch_model.fp16.bin",
        "text_encoder,flax_model.msgpack"
    })
    void partsInPicklesAreTold(String part, String name) throws IOException {
        Path whole = weights(part);
        Files.move(whole, whole.resolveSibling(name));
        check(model).refused("model.file", "its weights are in " + name, "from .safetensors alone");
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
        "model.bin,its weights are in model.bin",
        "model.ckpt,its weights are in model.ckpt",
        "model.pt,its weights are in model.pt",
        "model.gguf,its weights are in model.gguf",
        "model.safetensors.index.json,is the list",
        "model-00001-of-00002.safetensors,is one"
    })
    void filesOfAnotherFormAreTold(String name, String told) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 1, 2, 3});
        if (name.endsWith(".safetensors")) {
            Files.copy(weights("vae"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        check(file).refused("model.file", told, "save the model again");
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
            check(headers.path(name + ".safetensors")).refused("it is not a Stable Diffusion checkpoint");
        }
        for (String name : new String[] {"meta_int", "meta_nested", "tail_bytes"}) {
            check(headers.path(name + ".safetensors")).refused("Cannot read", name);
        }
    }
}
