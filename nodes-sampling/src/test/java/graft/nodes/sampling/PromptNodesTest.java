package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import graft.adapter.Embedding;
import graft.adapter.EmbeddingFile;
import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.model.Conditioning;
import graft.model.ConditioningEntry;
import graft.model.Context;
import graft.node.Node;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.NodeTrial;
import graft.node.testing.RecordedRun;
import graft.tensor.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the nodes make of prompts, on the built-in model and on a small one of Stable Diffusion XL. */
class PromptNodesTest {

    @TempDir
    static Path folder;

    private static Checkpoint model;
    private static Checkpoint xl;

    @BeforeAll
    static void load() throws IOException {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        xl = Checkpoint.load(smallXl(), Compute.choose("cpu"));
    }

    @AfterAll
    static void close() {
        model.close();
        xl.close();
    }

    /** The reference model with a vocabulary of letters, which it comes without. */
    private static Path smallXl() throws IOException {
        Path golden = Path.of("../node-api/src/test/resources/golden/sdxl");
        Path copy = folder.resolve("xl");
        try (Stream<Path> files = Files.walk(golden)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(golden.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        JsonObject vocabulary = new JsonObject();
        for (int i = 0; i < 998; i++) {
            String letter = (char) ('a' + i / 2) + (i % 2 == 0 ? "" : "</w>");
            vocabulary.addProperty(i < 52 ? letter : i == 52 ? ",</w>" : "w" + i + "</w>", i);
        }
        vocabulary.addProperty("<|startoftext|>", 998);
        vocabulary.addProperty("<|endoftext|>", 999);
        for (String name : List.of("tokenizer", "tokenizer_2")) {
            Files.createDirectories(copy.resolve(name));
            Files.writeString(copy.resolve(name).resolve("vocab.json"), vocabulary.toString());
            Files.writeString(copy.resolve(name).resolve("merges.txt"), "#version: 0.2\n");
        }
        return copy;
    }

    private static Conditioning encoded(Checkpoint by, String prompt, String weighting) throws Exception {
        return trial(EncodePrompt.class, by, prompt)
                .set("weighting", weighting)
                .run(folder)
                .output("conditioning", Conditioning.class);
    }

    private static NodeTrial trial(Class<? extends Node> node, Checkpoint by, String prompt) {
        return NodeTrial.of(node).input("model", by).set("prompt", prompt);
    }

    private static float[] states(Conditioning of) {
        return of.context().states().toFloatArray();
    }

    /** The mean difference of two, over the deviation of the first. */
    private static double moved(float[] from, float[] to) {
        double sum = 0;
        double squares = 0;
        double difference = 0;
        for (int i = 0; i < from.length; i++) {
            sum += from[i];
            squares += (double) from[i] * from[i];
            difference += Math.abs(from[i] - to[i]);
        }
        double mean = sum / from.length;
        return difference / from.length / Math.sqrt(squares / from.length - mean * mean);
    }

    @Test
    void aWeightMovesThePromptALittleAndBracketsAsLettersALot() throws Exception {
        try (Conditioning plain = encoded(model, "a red apple", "comfyui");
                Conditioning asIs = encoded(model, "a red apple", "plain");
                Conditioning weighed = encoded(model, "a (red:1.2) apple", "comfyui");
                Conditioning back = encoded(model, "a (red:1.0) (apple:1)", "comfyui");
                Conditioning letters = encoded(model, "a (red:1.2) apple", "plain")) {
            assertThat(states(asIs)).isEqualTo(states(plain));
            assertThat(states(back)).isEqualTo(states(plain));
            assertThat(moved(states(plain), states(weighed))).isBetween(0.0001, 0.03);
            assertThat(moved(states(plain), states(letters))).isGreaterThan(0.1);
            int width = 128;
            // Begin, a, red, apple: the weight moves red alone.
            for (int token = 0; token < 77; token++) {
                float[] before = Arrays.copyOfRange(states(plain), token * width, (token + 1) * width);
                float[] after = Arrays.copyOfRange(states(weighed), token * width, (token + 1) * width);
                assertThat(moved(before, after) > 1e-4).as("token %d", token).isEqualTo(token == 2);
            }
        }
    }

    @Test
    void weightsOfA1111MultiplyAndKeepTheMean() throws Exception {
        try (Conditioning plain = encoded(model, "a red apple", "a1111");
                Conditioning weighed = encoded(model, "a (red:1.5) [apple]", "a1111")) {
            float[] before = states(plain);
            float[] after = states(weighed);
            assertThat(mean(after)).isCloseTo(mean(before), within(1e-5));
            float whole = after[128] / before[128]; // the token a, which counts 1
            assertThat(after[2 * 128] / before[2 * 128] / whole).isCloseTo(1.5f, within(1e-4f));
            assertThat(after[3 * 128] / before[3 * 128] / whole).isCloseTo(1 / 1.1f, within(1e-4f));
        }
        try (Conditioning first = encoded(model, "a red apple", "a1111");
                Conditioning second = encoded(model, "a blue house", "a1111");
                Conditioning both = encoded(model, "a red apple BREAK a blue house", "a1111")) {
            float[] joined = states(both);
            assertThat(joined).hasSize(2 * 77 * 128);
            assertThat(moved(states(first), Arrays.copyOfRange(joined, 0, 77 * 128)))
                    .isLessThan(1e-5);
            assertThat(moved(states(second), Arrays.copyOfRange(joined, 77 * 128, 2 * 77 * 128)))
                    .isLessThan(1e-5);
        }
    }

    private static double mean(float[] numbers) {
        double sum = 0;
        for (float each : numbers) {
            sum += each;
        }
        return sum / numbers.length;
    }

    @Test
    void embeddingsOfTheFoldersAreCalledAndMissingOnesNamed(@TempDir Path embeddings) throws Exception {
        float[] vector = new float[128];
        vector[5] = 1;
        Files.createDirectories(embeddings.resolve("sub"));
        Path file = embeddings.resolve("sub/glow.safetensors");
        EmbeddingFile.write(file, Embedding.of("glow", List.of(vector)), EmbeddingFile.Form.KOHYA);
        EmbeddingFile.write(
                embeddings.resolve("wide.safetensors"),
                Embedding.of("wide", List.of(new float[768])),
                EmbeddingFile.Form.KOHYA);
        Files.writeString(embeddings.resolve("broken.pt"), "no embedding");
        String prompt = "a (embedding:glow:1.2) pot embedding:wide embedding:broken, embedding:none";
        EncodePrompt node = new EncodePrompt();
        node.model = model;
        node.prompt = prompt;
        KnownSpecs specs = new KnownSpecs();
        specs.folders.add(embeddings);
        node.configure(specs);
        assertThat(specs.reads)
                .containsExactlyInAnyOrder(
                        file, embeddings.resolve("wide.safetensors"), embeddings.resolve("broken.pt"));
        RecordedRun run = new RecordedRun(folder);
        run.folders.add(embeddings);
        node.run(run);
        assertThat(run.warnings).hasSize(5);
        assertThat(run.warnings)
                .anySatisfy(said -> assertThat(said).contains("embedding:wide", "768", "128"))
                .anySatisfy(said -> assertThat(said).contains("embedding:broken"))
                .anySatisfy(said -> assertThat(said).contains("embedding:none", "left out"));
        try (Conditioning called = node.conditioning;
                Conditioning without = encoded(model, "a pot ,", "comfyui")) {
            assertThat(called.context().states().getShape())
                    .isEqualTo(without.context().states().getShape());
            assertThat(moved(states(without), states(called))).isGreaterThan(1e-3);
        }
        assertThat(model.addedTokens().called()).isEmpty();
    }

    @Test
    void aWeightThatIsNoNumberIsNamed() {
        assertThatThrownBy(() -> encoded(model, "a (red:inf) apple", "comfyui"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("a weight in it comes to Infinity");
    }

    @Test
    void clipSkipReadsByAnEarlierLayer() throws Exception {
        Checkpoint two =
                NodeTrial.of(ClipSkip.class).input("model", model).run(folder).output("skipping", Checkpoint.class);
        Checkpoint one = NodeTrial.of(ClipSkip.class)
                .input("model", model)
                .set("skip", 1)
                .run(folder)
                .output("skipping", Checkpoint.class);
        try (Conditioning plain = encoded(model, "a red apple", "comfyui");
                Conditioning last = encoded(one, "a red apple", "comfyui");
                Conditioning before = encoded(two, "a red apple", "comfyui")) {
            assertThat(states(last)).isEqualTo(states(plain));
            assertThat(moved(states(plain), states(before))).isGreaterThan(0.1);
        }
        Checkpoint tooFar = NodeTrial.of(ClipSkip.class)
                .input("model", model)
                .set("skip", 20)
                .run(folder)
                .output("skipping", Checkpoint.class);
        assertThatThrownBy(() -> encoded(tooFar, "a", "comfyui"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("layers");
        // Stable Diffusion XL reads by the layer before the last by itself.
        Checkpoint xlTwo =
                NodeTrial.of(ClipSkip.class).input("model", xl).run(folder).output("skipping", Checkpoint.class);
        Checkpoint xlOne = NodeTrial.of(ClipSkip.class)
                .input("model", xl)
                .set("skip", 1)
                .run(folder)
                .output("skipping", Checkpoint.class);
        try (Conditioning plain = encoded(xl, "a b c", "comfyui");
                Conditioning before = encoded(xlTwo, "a b c", "comfyui");
                Conditioning last = encoded(xlOne, "a b c", "comfyui")) {
            assertThat(states(before)).isEqualTo(states(plain));
            assertThat(moved(states(plain), states(last))).isGreaterThan(0.1);
            // The whole of the prompt is of all layers in any case.
            assertThat(moved(
                            plain.context().pooled().toFloatArray(),
                            last.context().pooled().toFloatArray()))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void eachTextEncoderReadsItsOwnPrompt() throws Exception {
        String longer = "d e f " + "g ".repeat(80);
        NodeTrial trial = trial(EncodeTwoPrompts.class, xl, "a b (c:1.3)").set("prompt2", longer);
        try (Conditioning both = trial.run(folder).output("conditioning", Conditioning.class);
                Conditioning first = encoded(xl, "a b (c:1.3)", "comfyui");
                Conditioning second = encoded(xl, longer, "comfyui");
                Conditioning empty = encoded(xl, "", "comfyui")) {
            Context told = both.context();
            int width = xl.encoder("text").width();
            long whole = told.states().getShape().get(2);
            assertThat(told.states().getShape().get(1)).isEqualTo(2 * 77);
            NDArray left = told.states().get(":,:77,:" + width);
            assertThat(moved(first.context().states().get(":,:,:" + width).toFloatArray(), left.toFloatArray()))
                    .isLessThan(1e-5);
            // What the first encoder lacks of chunks is the empty prompt.
            assertThat(moved(
                            empty.context().states().get(":,:,:" + width).toFloatArray(),
                            told.states().get(":,77:,:" + width).toFloatArray()))
                    .isLessThan(1e-5);
            assertThat(moved(
                            second.context()
                                    .states()
                                    .get(":,:," + width + ":" + whole)
                                    .toFloatArray(),
                            told.states().get(":,:," + width + ":" + whole).toFloatArray()))
                    .isLessThan(1e-5);
            assertThat(moved(
                            second.context().pooled().toFloatArray(),
                            told.pooled().toFloatArray()))
                    .isLessThan(1e-5);
            assertThat(told.arrays()).hasSize(2);
        }
        trial.set("width", 1000)
                .set("height", 900)
                .set("cropTop", 7)
                .set("targetWidth", 500)
                .set("targetHeight", 400);
        try (Conditioning sized = trial.run(folder).output("conditioning", Conditioning.class)) {
            assertThat(sized.context().sizes().toFloatArray()).containsExactly(900, 1000, 7, 0, 400, 500);
        }
        assertThatThrownBy(() -> trial.set("targetWidth", 0).configure())
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("targetWidth"));
        assertThatThrownBy(() -> trial(EncodeTwoPrompts.class, model, "a")
                        .spec("model", model.spec())
                        .configure())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("one text encoder");
    }

    @Test
    void aScheduleHasAnEntryForEachStretchOfEachPrompt() throws Exception {
        Conditioning made = trial(PromptSchedule.class, model, "a [red:blue:0.5] pot AND a (sun:1.2):0.7")
                .set("steps", 10)
                .run(folder)
                .output("conditioning", Conditioning.class);
        try (made;
                Conditioning red = encoded(model, "a red pot", "comfyui");
                Conditioning blue = encoded(model, "a blue pot", "comfyui");
                Conditioning sun = encoded(model, "a (sun:1.2)", "comfyui")) {
            List<ConditioningEntry> entries = made.entries();
            assertThat(entries)
                    .extracting(
                            ConditioningEntry::prompt,
                            ConditioningEntry::strength,
                            ConditioningEntry::start,
                            ConditioningEntry::end)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple("a red pot", 1.0, 0.0, 0.45),
                            org.assertj.core.api.Assertions.tuple("a blue pot", 1.0, 0.45, 1.0),
                            org.assertj.core.api.Assertions.tuple("a (sun:1.2)", 0.7, 0.0, 1.0));
            List<Conditioning> alone = List.of(red, blue, sun);
            for (int i = 0; i < 3; i++) {
                assertThat(entries.get(i).context().states().toFloatArray()).isEqualTo(states(alone.get(i)));
            }
        }
    }
}
