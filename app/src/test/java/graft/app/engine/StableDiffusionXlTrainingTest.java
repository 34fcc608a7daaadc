package graft.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflows that ship, pointed at a small model of Stable Diffusion XL's kind: both of its text encoders learn. */
class StableDiffusionXlTrainingTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final Path GOLDEN = HOME.resolve("node-api/src/test/resources/golden/sdxl");
    private static final Gson GSON = new Gson();

    /** Tokens of the model's text encoders, the last two of which begin and end a prompt. */
    private static final int VOCABULARY = 1000;

    @TempDir
    private Path folder;

    private final NodeLibrary library = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0");
    private Path model;

    @BeforeEach
    void copyTheModel() throws IOException {
        model = folder.resolve("xl");
        try (Stream<Path> all = Files.walk(GOLDEN)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path copy = model.resolve(GOLDEN.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(copy);
                } else if (!each.getFileName().toString().startsWith("expected")) {
                    Files.copy(each, copy);
                }
            }
        }
        writeTokenizer("tokenizer", "<|endoftext|>");
        writeTokenizer("tokenizer_2", "!");
    }

    /** As many of the built-in model's words as the text encoders have rows for. */
    private void writeTokenizer(String name, String padding) throws IOException {
        Path from = BuiltIn.path("builtin:emoji-sd").resolve("tokenizer");
        Path to = Files.createDirectories(model.resolve(name));
        JsonObject vocabulary = new JsonObject();
        JsonParser.parseString(Files.readString(from.resolve("vocab.json"))).getAsJsonObject().entrySet().stream()
                .filter(word -> word.getValue().getAsInt() < VOCABULARY - 2)
                .forEach(word -> vocabulary.add(word.getKey(), word.getValue()));
        vocabulary.addProperty("<|startoftext|>", VOCABULARY - 2);
        vocabulary.addProperty("<|endoftext|>", VOCABULARY - 1);
        Files.writeString(to.resolve("vocab.json"), vocabulary.toString());
        Files.write(
                to.resolve("merges.txt"),
                Files.readAllLines(from.resolve("merges.txt")).stream()
                        .filter(merge -> merge.startsWith("#") || vocabulary.has(merge.replace(" ", "")))
                        .toList());
        Files.writeString(
                to.resolve("tokenizer_config.json"), GSON.toJson(Map.of("pad_token", padding, "model_max_length", 77)));
    }

    private Workflow shipped(String name, Map<String, Object> settings) {
        Workflow workflow = Workflow.read(HOME.resolve("workflows").resolve(name + ".json"))
                .with("model", "file", GSON.toJsonTree(model.toString()));
        for (Map.Entry<String, Object> each : settings.entrySet()) {
            String[] setting = each.getKey().split("\\.", 2);
            workflow = workflow.with(setting[0], setting[1], GSON.toJsonTree(each.getValue()));
        }
        return workflow;
    }

    private Path run(Workflow workflow) throws InterruptedException {
        try (Cache cache = Cache.none()) {
            Engine engine = new Engine(library, cache);
            Plan plan = engine.check(workflow);
            assertThat(plan.findings()).isEmpty();
            RunResult result = engine.run(plan, new RunOptions(folder, "cpu", event -> {}));
            return result.folder();
        }
    }

    @Test
    void aLoraOfNetworkAndBothTextEncodersIsTrainedSavedAndDrawnWith() throws Exception {
        Path run = run(shipped(
                "train-lora",
                Map.of(
                        "train.steps",
                        2,
                        "train.batch",
                        2,
                        "train.learningRate",
                        0.01,
                        "train.trainTextEncoder",
                        true,
                        "train.textLearningRate",
                        0.01,
                        "train.checkpointing",
                        true,
                        "train.cache",
                        "disk",
                        "before.steps",
                        2,
                        "after.steps",
                        2)));
        try (SafeTensors lora = SafeTensors.open(run.resolve("lora/teapot.safetensors"))) {
            assertThat(lora.names())
                    .anyMatch(name -> name.startsWith("lora_unet_"))
                    .anyMatch(name -> name.startsWith("lora_te1_"))
                    .anyMatch(name -> name.startsWith("lora_te2_"));
            assertThat(lora.metadata())
                    .containsEntry("ss_base_model_version", "sdxl_base_v1-0")
                    .containsEntry("modelspec.architecture", "stable-diffusion-xl-v1-base/lora")
                    .containsEntry("modelspec.prediction_type", "epsilon")
                    .containsEntry("modelspec.resolution", "64x64")
                    .containsEntry("ss_text_encoder_lr", "0.01");
        }
        assertThat(run.resolve("save-after/teapot_00001.png")).isRegularFile();
    }

    @Test
    void aWordIsLearntInBothTextEncoders() throws Exception {
        Path run = run(shipped(
                "train-embedding",
                Map.of(
                        "train.steps", 2,
                        "train.batch", 2,
                        "train.vectors", 2,
                        "train.initial", "a",
                        "train.keepNorm", true,
                        "before.steps", 2,
                        "after.steps", 2)));
        try (SafeTensors word = SafeTensors.open(run.resolve("save-word/pot.safetensors"));
                SafeTensors first = SafeTensors.open(model.resolve("text_encoder/model.safetensors"));
                SafeTensors second = SafeTensors.open(model.resolve("text_encoder_2/model.safetensors"))) {
            assertThat(word.names()).containsExactlyInAnyOrder("clip_l", "clip_g");
            assertLength(word.floats("clip_l"), first);
            assertLength(word.floats("clip_g"), second);
        }
    }

    /** Each of two vectors is as long as half of the encoder's own words are at most. */
    private static void assertLength(float[] vectors, SafeTensors encoder) {
        String name = "text_model.embeddings.token_embedding.weight";
        long[] shape = encoder.entry(name).shape();
        int width = (int) shape[1];
        assertThat(vectors).hasSize(2 * width);
        float[] table = encoder.floats(name);
        double[] lengths = new double[(int) shape[0]];
        for (int row = 0; row < lengths.length; row++) {
            lengths[row] = length(table, row * width, width);
        }
        Arrays.sort(lengths);
        double median = lengths[(lengths.length - 1) / 2];
        for (int row = 0; row < 2; row++) {
            assertThat(length(vectors, row * width, width) / median).isBetween(0.999, 1.001);
        }
    }

    private static double length(float[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    @Test
    void theWholeModelLearnsWithBothTextEncodersAndItsClassIsKept() throws Exception {
        Path run = run(shipped(
                "train-dreambooth",
                Map.of(
                        "class.steps", 2,
                        "class.count", 2,
                        "train.steps", 2,
                        "train.batch", 1,
                        "train.trainTextEncoder", true,
                        "train.textLearningRate", 1e-4,
                        "save.precision", "fp32",
                        "before.steps", 2,
                        "after.steps", 2)));
        Map<String, String> parts = Map.of(
                "unet/diffusion_pytorch_model.safetensors", "conv_in.weight",
                "text_encoder/model.safetensors", "text_model.embeddings.token_embedding.weight",
                "text_encoder_2/model.safetensors", "text_projection.weight");
        for (Map.Entry<String, String> part : parts.entrySet()) {
            try (SafeTensors before = SafeTensors.open(model.resolve(part.getKey()));
                    SafeTensors after =
                            SafeTensors.open(run.resolve("save/penguin").resolve(part.getKey()))) {
                assertThat(after.floats(part.getValue()))
                        .as(part.getKey())
                        .isNotEqualTo(before.floats(part.getValue()));
            }
        }
        assertThat(List.of("tokenizer", "tokenizer_2"))
                .allMatch(name -> Files.isDirectory(run.resolve("save/penguin").resolve(name)));
    }
}
