package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import graft.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference set holds each model twice, as a diffusers folder and as a single file. */
final class OriginalLayoutGoldenTest {

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd21", "sdxl"})
    void theUnetsOfTheSingleFileAndOfTheFolderAreTheSame(String model) {
        try (SafeTensors single = open(model, "single_file.safetensors");
                SafeTensors folder = open(model, "unet/diffusion_pytorch_model.safetensors")) {
            Map<String, String> keys = OriginalLayout.unet(single.names());
            assertSameTensors(single, folder, keys);
            assertThat(OriginalLayout.unetToWrite(folder.names())).isEqualTo(keys);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd15", "sd21", "sdxl"})
    void theVaesAreTheSameButForTheShapeOfAttentionWeights(String model) {
        try (SafeTensors single = open(model, "single_file.safetensors");
                SafeTensors folder = open(model, "vae/diffusion_pytorch_model.safetensors")) {
            Map<String, String> keys = OriginalLayout.vae(single.names(), OriginalLayout.VAE);
            assertSameTensors(single, folder, keys);
            assertThat(OriginalLayout.vaeToWrite(folder.names())).isEqualTo(keys);
            keys.forEach((diffusers, original) -> {
                long[] here = folder.entry(diffusers).shape();
                long[] there = single.entry(original).shape();
                assertThat(OriginalLayout.vaeShape(diffusers, there)).isEqualTo(here);
                assertThat(OriginalLayout.vaeShapeToWrite(diffusers, here)).isEqualTo(there);
            });
        }
    }

    @Test
    void theTextEncodersAreTheSame() {
        try (SafeTensors single = open("sd15", "single_file.safetensors");
                SafeTensors folder = open("sd15", "text_encoder/model.safetensors")) {
            Map<String, String> keys = OriginalLayout.clip(single.names(), OriginalLayout.CLIP);
            Map<String, String> written = OriginalLayout.clipToWrite(folder.names(), OriginalLayout.CLIP);
            assertThat(keys).hasSameSizeAs(written);
            written.forEach((diffusers, original) -> {
                assertThat(keys).containsEntry(Golden.textName(diffusers), original);
                assertSameTensor(single, original, folder, diffusers);
            });
        }
    }

    @Test
    void aDiffusersUnetIsNoSingleFile() {
        try (SafeTensors folder = open("sd15", "unet/diffusion_pytorch_model.safetensors")) {
            assertThat(OriginalLayout.is(folder.names())).isFalse();
        }
    }

    private static SafeTensors open(String model, String file) {
        Path path = Golden.path("").resolve(model).resolve(file);
        assumeTrue(Files.exists(path), () -> path + " is not in this reference set");
        return SafeTensors.open(path);
    }

    private static void assertSameTensors(SafeTensors single, SafeTensors folder, Map<String, String> keys) {
        assertThat((Collection<String>) keys.keySet()).containsExactlyInAnyOrderElementsOf(folder.names());
        keys.forEach((diffusers, original) -> assertSameTensor(single, original, folder, diffusers));
    }

    private static void assertSameTensor(SafeTensors single, String original, SafeTensors folder, String diffusers) {
        assertThat(single.bytes(original).equals(folder.bytes(diffusers)))
                .as("%s is %s", diffusers, original)
                .isTrue();
    }
}
