package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.tensor.Compute;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Previews by a tiny decoder that lies in the user's folders, of a model whose VAE is as large as Stable Diffusion's. */
class LatentPreviewTest {

    private static final Compute CPU = Compute.of("cpu");

    @TempDir
    Path folder;

    private long asked;

    @BeforeEach
    void prepare() {
        Compute.prepareThread();
    }

    @Test
    void aTinyDecoderThatIsThereIsUsedWhereThereIsTime() throws Exception {
        tiny("taesd_decoder.safetensors", 4);

        BufferedImage shown = shown(List.of(folder));

        // a decoder of two layers that gives a quarter of white everywhere
        assertThat(shown.getRGB(3, 3) & 0xFFFFFF).isEqualTo(0x404040);
        assertThat(shown.getWidth()).isEqualTo(8);
    }

    @Test
    void whatCannotBeReadOrIsOfOtherLatentsLeavesTheColours() throws Exception {
        BufferedImage coloured = shown(List.of());

        Files.writeString(folder.resolve("taesd_decoder.safetensors"), "no tensors");
        assertThat(pixels(shown(List.of(folder)))).isEqualTo(pixels(coloured));
        tiny("taesd_decoder.safetensors", 16);
        assertThat(pixels(shown(List.of(folder)))).isEqualTo(pixels(coloured));
        assertThat(coloured.getWidth()).isEqualTo(64);
    }

    @Test
    void aDecoderOfAnotherFamilyIsNotTaken() throws Exception {
        tiny("taesdxl_decoder.safetensors", 4);

        assertThat(shown(List.of(folder)).getWidth()).isEqualTo(64);
    }

    /** A preview with all the time of the world, of 8 × 8 latents of ones. */
    private BufferedImage shown(List<Path> folders) throws IOException {
        asked = 0;
        try (Checkpoint model = Checkpoint.load(large(), CPU);
                NDManager manager = NDManager.newBaseManager();
                LatentPreview preview = new LatentPreview(
                        model, new PreviewBudget(() -> asked++ == 0 ? 0 : Long.MAX_VALUE / 2), folders)) {
            return preview.of(manager.ones(new Shape(1, 4, 8, 8))).get(0);
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private void tiny(String name, int channels) {
        SafeTensors.write(
                folder.resolve(name),
                List.of(
                        Tensor.of("1.weight", DType.F32, new long[] {4, channels, 3, 3}, new float[36 * channels]),
                        Tensor.of("1.bias", DType.F32, new long[] {4}, new float[4]),
                        Tensor.of("19.weight", DType.F32, new long[] {3, 4, 3, 3}, new float[108]),
                        Tensor.of("19.bias", DType.F32, new long[] {3}, new float[] {0.25f, 0.25f, 0.25f})),
                Map.of());
    }

    /** The built-in model with the config of Stable Diffusion's VAE, of which no weight is read. */
    private Path large() throws IOException {
        Path from = BuiltIn.path("builtin:emoji-sd");
        Path to = folder.resolve("model");
        if (Files.exists(to)) {
            return to;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        Path config = to.resolve("vae/config.json");
        Files.writeString(config, """
                {"_class_name": "AutoencoderKL", "block_out_channels": [128, 256, 512, 512], "latent_channels": 4,
                 "layers_per_block": 2, "in_channels": 3, "out_channels": 3, "norm_num_groups": 32,
                 "scaling_factor": 0.18215,
                 "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
                 "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}
                """);
        return to;
    }
}
