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
import graft.tensor.Operators;
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
        "sd21, lcm, LCM, AUTO",
        "sdxl, ddim, DDIM, AUTO",
        "sdxl, euler, EULER, LINSPACE",
        "sdxl, euler_karras, EULER, KARRAS",
        "sdxl, euler_ancestral, EULER_ANCESTRAL, LINSPACE",
        "sdxl, heun, HEUN, LINSPACE",
        "sdxl, dpmpp_2m, DPMPP_2M, LINSPACE",
        "sdxl, dpmpp_2m_karras, DPMPP_2M, KARRAS",
        "sdxl, unipc, UNIPC, LINSPACE",
        "sdxl, lcm, LCM, AUTO"
    })
    void walksTheTrajectory(String model, String name, Sampler sampler, Spacing spacing) throws Cancelled {
        boolean lcm = sampler == Sampler.LCM;
        NoiseSchedule schedule = GoldenSchedule.of(model);
        if (sampler != Sampler.DDIM && !lcm) {
            schedule = schedule.with(Spacing.LINSPACE); // what the vectors were made with
        }
        StepPlan plan = StepPlan.of(sampler, spacing, schedule, lcm ? 4 : 10, 1);
        try (SafeTensors expected = SafeTensors.open(Golden.path(model + "/expected.safetensors"))) {
            check(model, expected, "sample." + name, plan, schedule, lcm ? 1.5 : 7.5, 0);
        }
    }

    /** The model of SDXL taken for one of velocity, whose noise goes up to nothing but noise. */
    @ParameterizedTest
    @CsvSource({"ddim, DDIM, 0", "euler, EULER, 0", "ddim_rescale, DDIM, 0.7"})
    void walksFromNothingButNoise(String name, Sampler sampler, double rescale) throws Cancelled {
        NoiseSchedule schedule = GoldenSchedule.ofZeroTerminalSnr("sdxl");
        StepPlan plan = StepPlan.of(sampler, Spacing.AUTO, schedule, 10, 1);
        try (SafeTensors expected = SafeTensors.open(Golden.path("sdxl-training/expected.safetensors"))) {
            check("sdxl", expected, "vpred." + name, plan, schedule, 7.5, rescale);
        }
    }

    private static void check(
            String model,
            SafeTensors walked,
            String key,
            StepPlan plan,
            NoiseSchedule schedule,
            double scale,
            double rescale)
            throws Cancelled {
        checkPlan(plan, walked, key);
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        try (SafeTensors expected = SafeTensors.open(Golden.path(model + "/expected.safetensors"));
                Checkpoint checkpoint = Checkpoint.load(Golden.path(model), compute);
                NDManager manager = compute.newManager()) {
            List<float[]> trajectory = new ArrayList<>();
            Sampling.run(
                    plan,
                    schedule,
                    Guidance.of(
                                    manager,
                                    checkpoint,
                                    context(manager, expected, "0:1"),
                                    context(manager, expected, "1:2"),
                                    scale,
                                    1)
                            .rescaled(rescale),
                    Golden.array(manager, expected, "sample.noise"),
                    null,
                    inOrder(expected.floats("sample.step_noise")),
                    (done, total, latents, denoised) -> trajectory.add(latents.toFloatArray()));
            float[] latents = walked.floats(key + ".latents");
            int size = trajectory.get(0).length;
            int stored = latents.length / size; // of some walks the end alone
            assertThat(stored).isIn(1, trajectory.size());
            for (int i = 0; i < stored; i++) {
                int call = trajectory.size() - stored + i;
                float[] there = Arrays.copyOfRange(latents, i * size, (i + 1) * size);
                assertThat(Golden.error(trajectory.get(call), there))
                        .as("after call %d", call)
                        .isLessThanOrEqualTo(WHOLE_TRAJECTORY);
            }
        }
    }

    /** What the network is told of one of the prompts: states alone, or pooled text and sizes too. */
    private static Context context(NDManager manager, SafeTensors expected, String row) {
        return new Context(
                Golden.array(manager, expected, "unet.context").get(row),
                rowOf(manager, expected, "text2.pooled", row),
                rowOf(manager, expected, "unet.time_ids", row));
    }

    private static NDArray rowOf(NDManager manager, SafeTensors expected, String name, String row) {
        return expected.names().contains(name)
                ? Golden.array(manager, expected, name).get(row)
                : Operators.NONE;
    }

    private static void checkPlan(StepPlan plan, SafeTensors walked, String key) {
        float[] timesteps = walked.floats(key + ".timesteps");
        assertThat(plan.end()).isEqualTo(timesteps.length);
        for (int call = 0; call < timesteps.length; call++) {
            assertThat(plan.timestep(call)).isCloseTo(timesteps[call], within(1e-5f * (1 + timesteps[call])));
        }
        // DDIM and LCM have none
        float[] sigmas = walked.names().contains(key + ".sigmas") ? walked.floats(key + ".sigmas") : new float[0];
        for (int call = 0; call < sigmas.length && sigmas.length > 1; call++) {
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
