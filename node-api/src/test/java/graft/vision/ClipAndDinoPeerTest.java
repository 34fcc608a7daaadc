package graft.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIP and DINO beside transformers 5.5 with Pillow 13, on the built-in models and on models of public shapes. */
class ClipAndDinoPeerTest {

    private static final double TOLERANCE = 1e-4;
    private static final Path CLIP = BuiltIn.path("builtin:emoji-clip");
    private static final Path DINO = BuiltIn.path("builtin:emoji-dino");
    private static final Compute CPU = Compute.choose("cpu");
    private static final List<String> TEXTS =
            List.of("a red apple", "a flat emoji of a bird on a blue background", "", "A photo of a teapot, 3d!");

    @TempDir
    Path folder;

    @Test
    void aPictureIsScaledCutAndCentredToTheVeryNumbersOfTransformers() {
        try (NDManager manager = CPU.newManager();
                Scope scope = Scope.open();
                SafeTensors expected = SafeTensors.open(MadeWeights.expected("emoji-clip"))) {
            float[] pixels = Preprocessor.clip(CLIP)
                    .pixels(MadeWeights.pictures().subList(3, 5), manager)
                    .toFloatArray();
            assertThat(Golden.error(pixels, expected.floats("pixels"))).isLessThan(1e-6);
        }
    }

    @Test
    void theBuiltInClipGivesTheDirectionsAndLogitsOfTransformers() {
        compareClip(CLIP, "emoji-clip");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip-vit-base-patch32", "clip-gelu-patch14"})
    void aClipOfAPublicShapeGivesTheDirectionsAndLogitsOfTransformers(String name) throws IOException {
        compareClip(MadeWeights.write(name, CLIP, folder), name);
    }

    private static void compareClip(Path model, String name) {
        try (ClipModel clip = ClipModel.load(model, CPU);
                SafeTensors expected = SafeTensors.open(MadeWeights.expected(name))) {
            // The first call of an operator leaves its name behind for the process.
            clip.imageEmbedding(MadeWeights.pictures().subList(0, 1));
            clip.textEmbedding(TEXTS.subList(0, 1));
            long loaded = NativeArrays.count();
            float[][] images = clip.imageEmbedding(MadeWeights.pictures());
            float[][] texts = clip.textEmbedding(TEXTS);
            assertThat(NativeArrays.count()).as("arrays left over").isEqualTo(loaded);
            assertThat(Golden.error(flat(images), expected.floats("image"))).isLessThan(TOLERANCE);
            assertThat(Golden.error(flat(texts), expected.floats("text"))).isLessThan(TOLERANCE);
            float[] logits = new float[images.length * texts.length];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) (clip.scale() * dot(images[i / texts.length], texts[i % texts.length]));
            }
            assertThat(Golden.error(logits, expected.floats("logits"))).isLessThan(TOLERANCE);
        }
    }

    @Test
    void theBuiltInDinoGivesTheStatesOfTransformers() {
        compareDino(DINO, "emoji-dino");
    }

    @Test
    void aDinoOfThePublicShapeGivesTheStatesOfTransformersAndDoesWithoutItsPooler() throws IOException {
        compareDino(MadeWeights.write("dino-vits8", null, folder), "dino-vits8");
    }

    @Test
    void weightsFromBeforeSafetensorsGiveTheStatesOfTransformers() {
        compareDino(Golden.resource("/graft/model/vision/tiny-dino"), "tiny-dino");
    }

    private static void compareDino(Path model, String name) {
        try (DinoModel dino = DinoModel.load(model, CPU);
                SafeTensors expected = SafeTensors.open(MadeWeights.expected(name))) {
            float[][] states = dino.embedding(MadeWeights.pictures());
            assertThat(Golden.error(flat(states), expected.floats("image"))).isLessThan(TOLERANCE);
        }
    }

    @Test
    void aClosedModelLeavesNothingBehind() {
        for (int round = 0; round < 2; round++) {
            long before = NativeArrays.count();
            try (ClipModel clip = ClipModel.load(CLIP, CPU);
                    DinoModel dino = DinoModel.load(DINO, CPU)) {
                clip.imageEmbedding(MadeWeights.pictures());
                clip.textEmbedding(TEXTS);
                dino.embedding(MadeWeights.pictures());
            }
            if (round > 0) {
                assertThat(NativeArrays.count()).isEqualTo(before);
            }
        }
    }

    @Test
    void manyPicturesGiveWhatEachGivesAlone() {
        try (DinoModel dino = DinoModel.load(DINO, CPU)) {
            List<Picture> pictures = MadeWeights.pictures();
            List<Picture> many = java.util.stream.IntStream.range(0, 20)
                    .mapToObj(i -> pictures.get(i % 3))
                    .toList();
            float[][] together = dino.embedding(many);
            for (int i = 0; i < many.size(); i++) {
                float[] alone = dino.embedding(List.of(many.get(i)))[0];
                assertThat(dot(together[i], alone)).isGreaterThan(1 - 1e-5);
            }
        }
    }

    @Test
    void aModelOfAnotherKindIsRefusedByName() {
        assertThatThrownBy(() -> ClipModel.load(DINO, CPU))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is a vision transformer (ViT) that looks at pictures; choose ")
                .hasMessageContaining("such as clip-vit-base-patch32");
        assertThatThrownBy(() -> DinoModel.load(CLIP, CPU))
                .hasMessageContaining("it is a CLIP model that compares pictures and texts")
                .hasMessageContaining("such as dino-vits8");
        assertThatThrownBy(() -> DinoModel.inspect(BuiltIn.path("builtin:emoji-sd")))
                .hasMessageContaining("it is a Stable Diffusion 1.x model; choose ");
        assertThatThrownBy(() -> BlipModel.inspect(Golden.resource("/golden/training/lora_kohya.safetensors")))
                .hasMessageContaining("it is a LoRA")
                .hasMessageContaining("choose ");
    }

    @Test
    void whatAFolderLacksIsSaid() throws IOException {
        long before = NativeArrays.count();
        copy(CLIP, folder, "config.json");
        assertThatThrownBy(() -> ClipModel.load(folder, CPU)).hasMessageContaining("it holds no model.safetensors");
        copy(CLIP, folder, "model.safetensors");
        assertThatThrownBy(() -> ClipModel.load(folder, CPU)).hasMessageContaining("preprocessor_config.json");
        copy(CLIP, folder, "preprocessor_config.json");
        assertThatThrownBy(() -> ClipModel.load(folder, CPU)).hasMessageContaining("neither tokenizer.json nor");
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    @Test
    void aPreprocessorOfAnotherSizeThanTheModelsIsRefused() throws IOException {
        for (String file : List.of("config.json", "model.safetensors")) {
            copy(DINO, folder, file);
        }
        String config = Files.readString(DINO.resolve("preprocessor_config.json"));
        Files.writeString(folder.resolve("preprocessor_config.json"), config.replace("64", "96"));
        assertThatThrownBy(() -> DinoModel.load(folder, CPU))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("\"size\" should be that of the model's pictures, 64×64");
    }

    private static void copy(Path from, Path to, String file) throws IOException {
        Files.copy(from.resolve(file), to.resolve(file));
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return flat;
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
