package graft.app.command;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import graft.app.command.BenchCommand.Case;
import graft.app.command.BenchCommand.Measured;
import graft.app.command.BenchCommand.Size;
import graft.app.engine.Memory;
import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.model.LowRank;
import graft.model.Patches;
import graft.model.UNet;
import graft.model.UNetConfig;
import graft.node.Cancelled;
import graft.sample.Guidance;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.Sampling;
import graft.sample.Spacing;
import graft.sample.StepNoise;
import graft.sample.StepPlan;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The work that {@code graft bench} times, on random latents and text states; one instance for one process. */
final class BenchWork {

    private static final int TOKENS = 77;
    private static final int RANK = 16;
    private static final long SEED = 0;

    private final UNet unet;
    private final NDManager manager;
    private final int latent;
    private final int steps;
    private final NoiseSchedule schedule =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);
    private final TorchRandom random = new TorchRandom(SEED);
    private final List<Double> seconds = new ArrayList<>();

    private BenchWork(UNet unet, NDManager manager, int latent, int steps) {
        this.unet = unet;
        this.manager = manager;
        this.latent = latent;
        this.steps = steps;
    }

    /** Warms up with one step, times the given number, and tells the median. */
    static Measured measure(Case what, Size size, int steps, String device) {
        Compute compute = Compute.choose(device);
        Compute.prepareThread();
        try (NDManager manager = compute.newManager();
                Network network = network(size, compute)) {
            BenchWork work = new BenchWork(network.unet, manager, size.latent, steps);
            if (what == Case.lora) {
                work.train();
            } else {
                work.sample();
            }
            return new Measured(
                    "graft", what, size, work.median(), Memory.peak().orElse(0) / (1024 * 1024));
        }
    }

    /** A network and what has to be closed with it. */
    private record Network(UNet unet, AutoCloseable owner) implements AutoCloseable {
        @Override
        public void close() {
            try {
                owner.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Network network(Size size, Compute compute) {
        if (size == Size.base) {
            Checkpoint checkpoint = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), compute);
            return new Network(checkpoint.unet(), checkpoint);
        }
        UNet unet = UNet.random(UNetConfig.STABLE_DIFFUSION_15, compute);
        return new Network(unet, unet);
    }

    private double median() {
        double[] sorted = seconds.subList(1, seconds.size()).stream()
                .mapToDouble(each -> each)
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private NDArray noise() {
        return random.randn(manager, 1, unet.config().inChannels(), latent, latent);
    }

    private NDArray context() {
        return random.randn(manager, 1, TOKENS, unet.config().contextWidth());
    }

    /** Steps of a guided DDIM walk of 20 steps, started anew when it ends. */
    private void sample() {
        StepPlan plan = StepPlan.of(Sampler.DDIM, Spacing.AUTO, schedule, 20, 1);
        Guidance guidance = Guidance.of(
                manager,
                (latents, timesteps, text) -> unet.forward(latents, timesteps, text, Patches.NONE),
                context(),
                context(),
                7.5,
                1);
        while (seconds.size() <= steps) {
            try {
                long[] before = {System.nanoTime()};
                Sampling.run(
                        plan, schedule, guidance, noise(), null, StepNoise.of(random), (done, total, now, denoised) -> {
                            seconds.add((System.nanoTime() - before[0]) / 1e9);
                            before[0] = System.nanoTime();
                            if (seconds.size() > steps) {
                                throw new Cancelled();
                            }
                        });
            } catch (Cancelled enough) {
                return;
            }
        }
    }

    /** Steps of a LoRA training: noise, forward, backward, clipped gradients, AdamW. */
    private void train() {
        List<NDArray> factors = new ArrayList<>();
        Patches patches = trainable(factors);
        List<NDArray> first = factors.stream().map(NDArray::zerosLike).toList();
        List<NDArray> second = factors.stream().map(NDArray::zerosLike).toList();
        NDArray clean = noise();
        NDArray context = context();
        NDArray one = manager.ones(new Shape(1));
        for (int step = 1; step <= steps + 1; step++) {
            long before = System.nanoTime();
            try (NDManager within = manager.newSubManager();
                    Scope scope = Scope.open()) {
                int[] t = {KeyedRandom.of(SEED, "bench", step, "timestep").below(1000)};
                NDArray noise = scope.keep(noise(), within);
                NDArray noisy = schedule.addNoise(clean, noise, t);
                NDArray timesteps = within.create(new float[] {t[0]});
                Gradient.on(() -> Gradient.backward(Operators.sampleLosses(
                        unet.forward(noisy, timesteps, context, patches), noise, one, Operators.NONE)));
                List<NDArray> gradients =
                        factors.stream().map(NDArray::getGradient).toList();
                Operators.globalNormClip(gradients, 1.0);
                Operators.fusedAdamW(factors, gradients, first, second, step, 1e-4, 0.9, 0.999, 1e-8, 0.01);
                factors.forEach(factor -> JniUtils.zeroGrad((PtNDArray) factor));
            }
            seconds.add((System.nanoTime() - before) / 1e9);
        }
    }

    /** Low-rank factors on all attention, as peft begins them: down uniform, up zero. */
    private Patches trainable(List<NDArray> factors) {
        Map<String, List<LowRank>> byPath = new LinkedHashMap<>();
        for (String path : unet.attentionLinears()) {
            long[] shape = unet.weightShape(path);
            double bound = Math.sqrt(3.0 / shape[1]);
            NDArray down =
                    Gradient.leaf(manager.randomUniform((float) -bound, (float) bound, new Shape(RANK, shape[1])));
            NDArray up = Gradient.leaf(manager.zeros(new Shape(shape[0], RANK)));
            byPath.put(path, List.of(new LowRank(down, up, 1)));
            factors.addAll(Arrays.asList(down, up));
        }
        return Patches.of(byPath);
    }
}
