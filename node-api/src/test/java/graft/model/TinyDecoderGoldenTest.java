package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.sd.CheckpointFile;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of tiny decoders of random weights, against diffusers' {@code AutoencoderTiny}. */
class TinyDecoderGoldenTest {

    private static final Compute CPU = Compute.of("cpu");
    private static final Path FOLDER = Golden.resource("/tiny");

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        Compute.prepareThread();
    }

    @ParameterizedTest
    @ValueSource(strings = {"taesd", "taesdxl"})
    void eitherLayoutDrawsWhatDiffusersDraws(String name) {
        Path place = TinyDecoder.find(List.of(FOLDER.resolve("nowhere"), FOLDER), name)
                .orElseThrow();
        draw(place);
        long before = NativeArrays.count();

        Picture picture = draw(place);

        assertThat(NativeArrays.count()).isEqualTo(before);
        assertThat(List.of(picture.width(), picture.height())).containsExactly(48, 40);
        try (SafeTensors expected = SafeTensors.open(FOLDER.resolve("expected.safetensors"))) {
            float[] planes = expected.floats("picture");
            for (int i = 0; i < planes.length; i++) {
                assertThat(picture.rgb()[i % 1920 * 3 + i / 1920]).isCloseTo(planes[i], within(2e-6f));
            }
        }
    }

    private static Picture draw(Path place) {
        try (SafeTensors expected = SafeTensors.open(FOLDER.resolve("expected.safetensors"));
                NDManager manager = NDManager.newBaseManager();
                TinyDecoder decoder = TinyDecoder.load(place, CPU)) {
            NDArray latents = Golden.array(manager, expected, "latents");
            assertThat(decoder.latentChannels()).isEqualTo(4);
            return decoder.picture(latents);
        }
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(TinyDecoder.find(List.of(FOLDER), "taesd")).contains(FOLDER.resolve("taesd_decoder.safetensors"));
        assertThat(TinyDecoder.find(List.of(FOLDER), "taesdxl")).contains(FOLDER.resolve("taesdxl"));
        assertThat(TinyDecoder.find(List.of(FOLDER), "taef1")).isEmpty();
    }

    @Test
    void whatIsNoTinyDecoderIsRefused() {
        Path other = Golden.resource("/embeddings/learned_embeds.safetensors");

        assertThatThrownBy(() -> TinyDecoder.load(other, CPU))
                .isInstanceOf(Problem.class)
                .hasMessage("Cannot load the tiny autoencoder " + other
                        + ": it has no layers of a decoder; choose taesd_decoder or taesdxl_decoder.");
    }

    /** Encoded and decoded by both halves of one, as by diffusers. */
    @Test
    void aWholeOneStandsInForAVae() {
        try (SafeTensors expected = SafeTensors.open(FOLDER.resolve("whole.safetensors"));
                Checkpoint model = withTiny(FOLDER.resolve("taesd_decoder.safetensors"));
                NDManager manager = NDManager.newBaseManager()) {
            Vae vae = model.vae();
            NDArray encoded = vae.encode(Golden.array(manager, expected, "pixels"), null);
            NDArray decoded = vae.decode(Golden.array(manager, expected, "latents"));
            assertThat(List.of(vae.factor(), vae.latentChannels())).containsExactly(8, 4);
            assertThat(Golden.error(encoded, Golden.array(manager, expected, "encoded")))
                    .isLessThan(1e-5);
            assertThat(Golden.error(decoded, Golden.array(manager, expected, "decoded")))
                    .isLessThan(1e-5);
            assertThat(vae.picture(Golden.array(manager, expected, "latents"), 0)
                            .width())
                    .isEqualTo(48);
            Path written = folder.resolve("written.safetensors");
            assertThatThrownBy(() -> CheckpointFile.writeSingle(written, model, SafeTensors.DType.F16))
                    .isInstanceOf(Problem.class)
                    .hasMessage("Cannot write " + written
                            + ": the model's VAE is a tiny autoencoder (TAESD), which a checkpoint"
                            + " cannot hold; leave vae empty in Load Model, or choose a whole VAE.");
        }
    }

    @Test
    void oneWithoutEncoderEncodesNothing() throws IOException {
        Path alone =
                Files.copy(FOLDER.resolve("taesd_decoder.safetensors"), folder.resolve("taesd_decoder.safetensors"));
        try (Checkpoint model = withTiny(alone);
                NDManager manager = NDManager.newBaseManager()) {
            assertThat(model.vae().decode(manager.zeros(new Shape(1, 4, 2, 2))).getShape())
                    .isEqualTo(new Shape(1, 3, 16, 16));
            assertThatThrownBy(() -> model.vae().encode(manager.zeros(new Shape(1, 3, 16, 16)), null))
                    .isInstanceOf(Problem.class)
                    .hasMessage(
                            "Cannot load the tiny autoencoder " + alone + ": it has no layers of an encoder; choose"
                                    + " taesd_decoder or taesdxl_decoder, with the encoder beside it where pictures are to be encoded.");
        }
    }

    private static Checkpoint withTiny(Path vae) {
        return Checkpoint.load(
                Golden.ours("sd15"), Optional.of(vae), CPU, UnaryOperator.identity(), WeightStorage.AUTO);
    }

    @Test
    void theFileIsToldFromAHypernetwork() {
        assertThat(FileKind.of(FOLDER.resolve("taesd_decoder.safetensors")).name())
                .isEqualTo("a tiny autoencoder (TAESD)");
    }
}
