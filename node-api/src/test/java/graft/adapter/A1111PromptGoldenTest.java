package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import graft.Golden;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.model.PromptChunk;
import graft.model.PromptTexts;
import graft.model.Weighting;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Prompts are read as AUTOMATIC1111's web UI reads them: tokens, weights and states by its own prompt parser, chunks and emphasis around
 * transformers' CLIP of the built-in model, with the embeddings {@code zorb} and {@code myword}.
 */
class A1111PromptGoldenTest {

    private static final double TOLERANCE = 1e-5;

    /** Of a mean of states, by their size. */
    private static final double ROUNDING = 1e-6;

    /** Of each state, the numbers at multiples of it are in the file. */
    private static final int STEP = 16;

    private static Checkpoint base;
    private static Checkpoint model;
    private static SafeTensors expected;

    @BeforeAll
    static void load() {
        Compute.prepareThread();
        base = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        List<Embedding> words = Stream.of("zorb", "my word")
                .map(word -> EmbeddingFile.read(Golden.comfy("embeddings/" + word + ".safetensors"))
                        .named(word.replace(" ", "")))
                .toList();
        model = AdapterStack.apply(base, List.of(), words);
        expected = SafeTensors.open(Golden.resource("/graft/adapter/a1111-prompts.safetensors"));
    }

    @AfterAll
    static void close() {
        model.close();
        base.close();
        expected.close();
    }

    static Stream<Arguments> prompts() throws IOException {
        List<Arguments> prompts = new ArrayList<>();
        for (Map.Entry<String, JsonElement> each : JsonParser.parseString(
                        Files.readString(Golden.resource("/graft/adapter/a1111-prompts.json")))
                .getAsJsonObject()
                .entrySet()) {
            prompts.add(Arguments.of(each.getKey(), each.getValue().getAsString()));
        }
        return prompts.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("prompts")
    void givesTheTokensTheirWeightsAndTheStates(String name, String prompt) {
        try (Scope scope = Scope.open()) {
            int first = model.encoder(Parts.TEXT).vocabulary();
            List<PromptChunk> chunks =
                    model.addedTokens().chunks(model.tokenizer(), prompt, Weighting.A1111, Parts.TEXT, first);
            int[][] ids = chunks.stream()
                    .map(chunk -> Arrays.stream(chunk.ids())
                            .map(id -> id >= first ? -1 : id)
                            .toArray())
                    .toArray(int[][]::new);
            assertThat(ids).isDeepEqualTo(Golden.ids(expected, name + ".ids"));
            float[] weights = expected.floats(name + ".weights");
            for (int i = 0; i < weights.length; i++) {
                assertThat(chunks.get(i / 77).weights()[i % 77])
                        .as("weight %d", i)
                        .isEqualTo(weights[i]);
            }
            assertStates(model, prompt, name + ".last");
            assertStates(model.withClipSkip(2), prompt, name + ".skip2");
        }
    }

    /**
     * A1111 gives each chunk of states back the mean that it had before they were weighted. Both means are near zero beside the
     * states, so that the quotient magnifies what single precision rounds: to it the states are equal, and it to what its means allow.
     */
    private static void assertStates(Checkpoint view, String prompt, String name) {
        NDArray whole =
                view.context(new PromptTexts(Weighting.A1111, List.of(prompt))).states();
        NDArray every = whole.get(new NDIndex("...,::" + STEP));
        assertThat(every.getShape().getShape()).isEqualTo(expected.entry(name).shape());
        int chunks = (int) (every.getShape().get(1) / 77);
        float[] wanted = expected.floats(name);
        float[] given = every.toFloatArray();
        float[] all = whole.toFloatArray();
        for (int chunk = 0; chunk < chunks; chunk++) {
            float[] ours = part(given, chunk, chunks);
            float[] theirs = part(wanted, chunk, chunks);
            double factor = along(ours, theirs);
            assertThat(factor)
                    .as("%s: factor of chunk %d", name, chunk)
                    .isCloseTo(1, within(ROUNDING * cancelled(part(all, chunk, chunks))));
            for (int i = 0; i < ours.length; i++) {
                ours[i] = (float) (ours[i] / factor);
            }
            assertThat(Golden.error(ours, theirs))
                    .as("%s: states of chunk %d", name, chunk)
                    .isLessThan(TOLERANCE);
        }
    }

    private static float[] part(float[] numbers, int chunk, int chunks) {
        int size = numbers.length / chunks;
        return Arrays.copyOfRange(numbers, chunk * size, (chunk + 1) * size);
    }

    /** By what one is to be divided to be nearest to the other. */
    private static double along(float[] ours, float[] theirs) {
        double product = 0;
        double square = 0;
        for (int i = 0; i < ours.length; i++) {
            product += (double) ours[i] * theirs[i];
            square += (double) theirs[i] * theirs[i];
        }
        return product / square;
    }

    /** How much larger numbers are than their mean. */
    private static double cancelled(float[] numbers) {
        double sum = 0;
        double sizes = 0;
        for (float number : numbers) {
            sum += number;
            sizes += Math.abs(number);
        }
        return sizes / Math.abs(sum);
    }
}
