package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.sd.CheckpointFile;
import graft.tensor.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Added words in prompts: what is called is what is read, and what is not read is said. */
class WordsTest {

    private static final Path BUILT_IN = BuiltIn.path("builtin:emoji-sd");

    @TempDir
    private Path folder;

    @Test
    void ofTwoWordsThatBeginAlikeTheLongerIsDrawnInAnyOrder() {
        CaseFolder words = CaseFolder.of("01-embedding-name-prefix", folder);
        CaseFolder.Answer right = words.run("right.json");
        for (String workflow :
                new String[] {"workflow.json", "comfy-spelling.json", "other-order.json", "variant-angle.json"}) {
            CaseFolder.Answer came = words.run(workflow);
            came.warnsOfNothing();
            assertThat(came.farthest(right)).as(workflow).isZero();
        }
        // What begins otherwise, and what follows.
        assertThat(words.run("workflow.json", "--set", "e1.word=my-zorb", "--set", "prompt.prompt=emoji of a my-zorb")
                        .farthest(right))
                .isZero();
        assertThat(words.run("workflow.json", "--set", "e1.word=zorb.2", "--set", "prompt.prompt=emoji of a ZORB.2")
                        .farthest(right))
                .isZero();
    }

    @Test
    void whatStandsBehindAWordOfManyVectorsIsReadInAPartOfItsOwn() {
        CaseFolder words = CaseFolder.of("02-many-vectors-fill-prompt", folder);
        CaseFolder.Answer behind = words.run("workflow.json");
        CaseFolder.Answer other = words.run("other-words.json");
        CaseFolder.Answer alone = words.run("workflow.json", "--set", "prompt.prompt=embedding:long74.safetensors,");
        for (CaseFolder.Answer each : List.of(behind, other, alone, words.run("plain-long.json"))) {
            each.warnsOfNothing();
        }
        assertThat(behind.farthest(alone)).isPositive();
        assertThat(behind.farthest(other)).isPositive();
        words.run("eighty.json").warnsOfNothing();
    }

    @Test
    void everySpellingOfAnEmbeddingThatIsThereIsReadRight() throws IOException {
        CaseFolder files = CaseFolder.of("03-embedding-files", folder);
        CaseFolder.Answer right = files.run("right.json");
        for (String workflow :
                new String[] {"oned.json", "1a1.json", "near2.json", "near5.json", "near6.json", "near7.json"}) {
            CaseFolder.Answer came = files.run(workflow);
            came.warnsOfNothing();
            assertThat(came.farthest(right)).as(workflow).isZero();
        }
        for (String call : new String[] {"embedding:word.safetensors", "embedding:mine/WORD.pt"}) {
            assertThat(files.run("near7.json", "--set", "prompt.prompt=emoji of a " + call)
                            .farthest(right))
                    .as(call)
                    .isZero();
        }
        // As macOS stores it; the prompt and the workflow have the composed letter.
        Files.copy(files.path("word.safetensors"), files.path("cafe\u0301.safetensors"));
        assertThat(files.run(
                                "near7.json",
                                "--set",
                                "e0.file=" + files.path("caf\u00e9.safetensors"),
                                "--set",
                                "prompt.prompt=emoji of a caf\u00e9")
                        .farthest(right))
                .isZero();
    }

    @Test
    void aCallThatNoEmbeddingAnswersIsTold() {
        CaseFolder files = CaseFolder.of("03-embedding-files", folder);
        files.run("near10.json").warns("embedding:missing");
        files.run("not_loaded.json").warns("embedding:missing");
        for (String call : new String[] {
            "(embedding:missing:1.2)",
            "embedding:missing.safetensors",
            "<missing>",
            "embedding:word-2",
            "<lora:missing:1>"
        }) {
            files.run("near7.json", "--set", "prompt.prompt=emoji of a " + call)
                    .warns(call.replaceAll("^\\(|:1\\.2\\)$", ""));
        }
        files.run("near7.json", "--set", "prompt.prompt=emoji of a word_lamp").warns("word_lamp");
    }

