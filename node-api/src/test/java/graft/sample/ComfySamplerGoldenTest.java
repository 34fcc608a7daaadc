package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.Golden;
import graft.file.SafeTensors;
import graft.model.SchedulerConfig;
import graft.node.Cancelled;
import graft.tensor.Compute;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walks of ComfyUI's samplers over given noise levels with a denoiser by formula: every one of the vectors, by the names there. */
class ComfySamplerGoldenTest {

    private static final double ERROR = 1e-5; // of the standard deviation

    /** Of the one whose first steps' length follows from float32's rounding, as two orders differ by no more there. */
    private static final double ADAPTIVE = 1e-4;

    /** Ids that differ from ComfyUI's names, as diffusers' had them before. */
    private static final Map<String, Sampler> OTHERS = Map.of("lcm", Sampler.COMFY_LCM, "ddim", Sampler.COMFY_DDIM);

    /** Those of ComfyUI 0.9.1's own code over the same noise, with a guess for the negative prompt, which CFG++ asks for. */
    private static final Path MORE = Golden.resource("/graft/sample/comfy-more.safetensors");

    static Stream<String> names() {
        return names(Golden.comfy("samplers.safetensors"));
    }

    static Stream<String> moreNames() {
        return names(MORE);
    }

    private static Stream<String> names(Path file) {
        try (SafeTensors expected = SafeTensors.open(file)) {
            return expected.names().stream()
                    .filter(key -> key.endsWith(".x"))
                    .map(key -> key.substring(0, key.length() - 2))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void walksAsComfysSampler(String name) throws Cancelled {
        walks(name, Golden.comfy("samplers.safetensors"), false);
    }

    @ParameterizedTest
    @MethodSource("moreNames")
    void walksAsComfysSamplerWithANegative(String name) throws Cancelled {
        walks(name, MORE, true);
    }

    private static void walks(String name, Path file, boolean negative) throws Cancelled {
        String plain = name.endsWith("_gpu") ? name.substring(0, name.length() - 4) : name;
        Sampler sampler =
                OTHERS.containsKey(plain) ? OTHERS.get(plain) : Sampler.valueOf(plain.toUpperCase(Locale.ROOT));
        NoiseSchedule schedule = NoiseSchedule.of(SchedulerConfig.STABLE_DIFFUSION);
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        try (SafeTensors expected = SafeTensors.open(Golden.comfy("samplers.safetensors"));
                SafeTensors ends = SafeTensors.open(file);
                NDManager manager = compute.newManager()) {
            StepPlan plan = StepPlan.over(sampler, schedule, expected.floats("sigmas"));
            NDArray noise = Golden.array(manager, expected, "noise");
            NDArray pattern =
                    Golden.array(manager, expected, "pattern").mul(3).sin().mul(0.1f);
            NDArray ended = Sampling.run(
                    plan,
                    schedule,
                    (latents, timestep) -> latents,
                    noise.zerosLike(), // it is in the latents that the walk begins on
                    noise,
                    inOrder(expected.floats("step_noise")),
                    (network, walk) -> (latents, level, timestep) -> {
                        float variance = 1 + level.noise() * level.noise();
                        NDArray clean = latents.mul(0.7f)
                                .div(variance)
                                .add(latents.div((float) Math.sqrt(variance))
                                        .tanh()
                                        .mul(0.3f))
                                .add(pattern);
                        // of guidance nothing is told in the set, and CFG++ begins with a negative guess of 0
                        NDArray other = negative
                                ? latents.mul(0.6f)
                                        .div(variance)
                                        .add(latents.div((float) Math.sqrt(variance))
                                                .tanh()
                                                .mul(0.2f))
                                        .sub(pattern)
                                : clean.mul(0);
                        return new Guess(clean, latents.sub(clean).div(level.noise()), other);
                    },
                    StepListener.NONE);
            assertThat(Golden.error(ended.toFloatArray(), ends.floats(name + ".x")))
                    .isLessThanOrEqualTo(sampler == Sampler.DPM_ADAPTIVE ? ADAPTIVE : ERROR);
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
