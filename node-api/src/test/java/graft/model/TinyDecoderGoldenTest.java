package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of tiny decoders of random weights, against diffusers' {@code AutoencoderTiny}. */
class TinyDecoderGoldenTest {

    private static final Compute CPU = Compute.of("cpu");
    private static final Path FOLDER = Golden.resource("/tiny");

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

    @Test
    void theFileIsToldFromAHypernetwork() {
        assertThat(FileKind.of(FOLDER.resolve("taesd_decoder.safetensors")).name())
                .isEqualTo("a tiny autoencoder (TAESD)");
    }
}
