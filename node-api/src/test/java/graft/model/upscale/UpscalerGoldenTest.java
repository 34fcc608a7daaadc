package graft.model.upscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.Golden;
import graft.file.SafeTensors;
import graft.model.FileKind;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upscalers of random weights, against PyTorch's numbers (networks that equal spandrel's to the bit). */
class UpscalerGoldenTest {

    private static final Compute CPU = Compute.of("cpu");
    private static final SafeTensors REFERENCE = SafeTensors.open(Golden.resource("/upscale/expected.safetensors"));

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        Compute.prepareThread();
    }

    @AfterAll
    static void close() {
        REFERENCE.close();
    }

    @ParameterizedTest
    @CsvSource({
        "x4.pth, x4, 4",
        "x4-own.pth, x4, 4",
        "x4-numbered.safetensors, x4, 4",
        "x2.pth, x2, 2",
        "once.safetensors, once, 2",
        "compact.pth, compact, 4",
        "compact.safetensors, compact, 4"
    })
    void eachSpellingDrawsWhatPyTorchDraws(String file, String expected, int scale) throws Exception {
        Path place = Golden.resource("/upscale/" + file);
        assertThat(FileKind.of(place).role()).isEqualTo(FileKind.Role.UPSCALER);
        try (Upscaler upscaler = Upscaler.load(place, CPU)) {
            assertThat(upscaler.scale()).isEqualTo(scale);

            Picture larger = upscaler.upscaled(picture("picture"), 512, (tile, tiles) -> {});

            assertThat(larger.width()).isEqualTo(9 * scale);
            assertThat(larger.rgb()).containsExactly(picture(expected).rgb(), within(2e-6f));
        }
    }

    @Test
    void tilesFadeIntoEachOtherAsInComfyUi() throws Exception {
        List<Integer> told = new ArrayList<>();
        try (Upscaler upscaler = Upscaler.load(Golden.resource("/upscale/once.safetensors"), CPU)) {
            Picture larger = upscaler.upscaled(picture("big"), 40, (tile, tiles) -> {
                told.add(tile);
                assertThat(tiles).isEqualTo(8);
            });

            assertThat(larger.rgb()).containsExactly(picture("big.tiled").rgb(), within(2e-6f));
            assertThat(told).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(upscaler.tile()).isIn(128, 256, 512);
        }
    }

    @Test
    void nothingIsLeftBehindAndItStopsAfterATile() throws Exception {
        Path place = Golden.resource("/upscale/x4.pth");
        try (Upscaler first = Upscaler.load(place, CPU)) {
            first.upscaled(
                    picture("picture"), 512, (tile, tiles) -> {}); // what stays for the life of the process is made
        }
        long before = NativeArrays.count();
        try (Upscaler upscaler = Upscaler.load(place, CPU)) {
            long loaded = NativeArrays.count();
            upscaler.upscaled(picture("picture"), 512, (tile, tiles) -> {});
            assertThat(NativeArrays.count()).isEqualTo(loaded);
            assertThatThrownBy(() -> upscaler.upscaled(picture("big"), 40, (tile, tiles) -> {
                        throw new Cancelled();
                    }))
                    .isInstanceOf(Cancelled.class);
        }
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    @Test
    void whatIsNoUpscalerIsRefusedByName() {
        Path file = Golden.resource("/embeddings/learned_embeds.safetensors");

        assertThatThrownBy(() -> Upscaler.load(file, CPU))
                .isInstanceOf(Problem.class)
                .hasMessage("Cannot load the upscaler " + file
                        + ": it is an embedding; choose an ESRGAN or RealESRGAN model, .pth or .safetensors.");
    }

    @Test
    void anUpscalerOfAnotherKindIsRefused() {
        Path swin = folder.resolve("swin.safetensors");
        SafeTensors.write(
                swin,
                List.of(SafeTensors.Tensor.of(
                        "layers.0.residual_group.blocks.0.norm1.weight",
                        SafeTensors.DType.F32,
                        new long[] {2},
                        new float[] {1, 1})),
                Map.of());

        assertThatThrownBy(() -> Upscaler.load(swin, CPU))
                .hasMessage("Cannot load the upscaler " + swin
                        + ": its network is of a kind that Graft does not know; choose an ESRGAN or RealESRGAN model,"
                        + " .pth or .safetensors.");
    }

    private static Picture picture(String name) {
        long[] shape = REFERENCE.entry(name).shape();
        float[] planes = REFERENCE.floats(name);
        int size = (int) (shape[2] * shape[3]);
        float[] rgb = new float[3 * size];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = planes[i % 3 * size + i / 3];
        }
        return new Picture((int) shape[3], (int) shape[2], rgb);
    }
}
