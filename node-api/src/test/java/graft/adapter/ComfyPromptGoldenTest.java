package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import com.google.gson.JsonObject;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Prompts are read as ComfyUI reads them, by its own numbers on the built-in model. */
class ComfyPromptGoldenTest {

    private static final double TOLERANCE = 1e-4;

    private static Checkpoint model;
    private static SafeTensors expected;

    @BeforeAll
    static void load() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        expected = SafeTensors.open(Golden.comfy("prompts.safetensors"));
    }

    @AfterAll
    static void close() {
        model.close();
        expected.close();
    }

    @BeforeEach
    void prepare() {
        Compute.prepareThread();
    }

    private static Map<String, String> all() throws IOException {
        JsonObject prompts = JsonParser.parseString(Files.readString(Golden.comfy("prompts.json")))
                .getAsJsonObject();
        Map<String, String> all = new LinkedHashMap<>();
        prompts.entrySet()
                .forEach(each -> all.put(each.getKey(), each.getValue().getAsString()));
        return all;
    }

    static Stream<Arguments> prompts() throws IOException {
        return all().entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
    }

    private static Checkpoint view(Checkpoint base, String prompt, List<String> said) {
        return new EmbeddingFolders(List.of(Golden.comfy("embeddings")))
                .over(base, List.of(prompt), Weighting.COMFYUI, said::add);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("prompts")
    void givesTheTokensTheirWeightsAndTheStates(String name, String prompt) {
        List<String> said = new ArrayList<>();
        try (Checkpoint view = view(model, prompt, said);
                Scope scope = Scope.open()) {
            assertThat(said).isEmpty();
            int first = view.encoder(Parts.TEXT).vocabulary();
            List<PromptChunk> chunks =
                    view.addedTokens().chunks(view.tokenizer(), prompt, Weighting.COMFYUI, Parts.TEXT, first);
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
            assertStates(view, prompt, name + ".last");
            Checkpoint skipping = view.withClipSkip(2);
            assertStates(skipping, prompt, name + ".skip2");
        }
    }

    private static void assertStates(Checkpoint view, String prompt, String name) {
        NDArray states = view.context(new PromptTexts(Weighting.COMFYUI, List.of(prompt)))
                .states();
        assertThat(states.getShape().getShape()).isEqualTo(expected.entry(name).shape());
        assertThat(Golden.error(states.toFloatArray(), expected.floats(name)))
                .as(name)
                .isLessThan(TOLERANCE);
    }

    @Test
    void aBatchOfPromptsIsReadAsEachAlone() throws IOException {
        List<String> prompts = List.of(all().get("weight"), all().get("long"), all().get("long_weight"), "");
        try (Scope scope = Scope.open()) {
            NDArray together =
                    model.context(new PromptTexts(Weighting.COMFYUI, prompts)).states();
            // 1, 4, 3 and 1 chunks: as many as all of them go into.
            assertThat(together.getShape().getShape()).containsExactly(4, 12 * 77, 128);
            for (int i = 0; i < prompts.size(); i++) {
                NDArray alone = model.context(new PromptTexts(Weighting.COMFYUI, List.of(prompts.get(i))))
                        .states();
                int times = Math.toIntExact(12 * 77 / alone.getShape().get(1));
                NDArray repeated = NDArrays.concat(new NDList(Collections.nCopies(times, alone)), 1);
                assertThat(Golden.error(together.get(i).toFloatArray(), repeated.toFloatArray()))
                        .isLessThan(TOLERANCE);
            }
        }
    }

    @Test
    void namesWhatIsNotThere() throws IOException {
        String missing = all().get("emb_missing");
        assertThat(model.reading(missing, Weighting.COMFYUI).warnings("The prompt"))
                .singleElement()
                .asString()
                .contains("embedding:nowhere", "left out");
        List<String> said = new ArrayList<>();
        assertThat(view(model, missing, said)).isSameAs(model);
    }
}
