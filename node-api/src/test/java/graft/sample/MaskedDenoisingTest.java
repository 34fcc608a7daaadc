package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.Golden;
import graft.file.SafeTensors;
import graft.picture.Mask;
import graft.picture.Scaling;
import graft.tensor.Scope;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ComfyUI's masked sampling makes of a toy denoiser by Euler's steps, with its own prepared mask and DifferentialDiffusion. */
class MaskedDenoisingTest {

    private static final int[] TIMESTEPS = {999, 800, 600, 400, 200, 50};

    private SafeTensors reference;
    private NDManager manager;
    private Scope scope;

    @BeforeEach
    void open() {
        reference = SafeTensors.open(Golden.resource("/comfy-pictures/comfy-pictures.safetensors"));
        manager = NDManager.newBaseManager();
        scope = Scope.open();
    }

    @AfterEach
    void close() {
        scope.close();
        manager.close();
        reference.close();
    }

    @ParameterizedTest
    @CsvSource({"0, walk.masked", "1, walk.differential.1", "0.6, walk.differential.0.6"})
    void drawsWithinTheMaskAsComfyUi(double differential, String expected) {
        NDArray drawn = walked(new MaskedDenoising(mask(), differential, Optional.empty()));

        assertThat(Golden.error(drawn, Golden.array(manager, reference, expected)))
                .isLessThan(1e-5);
    }

    @Test
    void theMaskIsBroughtToTheLatents() {
        assertThat(mask().scaled(8, 6, Scaling.BILINEAR).planes().get(0)).isEqualTo(reference.floats("walk.prepared"));
    }

    @Test
    void outsideOfTheMaskThePictureStays() {
        float[] drawn = walked(new MaskedDenoising(mask())).toFloatArray();
        float[] picture = reference.floats("walk.latent");
        float[] prepared = reference.floats("walk.prepared");

        int drawnAnew = 0;
        for (int i = 0; i < drawn.length; i++) {
            if (prepared[i % 48] == 0) {
                assertThat(drawn[i]).isCloseTo(picture[i], within(2e-5f));
            } else if (Math.abs(drawn[i] - picture[i]) > 0.01f) {
                drawnAnew++;
            }
        }
        assertThat(drawnAnew).isGreaterThan(drawn.length / 4);
    }

    private Mask mask() {
        return new Mask(16, 12, List.of(reference.floats("walk.mask")));
    }

    /** Euler's steps along σ, where latents are the picture and σ times the noise. */
    private NDArray walked(DenoiserLayer layer) {
        NDArray noise = Golden.array(manager, reference, "walk.noise");
        NDArray start = Golden.array(manager, reference, "walk.latent");
        float[] sigmas = reference.floats("walk.sigmas");
        NDArray pattern = manager.linspace(-1f, 1f, 48).reshape(new Shape(1, 1, 6, 8));
        Denoiser toy = (x, level, timestep) -> {
            float square = 1 + level.noise() * level.noise();
            NDArray clean = x.mul(0.7f / square)
                    .add(x.div((float) Math.sqrt(square)).tanh().mul(0.3f))
                    .add(pattern.mul(3).sin().mul(0.1f));
            return new Guess(clean, x.sub(clean).div(level.noise()));
        };
        StepPlan plan = StepPlan.of(
                Sampler.EULER,
                Spacing.TRAILING,
                NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false),
                6,
                1);
        assertThat(plan.timestep(plan.first())).isEqualTo(TIMESTEPS[0]);
        Denoiser masked = layer.over(toy, new DenoiserLayer.Walk(plan, null, start, noise));
        NDArray x = noise.mul((float) Math.sqrt(1 + sigmas[0] * sigmas[0])).add(start);
        for (int i = 0; i < TIMESTEPS.length; i++) {
            Guess guess = masked.denoise(x, new NoiseLevel(1, sigmas[i]), TIMESTEPS[i]);
            x = x.add(guess.noise().mul(sigmas[i + 1] - sigmas[i]));
        }
        return x;
    }
}
