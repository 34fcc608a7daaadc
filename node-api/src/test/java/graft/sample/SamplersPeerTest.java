package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.node.Cancelled;
import graft.tensor.TorchRandom;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every sampler, spacing and kind of prediction against diffusers 0.42 on an analytic network, sin(x·(0.7 + 0.2·s)) +
 * 0.3·s·x with s = cos(1.5·t/1000), from {@code torch.Generator().manual_seed(11)}.
 */
class SamplersPeerTest {

    private static final SafeTensors EXPECTED =
            SafeTensors.open(Golden.resource("/graft/sample/diffusers-trajectories.safetensors"));

    @TestFactory
    List<DynamicTest> walksAsDiffusersDoes() {
        return EXPECTED.names().stream()
                .filter(name -> name.endsWith("/final"))
                .map(name -> name.substring(0, name.length() - "/final".length()))
                .sorted()
                .map(name -> DynamicTest.dynamicTest(name, () -> check(name)))
                .toList();
    }

    private static void check(String name) throws Cancelled {
        String[] parts = name.split("/", -1);
        Sampler sampler = Sampler.valueOf(parts[0]);
        NoiseSchedule schedule = NoiseSchedule.of(parts[6], 0.00085, 0.012, 1000, parts[3], parts[1], 1, false);
        Spacing spacing = parts[2].equals("karras") ? Spacing.KARRAS : Spacing.AUTO;
        double denoise = Double.parseDouble(parts[5]);
        StepPlan plan = StepPlan.of(sampler, spacing, schedule, Integer.parseInt(parts[4]), denoise);

        float[] timesteps = EXPECTED.floats(name + "/timesteps");
        for (int call = 0; call < plan.end(); call++) {
            assertThat(plan.timestep(call)).isCloseTo(timesteps[call], within(1e-3f));
        }
        assertThat(plan.end()).isEqualTo(timesteps.length);
        if (EXPECTED.names().contains(name + "/sigmas")) {
            float[] sigmas = EXPECTED.floats(name + "/sigmas");
            for (int call = 0; call <= plan.end(); call++) {
                assertThat(plan.sigma(call)).isCloseTo(sigmas[call], within(1e-5f * sigmas[call]));
            }
        }
        try (NDManager manager = NDManager.newBaseManager()) {
            TorchRandom random = new TorchRandom(11);
            NDArray noise = random.randn(manager, 1, 4, 3, 5);
            NDArray start = denoise == 1 ? null : manager.linspace(-2f, 2f, 60).reshape(1, 4, 3, 5);
            Predictor analytic = (x, t) -> {
                double s = Math.cos(t / 1000 * 1.5);
                return x.mul((float) (0.7 + 0.2 * s)).sin().add(x.mul((float) (0.3 * s)));
            };
            NDArray latents =
                    Sampling.run(plan, schedule, analytic, noise, start, StepNoise.of(random), StepListener.NONE);
            assertThat(Golden.error(latents.toFloatArray(), EXPECTED.floats(name + "/final")))
                    .isLessThan(5e-5);
        }
    }
}
