package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.node.Cancelled;
import graft.tensor.Compute;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole trajectories of the reference models: guidance 7.5 (LCM 1.5), row 0 the prompt, row 1 the negative prompt. */
class SamplersGoldenTest {

    private static final double WHOLE_TRAJECTORY = 2e-3; // of the standard deviation

    @ParameterizedTest
    @CsvSource({
        "sd15, ddim, DDIM, AUTO",
        "sd15, euler, EULER, LINSPACE",
        "sd15, euler_karras, EULER, KARRAS",
        "sd15, euler_ancestral, EULER_ANCESTRAL, LINSPACE",
        "sd15, heun, HEUN, LINSPACE",
        "sd15, dpmpp_2m, DPMPP_2M, LINSPACE",
        "sd15, dpmpp_2m_karras, DPMPP_2M, KARRAS",
        "sd15, unipc, UNIPC, LINSPACE",
        "sd15, lcm, LCM, AUTO",
        "sd21, ddim, DDIM, AUTO",
        "sd21, euler, EULER, LINSPACE",
        "sd21, euler_karras, EULER, KARRAS",
        "sd21, euler_ancestral, EULER_ANCESTRAL, LINSPACE",
        "sd21, heun, HEUN, LINSPACE",
        "sd21, dpmpp_2m, DPMPP_2M, LINSPACE",
        "sd21, dpmpp_2m_karras, DPMPP_2M, KARRAS",
        "sd21, unipc, UNIPC, LINSPACE",
        "sd21, lcm, LCM, AUTO"
    })
    void walksTheTrajectory(String model, String name, Sampler sampler, Spacing spacing) throws IOException, Cancelled {
        String key = "sample." + name;
        boolean lcm = sampler == Sampler.LCM;
        NoiseSchedule schedule = GoldenSchedule.of(model);
        if (sampler != Sampler.DDIM && !lcm) {
            schedule = schedule.with(Spacing.LINSPACE); // what the vectors were made with
        }
        StepPlan plan = StepPlan.of(sampler, spacing, schedule, lcm ? 4 : 10, 1);
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        try (SafeTensors expected = SafeTensors.open(Golden.path(model + "/expected.safetensors"));
                Checkpoint checkpoint = Checkpoint.load(Golden.path(model), compute);
                NDManager manager = compute.newManager()) {
            checkPlan(plan, expected.floats(key + ".timesteps"), expected.floats(key + ".sigmas"));
            NDArray context = Golden.array(manager, expected, "unet.context");
            Predictor predictor = Guidance.of(
                    manager,
                    checkpoint.network(),
                    Context.of(context.get("0:1")),
                    Context.of(context.get("1:2")),
                    lcm ? 1.5 : 7.5,
                    1);
            List<float[]> trajectory = new ArrayList<>();
            Sampling.run(
                    plan,
                    schedule,
                    predictor,
                    Golden.array(manager, expected, "sample.noise"),
                    null,
                    inOrder(expected.floats("sample.step_noise")),
                    (done, total, latents, denoised) -> trajectory.add(latents.toFloatArray()));
            float[] latents = expected.floats(key + ".latents");
            assertThat(trajectory)
                    .hasSize((int) expected.entry(key + ".latents").shape()[0]);
            for (int call = 0; call < trajectory.size(); call++) {
                int size = latents.length / trajectory.size();
                float[] there = Arrays.copyOfRange(latents, call * size, (call + 1) * size);
                assertThat(Golden.error(trajectory.get(call), there))
                        .as("after call %d", call)
                        .isLessThanOrEqualTo(WHOLE_TRAJECTORY);
            }
        }
    }

    private static void checkPlan(StepPlan plan, float[] timesteps, float[] sigmas) {
        assertThat(plan.end()).isEqualTo(timesteps.length);
        for (int call = 0; call < timesteps.length; call++) {
            assertThat(plan.timestep(call)).isCloseTo(timesteps[call], within(1e-5f * (1 + timesteps[call])));
        }
        for (int call = 0; call < sigmas.length && sigmas.length > 1; call++) { // DDIM and LCM have none
            assertThat(plan.sigma(call)).isCloseTo(sigmas[call], within(1e-5f * (1 + sigmas[call])));
        }
    }

    private static StepNoise inOrder(float[] all) {
        int[] next = {0};
        return (manager, shape) -> {
            int size = (int) shape.size();
            float[] noise = Arrays.copyOfRange(all, next[0], next[0] + size);
            next[0] += size;
            return manager.create(noise, shape);
        };
    }
}
