package graft.app.command;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.app.command.BenchTask.Case;
import graft.app.command.BenchTask.Size;
import graft.file.BuiltIn;
import graft.model.AddedTokens;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.Context;
import graft.model.Family;
import graft.model.LayerGroup;
import graft.model.LowRank;
import graft.model.Network;
import graft.model.Parts;
import graft.model.Patches;
import graft.model.PictureSizes;
import graft.model.WeightStorage;
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
import graft.tensor.Memory;
import graft.tensor.Scope;
import graft.tensor.TorchRandom;
import graft.train.Batch;
import graft.train.LearningNetwork;
import graft.train.Objective;
import graft.train.RateSchedule;
import graft.train.TrainingLoop;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.AdamW8bit;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The work that {@code graft bench} times, on random latents and prompts; one instance for one process. */
final class BenchWork {

    private static final int RANK = 16;
    private static final long SEED = 0;

    private final BenchTask task;
    private final Checkpoint model;
    private final NDManager manager;
    private final NoiseSchedule schedule;
    private final TorchRandom random = new TorchRandom(SEED);
    private final List<Double> seconds = new ArrayList<>();

    private BenchWork(BenchTask task, Checkpoint model, NDManager manager) {
        this.task = task;
        this.model = model;
        this.manager = manager;
        this.schedule = NoiseSchedule.of(model.scheduler());
    }

    /**
     * Warms up with one step and times the given number.
     *
     * @param file of the model, where the task reads one
     */
    static BenchResult.Round measure(BenchTask task, Optional<Path> file) {
        Compute compute = Compute.choose(task.device());
        Compute.prepareThread();
        try (NDManager manager = compute.newManager();
                Checkpoint model = model(task, file, compute)) {
            BenchWork work = new BenchWork(task, model, manager);
            switch (task.name()) {
                case sample -> work.sample(1 + task.steps());
                case load -> work.sample(1);
                default -> work.train();
            }
            return work.round();
        }
    }

    private static Checkpoint model(BenchTask task, Optional<Path> file, Compute compute) {
        WeightStorage narrow =
                task.weights() == BenchTask.Weights.int8 ? WeightStorage.INT8_FAST : WeightStorage.AS_IN_FILE;
        if (task.size() == Size.builtin) {
            return Checkpoint.load(
                    BuiltIn.path("builtin:emoji-sd"),
                    Optional.empty(),
                    compute,
                    UnaryOperator.identity(),
                    task.weights() == BenchTask.Weights.int8 ? narrow : WeightStorage.AUTO);
        }
        if (file.isEmpty()) {
            return task.size().random().orElseThrow().checkpoint(compute);
        }
        WeightStorage storage = task.weights() == BenchTask.Weights.fp32 ? WeightStorage.AUTO : narrow;
        return Checkpoint.load(file.get(), Optional.empty(), compute, UnaryOperator.identity(), storage);
    }

    /** All but the first step, which warms up; of a load there is no other. */
    private BenchResult.Round round() {
        double[] sorted = seconds.subList(task.name() == Case.load ? 0 : 1, seconds.size()).stream()
                .mapToDouble(each -> each)
                .sorted()
                .toArray();
        return new BenchResult.Round(
                sorted[sorted.length / 2], sorted[0], Memory.peak().orElse(0) / (1024.0 * 1024));
    }

    private NDArray noise(int pictures) {
        return random.randn(manager, pictures, model.spec().latentChannels(), task.latent(), task.latent());
    }

    /** What the network is told of prompts that do not learn. */
    private Context fixed(int prompts) {
        try (Scope scope = Scope.open()) {
            return told(model, prompts).map(array -> scope.keep(array, manager));
        }
    }

    private void setTextAside() {
        model.setAside(model.texts().toArray(String[]::new));
    }

    private Context told(Checkpoint view, int prompts) {
        int side = task.latent() * model.spec().pixelsPerLatent();
        return view.anything(prompts).of(PictureSizes.of(side, side), manager);
    }

    /** Steps of a guided DDIM walk of 20 steps, started anew when it ends. */
    private void sample(int count) {
        StepPlan plan = StepPlan.of(Sampler.DDIM, Spacing.AUTO, schedule, 20, 1);
        Context positive = fixed(1);
        Context negative = fixed(1);
        setTextAside();
        Guidance guidance = Guidance.of(manager, model, positive, negative, 7.5, 1);
        int end = seconds.size() + count;
        while (seconds.size() < end) {
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
                            if (seconds.size() == end) {
                                throw new Cancelled();
                            }
                        });
            } catch (Cancelled enough) {
                return;
            }
        }
    }

    /** Steps of a training on the one loop that all methods share. */
    private void train() {
        switch (task.name()) {
            case lora -> {
                Context context = fixed(1);
                setTextAside();
                List<NDArray> factors = new ArrayList<>();
                Patches patches = lowRank(model.network(), factors);
                train(factors, LearningNetwork.of(model.network(), patches), () -> context, 1);
            }
            case dreambooth -> {
                // It looks at a picture of the subject and one of its class, and adds up the losses of both.
                Context context = fixed(2);
                setTextAside();
                try (Network network = model.networkToLearn()) {
                    train(network.weights().arrays(), LearningNetwork.of(network, Patches.NONE), () -> context, 2);
                }
            }
            default -> {
                Map<String, NDArray> word = new LinkedHashMap<>();
                for (String part : model.texts()) {
                    word.put(part, random.randn(manager, 1, model.encoder(part).width()));
                }
                Checkpoint view = model.with(
                        Map.of(), AddedTokens.of(List.of(new AddedTokens.Word("<word>", 1)), word), List.of());
                train(List.copyOf(word.values()), LearningNetwork.of(view), () -> told(view, 1), 1);
            }
        }
    }

    private void train(List<NDArray> weights, LearningNetwork network, Supplier<Context> context, int pictures) {
        weights.forEach(Gradient::leaf);
        NDArray clean = noise(pictures);
        float[] shares = new float[pictures];
        Arrays.fill(shares, pictures);
        AdamW.Settings plain = AdamW.Settings.DEFAULT;
        TrainingLoop loop = new TrainingLoop(
                List.of(new ParameterGroup(weights, 1e-4)),
                new Objective(schedule, 0),
                task.checkpointing() ? network.checkpointed(manager) : network,
                new TrainingLoop.Plan(
                        task.steps() + 1, 1, RateSchedule.CONSTANT, task.releases() ? 0 : 1, false, task.releases()),
                task.narrowStates()
                        ? new AdamW8bit.Settings(plain.beta1(), plain.beta2(), plain.epsilon(), plain.weightDecay())
                        : plain,
                manager);
        for (int step = 1; step <= task.steps() + 1; step++) {
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

    /** Low-rank factors on all attention, as peft begins them: down uniform, up zero. */
    private Patches lowRank(Network network, List<NDArray> factors) {
        Map<String, List<Change>> byPath = new LinkedHashMap<>();
        Family family = Family.of(model.spec());
        for (String path : network.moduleNames()) {
            long[] shape = network.weightShape(path);
            if (family.isIn(LayerGroup.ATTENTION, Parts.DENOISER, path, shape)) {
                double bound = Math.sqrt(3.0 / shape[1]);
                NDArray down = manager.randomUniform((float) -bound, (float) bound, new Shape(RANK, shape[1]));
                NDArray up = manager.zeros(new Shape(shape[0], RANK));
                byPath.put(path, List.of(new LowRank(down, up, 1)));
                factors.addAll(Arrays.asList(down, up));
            }
        }
        return Patches.of(byPath);
    }
}
