package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.GoldenScheduler;
import graft.model.SchedulerConfig;
import graft.node.Cancelled;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rectified flow as diffusers has it, on the numbers of Z-Image (shift 3) and FLUX.2 klein (shifted by the picture's size). */
class RectifiedFlowGoldenTest {

    private static RectifiedFlow flow(String model) {
        return (RectifiedFlow) NoiseSchedule.of(GoldenScheduler.of(model));
    }

    private static SafeTensors expected(String folder) {
        return SafeTensors.open(Golden.path(folder + "/expected.safetensors"));
    }

    private static void assertWalks(NoiseSchedule schedule, float[] sigmas) {
        StepPlan plan = StepPlan.of(Sampler.EULER, Spacing.AUTO, schedule, sigmas.length - 1, 1);
        assertThat(plan.end()).isEqualTo(sigmas.length - 1);
        for (int call = 0; call < sigmas.length; call++) {
            assertThat(plan.sigma(call)).isCloseTo(sigmas[call], within(2e-7f));
        }
        for (int call = 0; call < plan.end(); call++) {
            assertThat(plan.timestep(call)).isCloseTo(1000 * sigmas[call], within(2e-4f));
            assertThat(plan.level(call)).isEqualTo(new NoiseLevel(1 - plan.sigma(call), plan.sigma(call)));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 20", "3, 1", "3, 4", "3, 8", "3, 9", "3, 20", "3, 50", "6, 20", "6, 50"})
    void shiftsAllLevelsAlike(int shift, int steps) {
        try (SafeTensors expected = expected("zimage")) {
            float[] sigmas = expected.floats("sigmas.shift" + shift + ".n" + steps);
            assertWalks(flow("zimage").shifted(Math.log(shift)), sigmas);
            if (shift == 3) {
                assertWalks(flow("zimage"), sigmas);
            }
        }
    }

    @Test
    void shiftsByTheSizeOfThePicture() {
        RectifiedFlow flow = flow("flux2");
        assertThat(flow.isDynamic()).isTrue();
        try (SafeTensors expected = expected("flux2")) {
            for (String name : expected.names()) {
                if (name.matches("sigmas\\.n\\d+\\.tokens\\d+")) {
                    int steps = Integer.parseInt(name.replaceAll(".*\\.n(\\d+).*", "$1"));
                    int tokens = Integer.parseInt(name.replaceAll(".*tokens", ""));
                    assertWalks(flow.shifted(EmpiricalShift.mu(steps, tokens)), expected.floats(name));
                }
            }
            double[] mu = doubles(expected, "mu");
            float[] of = expected.floats("mu.steps_tokens");
            for (int i = 0; i < mu.length; i++) {
                assertThat(EmpiricalShift.mu((int) of[2 * i], (int) of[2 * i + 1]))
                        .isCloseTo(mu[i], within(1e-6));
            }
        }
    }

    private static double[] doubles(SafeTensors file, String name) {
        float[] narrow = file.floats(name);
        return IntStream.range(0, narrow.length).mapToDouble(i -> narrow[i]).toArray();
    }

    /** The default of FLUX.1 and Stable Diffusion 3, in a straight line through both ends. */
    @Test
    void growsInAStraightLineWithTheTokens() {
        SchedulerConfig.Flow flow = new SchedulerConfig.Flow(1, true, true, 0.5, 1.15, 256, 4096);
        assertThat(flow.mu(256)).isEqualTo(0.5);
        assertThat(flow.mu(4096)).isEqualTo(1.15);
        assertThat(flow.mu(1024)).isCloseTo(0.63, within(1e-12));
    }

    /** The model's two answers at the first step give the latents after it; the others give back what led on from them. */
    @ParameterizedTest
    @ValueSource(strings = {"zimage", "flux2"})
    void goesTheWayOfEuler(String model) throws Cancelled {
        try (SafeTensors expected = expected(model);
                NDManager manager = NDManager.newBaseManager()) {
            float[] sigmas = expected.floats("sample.euler.sigmas");
            RectifiedFlow flow = flow(model);
            if (flow.isDynamic()) {
                flow = flow.shifted(EmpiricalShift.mu(sigmas.length - 1, 24));
            }
            assertWalks(flow, sigmas);
            NDArray noise = Golden.array(manager, expected, "sample.noise");
            NDArray positive = Golden.array(manager, expected, "sample.euler.first.pos");
            NDArray negative = Golden.array(manager, expected, "sample.euler.first.neg");
            // Z-Image answers with -v, and counts guidance from the positive prompt
            NDArray velocity = model.equals("zimage")
                    ? positive.add(positive.sub(negative).mul(4)).neg()
                    : negative.add(positive.sub(negative).mul(4));
            float[] all = expected.floats("sample.euler.latents");
            float[] first = Arrays.copyOf(all, all.length / (sigmas.length - 1));
            StepPlan plan = StepPlan.of(Sampler.EULER, Spacing.AUTO, flow, sigmas.length - 1, 1);
            boolean[] checked = new boolean[1];
            Sampling.run(
                    plan,
                    flow,
                    (x, t) -> {
                        assertThat(t <= 1000).isTrue();
                        return velocity.duplicate();
                    },
                    noise,
                    null,
                    (owner, shape) -> owner.zeros(shape),
                    (done, total, latents, denoised) -> {
                        if (done == 1) {
                            assertThat(Golden.error(latents.toFloatArray(), first))
                                    .isLessThan(1e-5);
                            checked[0] = true;
                        }
                    });
            assertThat(checked[0]).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zimage", "flux2"})
    void beginsOnAPictureInTheFlowsMixture(String model) {
        try (SafeTensors expected = expected(model);
                NDManager manager = NDManager.newBaseManager()) {
            RectifiedFlow flow = flow(model);
            if (flow.isDynamic()) {
                flow = flow.shifted(EmpiricalShift.mu(8, 24));
            }
            StepPlan plan = StepPlan.of(Sampler.EULER, Spacing.AUTO, flow, 8, 1);
            int first = (int) expected.floats("img2img.first_step")[0];
            NDArray start = plan.level(first)
                    .noised(
                            Golden.array(manager, expected, "vae.encoded"),
                            Golden.array(manager, expected, "img2img.noise"));
            assertThat(Golden.error(start, Golden.array(manager, expected, "img2img.start")))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zimage", "flux2"})
    void noisesAsTheModelIsTrained(String model) {
        RectifiedFlow flow = flow(model);
        try (SafeTensors expected = expected(model + "-training");
                NDManager manager = NDManager.newBaseManager()) {
            float[] table = expected.floats("sigma_table"); // falling
            float[] sigmas = flow.sigmas();
            float[] chosen = Arrays.copyOf(expected.floats("sigmas"), 2);
            int[] timesteps = new int[2];
            for (int i = 0; i < table.length; i++) {
                assertThat(sigmas[999 - i]).isCloseTo(table[i], within(2e-7f));
                assertThat(flow.time(999 - i)).isCloseTo(1000 * table[i], within(2e-4f));
                for (int item = 0; item < 2; item++) {
                    timesteps[item] = table[i] == chosen[item] ? 999 - i : timesteps[item];
                }
            }
            NDArray clean = Golden.array(manager, expected, "latents").get(0);
            NDArray noise = Golden.array(manager, expected, "noise").get(0);
            assertThat(Golden.error(
                            flow.noised(clean, noise, timesteps), Golden.array(manager, expected, "lora.step0.noisy")))
                    .isLessThan(1e-6);
            NDArray target = flow.target(clean, noise, timesteps);
            assertThat(Golden.error(target, Golden.array(manager, expected, "lora.step0.target")))
                    .isLessThan(1e-6);
            float[] losses = Golden.array(manager, expected, "lora.step0.v")
                    .sub(target)
                    .square()
                    .reshape(2, -1)
                    .mean(new int[] {1})
                    .toFloatArray();
            float[] wanted = expected.floats("lora.step0.loss.none");
            for (int item = 0; item < 2; item++) {
                assertThat(losses[item]).isCloseTo(wanted[item], within(1e-5f * wanted[item]));
            }
        }
    }
}
