package graft.app.command;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.app.command.BenchCommand.Case;
import graft.app.command.BenchCommand.Measured;
import graft.app.command.BenchCommand.Size;
import graft.file.BuiltIn;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.LowRank;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.TextEncoder;
import graft.model.sd.ClipTextEncoder;
import graft.model.sd.UNet;
import graft.model.sd.UNetConfig;
import graft.node.Cancelled;
import graft.node.Resource;
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
import graft.tensor.Memory;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import graft.train.Batch;
import graft.train.LearningNetwork;
import graft.train.Objective;
import graft.train.RateSchedule;
import graft.train.TrainingLoop;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The work that {@code graft bench} times, on random latents and prompts; one instance for one process. */
final class BenchWork {

    private static final int TOKENS = 77;
    private static final int RANK = 16;
    private static final long SEED = 0;

    private final UNet unet;
    private final TextEncoder text;
    private final Runnable setTextAside;
    private final NDManager manager;
    private final int latent;
    private final int steps;
    private final NoiseSchedule schedule =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);
    private final TorchRandom random = new TorchRandom(SEED);
    private final List<Double> seconds = new ArrayList<>();

    private BenchWork(Networks networks, NDManager manager, int latent, int steps) {
        this.unet = networks.unet();
        this.text = networks.text();
        this.setTextAside = networks.setTextAside();
        this.manager = manager;
        this.latent = latent;
        this.steps = steps;
    }

    /** Warms up with one step, times the given number, and tells the median. */
    static Measured measure(Case what, Size size, int steps, String device, boolean checkpointing) {
        Compute compute = Compute.choose(device);
        Compute.prepareThread();
        try (NDManager manager = compute.newManager();
                Networks networks = Networks.of(size, compute)) {
            BenchWork work = new BenchWork(networks, manager, size.latent, steps);
            if (what == Case.sample) {
                work.sample();
            } else {
                work.train(what, checkpointing);
            }
            return new Measured(
                    "graft", what, size, work.median(), Memory.peak().orElse(0) / (1024 * 1024));
        }
    }

    /** A UNet and the text encoder that writes for it; what frees the latter as a training does; what holds both. */
    private record Networks(UNet unet, TextEncoder text, Runnable setTextAside, List<Resource> owners)
            implements AutoCloseable {

        static Networks of(Size size, Compute compute) {
            if (size == Size.base) {
                Checkpoint checkpoint = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), compute);
                return new Networks(
                        (UNet) checkpoint.network(),
                        checkpoint.encoder(Parts.TEXT),
                        () -> checkpoint.setAside(Parts.TEXT),
                        List.of(checkpoint));
            }
            UNet unet = UNet.random(UNetConfig.STABLE_DIFFUSION_15, compute);
            TextEncoder text = ClipTextEncoder.random(compute);
            return new Networks(unet, text, text::close, List.of(unet::close, text::close));
        }

        @Override
        public void close() {
            owners.forEach(Resource::close);
        }
    }

    private double median() {
        double[] sorted = seconds.subList(1, seconds.size()).stream()
                .mapToDouble(each -> each)
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private NDArray noise(int pictures) {
        return random.randn(manager, pictures, unet.config().inChannels(), latent, latent);
    }

    private NDArray states(int[][] ids) {
        try (Scope scope = Scope.open()) {
            return scope.keep(text.encode(ids, Patches.NONE), manager);
        }
    }

    /** Steps of a guided DDIM walk of 20 steps, started anew when it ends. */
    private void sample() {
        StepPlan plan = StepPlan.of(Sampler.DDIM, Spacing.AUTO, schedule, 20, 1);
        Guidance guidance = Guidance.of(
                manager, unet, Context.of(states(ids(1, false))), Context.of(states(ids(1, false))), 7.5, 1);
        while (seconds.size() <= steps) {
            try {
                long[] before = {System.nanoTime()};
                Sampling.run(
                        plan,
                        schedule,
                        guidance,
                        noise(1),
                        null,
                        StepNoise.of(random),
                        (done, total, now, denoised) -> {
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

    /** Steps of a training on the one loop that all methods share. */
    private void train(Case what, boolean checkpointing) {
        List<NDArray> weights = new ArrayList<>();
        Patches patches = what == Case.lora ? lowRank(weights) : Patches.NONE;
        NDArray word = Operators.NONE;
        if (what == Case.dreambooth) {
            weights.addAll(unet.weights().arrays());
        } else if (what == Case.ti) {
            word = random.randn(manager, 1, text.width());
            weights.add(word);
        }
        weights.forEach(Gradient::leaf);
        // DreamBooth looks at a picture of the subject and one of its class, and adds up the losses of both.
        int pictures = what == Case.dreambooth ? 2 : 1;
        NDArray clean = noise(pictures);
        int[][] ids = ids(pictures, what == Case.ti);
        NDArray states = what == Case.ti ? Operators.NONE : states(ids);
        if (what != Case.ti) {
            setTextAside.run();
        }
        Supplier<Context> context = word == Operators.NONE ? () -> Context.of(states) : reader(ids, word);
        float[] shares = new float[pictures];
        Arrays.fill(shares, pictures);
        TrainingLoop loop = new TrainingLoop(
                List.of(new ParameterGroup(weights, 1e-4)),
                new Objective(schedule, 0),
                checkpointing
                        ? LearningNetwork.of(unet, patches).checkpointed(manager)
                        : LearningNetwork.of(unet, patches),
                new TrainingLoop.Plan(steps + 1, 1, RateSchedule.CONSTANT, 1, false),
                AdamW.Settings.DEFAULT,
                manager);
        for (int step = 1; step <= steps + 1; step++) {
            long before = System.nanoTime();
            loop.step(step, (number, part) -> {
                KeyedRandom draw = KeyedRandom.of(SEED, "bench", number, "timestep");
                int[] timesteps = IntStream.range(0, pictures)
                        .map(i -> draw.below(schedule.trainTimesteps()))
                        .toArray();
                return new Batch(clean, noise(pictures), timesteps, context, shares);
            });
            seconds.add((System.nanoTime() - before) / 1e9);
        }
    }

    private Supplier<Context> reader(int[][] ids, NDArray word) {
        return () -> Context.of(text.encode(ids, Patches.NONE, word));
    }

    /** Prompts of random tokens, the last of which may be an added word. */
    private int[][] ids(int prompts, boolean withWord) {
        int[][] ids = new int[prompts][TOKENS];
        KeyedRandom draw = KeyedRandom.of(SEED, "bench", 0, "tokens");
        for (int[] prompt : ids) {
            for (int i = 0; i < TOKENS; i++) {
                prompt[i] = draw.below(1000);
            }
            if (withWord) {
                prompt[TOKENS - 1] = text.vocabulary();
            }
        }
        return ids;
    }

    /** Low-rank factors on all attention, as peft begins them: down uniform, up zero. */
    private Patches lowRank(List<NDArray> factors) {
        Map<String, List<Change>> byPath = new LinkedHashMap<>();
        for (String path : unet.attentionLinears()) {
            long[] shape = unet.weightShape(path);
            double bound = Math.sqrt(3.0 / shape[1]);
            NDArray down = manager.randomUniform((float) -bound, (float) bound, new Shape(RANK, shape[1]));
            NDArray up = manager.zeros(new Shape(shape[0], RANK));
            byPath.put(path, List.of(new LowRank(down, up, 1)));
            factors.addAll(Arrays.asList(down, up));
        }
        return Patches.of(byPath);
    }
}
