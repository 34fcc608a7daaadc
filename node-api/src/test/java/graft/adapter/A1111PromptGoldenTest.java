package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static final double TOLERANCE = 1e-4;

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

    private static void assertStates(Checkpoint view, String prompt, String name) {
        NDArray states = view.context(new PromptTexts(Weighting.A1111, List.of(prompt)))
                .states()
                .get(new NDIndex("...,::" + STEP));
        assertThat(states.getShape().getShape()).isEqualTo(expected.entry(name).shape());
        assertThat(Golden.error(states.toFloatArray(), expected.floats(name)))
                .as(name)
                .isLessThan(TOLERANCE);
    }
}
