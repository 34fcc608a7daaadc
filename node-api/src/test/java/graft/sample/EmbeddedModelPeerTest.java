package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.node.Cancelled;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The embedded model draws what diffusers draws with it from the same seed.
 *
 * <p>The pictures under {@code diffusers/} were made by diffusers 0.42's StableDiffusionPipeline in float32 on the CPU:
 * {@code torch.manual_seed(seed)}, 25 steps, guidance 5, 64×64, each scheduler made by {@code from_config} of the model's
 * own (Karras with {@code use_karras_sigmas=True}). Other weights need other pictures, made in the same way.
 */
class EmbeddedModelPeerTest {

    private static final int OF_255 = 2; // the largest difference of a channel

    private static Checkpoint model;

    @BeforeAll
    static void load() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ddim, DDIM, AUTO",
        "euler, EULER, AUTO",
        "euler_karras, EULER, KARRAS",
        "euler_ancestral, EULER_ANCESTRAL, AUTO",
        "heun, HEUN, AUTO",
        "dpmpp_2m, DPMPP_2M, AUTO",
        "dpmpp_2m_karras, DPMPP_2M, KARRAS",
        "unipc, UNIPC, AUTO"
    })
    void drawsThePictureOfDiffusers(String name, Sampler sampler, Spacing spacing) throws IOException, Cancelled {
        int apple = difference(
                draw(sampler, spacing, "a noto emoji of a red apple on a white background", "", 42), name + "-42.png");
        int dog = difference(
                draw(
                        sampler,
                        spacing,
                        "a 3d emoji of a dog face on a blue background",
                        "a flat emoji on a pink background",
                        7),
                name + "-7.png");
        assertThat(apple).isLessThanOrEqualTo(OF_255);
        assertThat(dog).isLessThanOrEqualTo(OF_255);
    }

    private static BufferedImage draw(Sampler sampler, Spacing spacing, String prompt, String negative, long seed)
            throws Cancelled {
        Compute.prepareThread();
        NoiseSchedule schedule = NoiseSchedule.of(model.scheduler());
        try (Scope scope = Scope.open();
                NDManager manager = model.compute().newManager()) {
            int size = 64 / model.vae().factor();
            TorchRandom random = new TorchRandom(seed);
            Guidance guidance = Guidance.of(manager, model, encoded(prompt), encoded(negative), 5, 1);
            NDArray latents = Sampling.run(
                    StepPlan.of(sampler, spacing, schedule, 25, 1),
                    schedule,
                    guidance,
                    random.randn(manager, 1, model.spec().latentChannels(), size, size),
                    null,
                    StepNoise.of(random),
                    StepListener.NONE);
            float[] planes = model.vae().decode(latents).toFloatArray();
            return Picture.ofPlanes(planes, 0, 64, 64).toBufferedImage();
        }
    }

    private static Context encoded(String text) {
        return model.encode(List.of(text));
    }

    private static int difference(BufferedImage actual, String reference) throws IOException {
        BufferedImage expected = ImageIO.read(
                Golden.resource("/graft/sample/diffusers/" + reference).toFile());
        int largest = 0;
        for (int y = 0; y < expected.getHeight(); y++) {
            for (int x = 0; x < expected.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    int a = (actual.getRGB(x, y) >> shift) & 0xff;
                    int b = (expected.getRGB(x, y) >> shift) & 0xff;
                    largest = Math.max(largest, Math.abs(a - b));
                }
            }
        }
        return largest;
    }
}
