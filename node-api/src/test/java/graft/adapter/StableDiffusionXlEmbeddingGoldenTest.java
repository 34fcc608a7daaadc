package graft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import graft.Golden;
import graft.adapter.EmbeddingFile.Form;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Parts;
import graft.model.sd.GoldenText;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A word with vectors in both text encoders of Stable Diffusion XL, as kohya and as diffusers keep it. */
class StableDiffusionXlEmbeddingGoldenTest {

    private static final double TOLERANCE = 1e-4;

    private static Checkpoint base;
    private static SafeTensors expected;

    @TempDir
    static Path model;

    @TempDir
    Path folder;

    /** The reference model has no tokenizer; a word is checked against one. */
    @BeforeAll
    static void load() throws IOException {
        Path golden = Golden.path("sdxl");
        try (Stream<Path> files = Files.walk(golden)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = model.resolve(golden.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        JsonObject vocabulary = new JsonObject();
        for (int i = 0; i < 998; i++) {
            boolean letter = i < 52;
            String name = letter ? (char) ('a' + i / 2) + (i % 2 == 0 ? "" : "</w>") : "w" + i + "</w>";
            vocabulary.addProperty(name, i);
        }
        vocabulary.addProperty("<|startoftext|>", 998);
        vocabulary.addProperty("<|endoftext|>", 999);
        for (String name : List.of("tokenizer", "tokenizer_2")) {
            Files.createDirectories(model.resolve(name));
            Files.writeString(model.resolve(name).resolve("vocab.json"), vocabulary.toString());
            Files.writeString(model.resolve(name).resolve("merges.txt"), "#version: 0.2\n");
        }
        base = Checkpoint.load(model, Compute.choose("cpu"));
        expected = SafeTensors.open(Golden.path("sdxl-training/expected.safetensors"));
    }

    @AfterAll
    static void close() {
        base.close();
        expected.close();
    }

    @BeforeEach
    void prepareThread() {
        Compute.prepareThread();
    }

    private static Embedding read(String file) {
        return EmbeddingFile.read(Golden.path("sdxl-training/" + file + ".safetensors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ti_sdxl", "learned_embeds", "learned_embeds_2"})
    void everyFileIsReadByBothTextEncodersAsItWasThere(String file) {
        Embedding embedding = read(file);
        assertThat(embedding.word()).isEqualTo(file.equals("ti_sdxl") ? "ti_sdxl" : "<golden>");
        assertActs(embedding);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KOHYA", "DIFFUSERS"})
    void whatIsWrittenActsTheSame(Form form) {
        Path file = folder.resolve("mine.safetensors");
        EmbeddingFile.write(file, read("ti_sdxl"), form);
        assertActs(EmbeddingFile.read(file));
    }

    private static void assertActs(Embedding embedding) {
        assertThat(AdapterStack.warning(embedding, base)).isEmpty();
        try (Checkpoint view = AdapterStack.apply(base, List.of(), List.of(embedding));
                Scope scope = Scope.open()) {
            assertThat(Embedding.flat(embedding.vectors(Parts.TEXT))).isEqualTo(expected.floats("ti.final.clip_l"));
            assertThat(Embedding.flat(embedding.vectors(Parts.TEXT_2))).isEqualTo(expected.floats("ti.final.clip_g"));
            Context context = GoldenText.read(
                    view,
                    Map.of(
                            Parts.TEXT, Golden.ids(expected, "ti.input_ids"),
                            Parts.TEXT_2, Golden.ids(expected, "ti.input_ids_2")));
            assertThat(Golden.error(context.states().toFloatArray(), expected.floats("ti.final.context")))
                    .as("context")
                    .isLessThan(TOLERANCE);
            assertThat(Golden.error(context.pooled().toFloatArray(), expected.floats("ti.final.pooled")))
                    .as("pooled")
                    .isLessThan(TOLERANCE);
        }
    }

    /** As ComfyUI reads it: nothing stands in the word's place, and padding at the end. */
    @ParameterizedTest
    @ValueSource(strings = {Parts.TEXT, Parts.TEXT_2})
    void aTextEncoderThatTheEmbeddingHasNothingForReadsAsIfTheWordWereLeftOut(String part) {
        Embedding half = Embedding.of("<half>", Map.of(part, read("ti_sdxl").vectors(part)));
        // A file that does not name the encoder is for the one of its width.
        Embedding unnamed = Embedding.of("<unnamed>", half.vectors());
        assertThat(AdapterStack.warning(half, base))
                .contains(
                        "The embedding <half> has vectors for one of the two text encoders alone: the other reads prompts as"
                                + " if the word were left out, as in ComfyUI.");
        try (Checkpoint view = AdapterStack.apply(base, List.of(), List.of(half, unnamed, read("ti_sdxl")));
                Scope scope = Scope.open()) {
            Context with = view.encode(List.of("a b <half> c ti_sdxl d"));
            Context unnamedToo = view.encode(List.of("a b <unnamed> c ti_sdxl d"));
            Context without = view.encode(List.of("a b c ti_sdxl d"));

            int first = base.encoder(Parts.TEXT).width();
            assertThat(columns(with, 0, first).equals(columns(without, 0, first)))
                    .isEqualTo(part.equals(Parts.TEXT_2));
            assertThat(columns(with, first, -1).equals(columns(without, first, -1)))
                    .isEqualTo(part.equals(Parts.TEXT));
            assertThat(columns(unnamedToo, 0, -1)).isEqualTo(columns(with, 0, -1));
        }
    }

    private static List<Float> columns(Context context, int from, int to) {
        String end = to < 0 ? "" : String.valueOf(to);
        float[] values = context.states().get(":,:," + from + ":" + end).toFloatArray();
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    @Test
    void anEmbeddingOfTwoTextEncodersIsRefusedByAModelOfOneNamingBothFamilies() throws IOException {
        try (Checkpoint first = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"))) {
            assertThatThrownBy(() -> AdapterStack.apply(first, List.of(), List.of(read("ti_sdxl"))))
                    .isInstanceOf(Problem.class)
                    .hasMessageMatching(
                            "Cannot use the embedding ti_sdxl with .+: its vectors are \\d+ and \\d+ wide \\(Stable"
                                    + " Diffusion XL\\) and the model's are \\d+ wide \\(Stable Diffusion 1\\.x\\); use it with a model of"
                                    + " the kind that it was trained for\\.");
            assertThatThrownBy(() -> read("ti_sdxl").spec().checkFits(first.spec()))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("(Stable Diffusion XL)");
        }
        assertThatCode(() -> read("ti_sdxl").spec().checkFits(base.spec())).doesNotThrowAnyException();
        assertThatThrownBy(() -> new EmbeddingSpec("wide", 768).checkFits(base.spec()))
                .isInstanceOf(Problem.class);
    }
}