    /** A pipeline as it is saved after words were added to it, each with the vector of a known one. */
    private void grown(Path model, String... meanings) throws IOException {
        try (Stream<Path> paths = Files.walk(BUILT_IN)) {
            for (Path path : paths.toList()) {
                Path copy = model.resolve(BUILT_IN.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
        JsonObject vocabulary = json(model.resolve("tokenizer/vocab.json"));
        Path weights = model.resolve("text_encoder/model.safetensors");
        List<Tensor> tensors = new ArrayList<>();
        try (SafeTensors read = SafeTensors.open(weights)) {
            for (String name : read.names()) {
                long[] shape = read.entry(name).shape();
                float[] values = read.floats(name);
                if (name.endsWith("token_embedding.weight")) {
                    int width = (int) shape[1];
                    float[] more = Arrays.copyOf(values, values.length + meanings.length * width);
                    for (int i = 0; i < meanings.length; i++) {
                        int row = vocabulary.get(meanings[i] + "</w>").getAsInt();
                        System.arraycopy(values, row * width, more, values.length + i * width, width);
                    }
                    values = more;
                    shape = new long[] {shape[0] + meanings.length, width};
                }
                tensors.add(Tensor.of(name, DType.F32, shape, values));
            }
        }
        Files.delete(weights);
        SafeTensors.write(weights, tensors, Map.of("format", "pt"));
        Path config = model.resolve("text_encoder/config.json");
        JsonObject changed = json(config);
        changed.addProperty("vocab_size", 2020 + meanings.length);
        Files.writeString(config, changed.toString());
    }

    private static JsonObject json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private static JsonObject token(String word) {
        JsonObject token = JsonParser.parseString(
                        "{'single_word': false, 'lstrip': false, 'rstrip': false, 'normalized': true, 'special': false}"
                                .replace('\'', '"'))
                .getAsJsonObject();
        token.addProperty("content", word);
        return token;
    }

    @Test
    void aWordInAnyOfTheTokenizersFilesIsRead() throws IOException {
        CaseFolder models = CaseFolder.of("04-tokenizer-added-tokens", folder);
        CaseFolder.Answer right = models.run("right.json");
        Path files = models.path("model-files");
        grown(files, "car");
        Files.delete(files.resolve("tokenizer/tokenizer.json"));
        Files.writeString(files.resolve("tokenizer/added_tokens.json"), "{\"<cat-toy>\": 2020}");
        assertThat(models.run("files.json").farthest(right)).isZero();

        try (Checkpoint model = Checkpoint.load(files, Compute.choose("cpu"))) {
            CheckpointFile.writeSingle(models.path("single.safetensors"), model, DType.F32);
        }
        assertThat(models.run("files.json", "--set", "model.file=" + models.path("single.safetensors"))
                        .farthest(right))
                .isZero();

        Files.delete(files.resolve("tokenizer/added_tokens.json"));
        Path config = files.resolve("tokenizer/tokenizer_config.json");
        JsonObject decoder = json(config);
        JsonObject tokens = new JsonObject();
        tokens.add("2020", token("<cat-toy>"));
        decoder.add("added_tokens_decoder", tokens);
        Files.writeString(config, decoder.toString());
        assertThat(models.run("files.json").farthest(right)).isZero();
    }

    @Test
    void aWordOfSeveralVectorsInTokenizerJsonIsAllOfThem() throws IOException {
        CaseFolder models = CaseFolder.of("04-tokenizer-added-tokens", folder);
        Path multi = models.path("model-multi");
        grown(multi, "red", "car");
        Path whole = multi.resolve("tokenizer/tokenizer.json");
        JsonObject tokenizer = json(whole);
        for (int i = 0; i < 2; i++) {
            JsonObject token = token(i == 0 ? "<cat-toy>" : "<cat-toy>_1");
            token.addProperty("id", 2020 + i);
            tokenizer.getAsJsonArray("added_tokens").add(token);
        }
        Files.writeString(whole, tokenizer.toString());
        CaseFolder.Answer right = models.run("right-multi.json");
        assertThat(models.run("multi.json").farthest(right)).isZero();
        CaseFolder.Answer called = models.run("multi.json", "--set", "prompt.prompt=emoji of a embedding:<cat-toy>");
        called.warnsOfNothing();
        assertThat(called.farthest(right)).isZero();
    }
}
