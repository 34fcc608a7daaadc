package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Context;
import graft.model.FakeNetwork;
import graft.model.Patches;
import graft.node.Problem;
import graft.sample.NoiseSchedule;
import graft.tensor.Compute;
import graft.tensor.Gradient;
import graft.tensor.KeyedRandom;
import graft.tensor.Operators;
import graft.tensor.Scope;
import graft.train.optimizer.Adafactor;
import graft.train.optimizer.AdamW;
import graft.train.optimizer.AdamW8bit;
import graft.train.optimizer.Lion;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.ParameterGroup;
import graft.train.optimizer.Prodigy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trainings of a network that is a factor and a summand for each value of the latents. */
class TrainingLoopTest {

    private static final Shape LATENTS = new Shape(2, 4, 32, 32);

    private final NoiseSchedule schedule =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);

    @TempDir
    Path folder;

    private NDManager manager;
    private List<NDArray> weights;

    @BeforeEach
    void open() {
        Compute compute = Compute.choose("cpu");
        Compute.prepareThread();
        manager = compute.newManager();
        begin();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** A kernel of 4096 numbers, which learns in 8 bits where there are such, and a bias. */
    private void begin() {
        NDArray factors = Operators.channelsLast(manager.zeros(new Shape(1, 4, 32, 32)));
        NDArray summands = manager.ones(new Shape(32)).mul(1.2f);
        weights = List.of(Gradient.leaf(factors), Gradient.leaf(summands));
    }

    private NDArray predict(NDArray noised, NDArray timesteps, Context context) {
        return noised.mul(weights.get(0)).add(weights.get(1));
    }

    private LearningNetwork network() {
        return LearningNetwork.of(FakeNetwork.of(this::predict), Patches.NONE);
    }

    private Context context(int prompts) {
        return Context.of(manager.ones(new Shape(prompts, 1, 1)));
    }

    private Batch batch(int step, int part) {
        int[] timesteps = {500 + KeyedRandom.of(1, "test", step, "t").below(500), 900};
        return Batch.of(randn(step, "latents"), randn(step, "noise"), timesteps, context(2));
    }

    private NDArray randn(int step, String what) {
        float[] values = KeyedRandom.of(1, "test", step, what).normal((int) LATENTS.size());
        return manager.create(values, LATENTS);
    }

    private TrainingLoop loop(Optimizer.Settings optimizer, int steps, boolean averaged) {
        double rate =
                switch ((Optimizer.Kind) optimizer.method()) {
                    case PRODIGY -> 1;
                    case LION -> 1e-2;
                    default -> 3e-2;
                };
        return new TrainingLoop(
                List.of(new ParameterGroup(weights, rate)),
                new Objective(schedule, 0),
                network(),
                new TrainingLoop.Plan(
                        steps, 1, new RateSchedule(RateSchedule.Curve.COSINE, 2, steps, 1, 1), 1, averaged),
                optimizer,
                manager);
    }

    private TrainingLoop.Saves saves(int every, List<Integer> takenUp) {
        return new TrainingLoop.Saves(folder.resolve("state"), every, 0, takenUp::add, problem -> {
            throw problem;
        });
    }

    private List<float[]> values() {
        return weights.stream().map(NDArray::toFloatArray).toList();
    }

    static Stream<Optimizer.Settings> all() {
        return Stream.of(
                new AdamW.Settings(0.9, 0.999, 1e-8, 0.01),
                new AdamW8bit.Settings(0.9, 0.999, 1e-8, 0.01),
                new Adafactor.Settings(1, 0.01),
                new Prodigy.Settings(0.9, 0.999, 1e-8, 0.01, 1),
                new Lion.Settings(0.9, 0.99, 0.01));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyOptimiserLowersTheLoss(Optimizer.Settings optimizer) {
        // Prodigy begins at a millionth and has to find its rate first.
        int count = optimizer.method() == Optimizer.Kind.PRODIGY ? 200 : 60;
        List<Losses.Step> steps = loop(optimizer, count, false)
                .run(this::batch, (step, look) -> true, TrainingLoop.Saves.NONE)
                .steps();
        assertThat(steps.get(0).loss()).isGreaterThan(2);
        assertThat(steps.get(count - 1).loss()).isLessThan(steps.get(0).loss() * 0.7);
    }

    @Test
    void aTrainingWithoutAnyGradientEndsWhenItHadItsTime() {
        for (int learnsBy : new int[] {1, 3, 8}) {
            TrainingLoop loop = new TrainingLoop(
                    List.of(new ParameterGroup(weights, 1e-2)),
                    new Objective(schedule, 0),
                    LearningNetwork.of(
                            FakeNetwork.of((noised, timesteps, context) -> noised.mul(
                                            weights.get(0).mul(0))
                                    .add(weights.get(1).mul(0))),
                            Patches.NONE),
                    new TrainingLoop.Plan(5, 1, RateSchedule.CONSTANT, 1, false),
                    new AdamW.Settings(0.9, 0.999, 1e-8, 0.01),
                    manager);
            loop.mustLearnBy(learnsBy);
            assertThatThrownBy(() -> loop.run(this::batch, (step, look) -> true, TrainingLoop.Saves.NONE))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("Training stopped at step " + Math.min(learnsBy, 5))
                    .hasMessageContaining("nothing is learnt");
        }
    }

    @Test
    void aGradientThatComesLateIsWaitedFor() {
        TrainingLoop loop = new TrainingLoop(
                List.of(new ParameterGroup(weights, 1e-2)),
                new Objective(schedule, 0),
                network(),
                new TrainingLoop.Plan(5, 1, RateSchedule.CONSTANT, 1, false),
                new AdamW.Settings(0.9, 0.999, 1e-8, 0.01),
                manager);
        loop.mustLearnBy(3);
        TrainingLoop.Batches late = (step, part) -> step < 3 ? batch(step, part).weighted(0) : batch(step, part);
        List<Losses.Step> steps =
                loop.run(late, (step, look) -> true, TrainingLoop.Saves.NONE).steps();
        assertThat(steps.get(1).gradientNorm()).isZero();
        assertThat(steps).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aTrainingThatWasTakenUpEndsAsOneThatWentThroughBitForBit(Optimizer.Settings optimizer) {
        Losses through = loop(optimizer, 12, true).run(this::batch, (step, look) -> true, TrainingLoop.Saves.NONE);
        List<float[]> expected = values();
        begin();
        loop(optimizer, 12, true).run(this::batch, (step, look) -> step.step() < 7, saves(5, new ArrayList<>()));
        begin();
        List<Integer> takenUp = new ArrayList<>();
        Losses resumed = loop(optimizer, 12, true).run(this::batch, (step, look) -> true, saves(5, takenUp));
        assertThat(takenUp).containsExactly(7);
        assertThat(resumed).isEqualTo(through);
        assertThat(values()).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void averagedWeightsEndAsTheirMovingAverageOverTheSteps() {
        Optimizer.Settings optimizer = new AdamW.Settings(0.9, 0.999, 1e-8, 0);
        double[] average = new double[4096];
        loop(optimizer, 12, false)
                .run(
                        this::batch,
                        (step, look) -> {
                            float[] now = weights.get(0).toFloatArray();
                            double decay = step.step() == 1 ? 0 : (double) step.step() / (9 + step.step());
                            for (int i = 0; i < average.length; i++) {
                                average[i] = decay * average[i] + (1 - decay) * now[i];
                            }
                            return true;
                        },
                        TrainingLoop.Saves.NONE);
        begin();
        loop(optimizer, 12, true).run(this::batch, (step, look) -> true, TrainingLoop.Saves.NONE);
        float[] found = weights.get(0).toFloatArray();
        for (int i = 0; i < average.length; i++) {
            assertThat((double) found[i]).isCloseTo(average[i], within(1e-6));
        }
    }

    @Test
    void aStateOfAnotherOptimiserIsRefusedAndStays() throws Exception {
        loop(new Lion.Settings(0.9, 0.99, 0), 2, false)
                .run(this::batch, (step, look) -> true, saves(1, new ArrayList<>()));
        byte[] before = Files.readAllBytes(folder.resolve("state"));
        List<float[]> weightsBefore = values();
        assertRefused(
                loop(new AdamW.Settings(0.9, 0.999, 1e-8, 0), 4, false),
                "it is of a training with lion and this one is with adamw");
        assertThat(values()).usingRecursiveComparison().isEqualTo(weightsBefore);
        assertThat(folder.resolve("state")).hasBinaryContent(before);
    }

    @Test
    void aStateOfOtherWeightsIsRefused() {
        Optimizer.Settings optimizer = new AdamW.Settings(0.9, 0.999, 1e-8, 0);
        loop(optimizer, 2, true).run(this::batch, (step, look) -> true, saves(1, new ArrayList<>()));
        assertRefused(loop(optimizer, 4, false), "it has ema.");
        weights = List.of(weights.get(1));
        assertRefused(loop(optimizer, 4, true), "its weight.0 is F32 [1, 4, 32, 32] where F32 [32] is expected");
    }

    @Test
    void aLossThatIsNotFiniteEndsTheTrainingWithTheStateOfTheLastGoodStep() throws Exception {
        Optimizer.Settings optimizer = new AdamW.Settings(0.9, 0.999, 1e-8, 0);
        loop(optimizer, 8, false).run(this::batch, (step, look) -> step.step() < 3, saves(1, new ArrayList<>()));
        List<float[]> expected = values();
        byte[] state = Files.readAllBytes(folder.resolve("state"));
        Files.delete(folder.resolve("state"));
        begin();
        List<Problem> problems = new ArrayList<>();
        Losses losses = loop(optimizer, 8, false)
                .run(
                        this::damagedAfterThree,
                        new TrainingLoop.Listener() {
                            @Override
                            public boolean stepped(Losses.Step step, OptionalDouble validation) {
                                return true;
                            }

                            @Override
                            public void diverged(Problem problem) {
                                problems.add(problem);
                            }
                        },
                        saves(100, new ArrayList<>()));

        assertThat(losses.steps()).hasSize(3);
        assertThat(values()).usingRecursiveComparison().isEqualTo(expected);
        assertThat(folder.resolve("state")).hasBinaryContent(state);
        assertThat(problems).singleElement().satisfies(problem -> assertThat(problem)
                .hasMessageStartingWith("Training stopped at step 4: the loss became NaN")
                .hasMessageContaining("what was learnt up to step 3 is kept"));
    }

    private Batch damagedAfterThree(int step, int part) {
        Batch batch = batch(step, part);
        return step <= 3
                ? batch
                : Batch.of(batch.latents().mul(Float.NaN), batch.noise(), batch.timesteps(), batch.context());
    }

    @Test
    void theBackwardPassReadsNothingThatTheGarbageCollectorMayTake() {
        Optimizer.Settings optimizer = new AdamW.Settings(0.9, 0.999, 1e-8, 0);
        double expected = loop(optimizer, 1, false).step(1, this::batch).gradientNorm();
        LearningNetwork network = network();
        Objective objective = new Objective(schedule, 0);
        for (int round = 0; round < 5; round++) {
            begin();
            double norm;
            try (Scope scope = Scope.open()) {
                // As a step does it, but for what comes between the loss and its gradients.
                norm = Gradient.on(() -> {
                    NDArray loss = Operators.meanShare(objective.losses(network, batch(1, 0)), 1);
                    FreedBuffers.reuse(Float.BYTES, Double.BYTES, 2 * Float.BYTES);
                    return Operators.globalNormClip(network.gradients(loss, weights), Float.MAX_VALUE);
                });
            }
            assertThat(norm).isEqualTo(expected);
        }
    }

    @Test
    void validationChangesNothingAndIsTheSameAfterATrainingWasTakenUp() {
        Optimizer.Settings optimizer = new AdamW.Settings(0.9, 0.999, 1e-8, 0);
        TrainingLoop.Batches single = (step, part) -> Batch.of(
                randn(step, "held").get("0:1"), randn(step, "held noise").get("0:1"), new int[] {0}, context(1));
        Optional<Validation> held = Optional.of(new Validation(network(), single, 3, schedule, 4));
        Losses plain = loop(optimizer, 10, false).run(this::batch, (step, look) -> true, TrainingLoop.Saves.NONE);
        List<float[]> expected = values();
        begin();
        Losses seen = loop(optimizer, 10, false).run(this::batch, held, (step, look) -> true, TrainingLoop.Saves.NONE);
        assertThat(seen.steps()).isEqualTo(plain.steps());
        assertThat(values()).usingRecursiveComparison().isEqualTo(expected);
        assertThat(seen.validations()).extracting(Losses.Validation::step).containsExactly(0, 4, 8, 10);
        begin();
        loop(optimizer, 10, false).run(this::batch, held, (step, look) -> step.step() < 5, saves(2, new ArrayList<>()));
        begin();
        Losses resumed =
                loop(optimizer, 10, false).run(this::batch, held, (step, look) -> true, saves(2, new ArrayList<>()));
        assertThat(resumed).isEqualTo(seen);
    }

    @Test
    void validationSpreadsItsNoiseLevelsEvenlyAndShowsEachPictureAsOften() {
        List<Integer> steps = new ArrayList<>();
        TrainingLoop.Batches pictures = (step, part) -> {
            steps.add(step);
            return Batch.of(randn(step, "held"), randn(step, "noise"), new int[] {0}, context(1));
        };
        Validation held = new Validation(network(), pictures, 5, schedule, 1);
        List<Integer> levels = IntStream.range(0, held.draws())
                .mapToObj(draw -> held.batch(draw).timesteps()[0])
                .toList();
        assertThat(levels).containsExactly(50, 150, 250, 350, 450, 550, 650, 750, 850, 950);
        assertThat(steps).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    private void assertRefused(TrainingLoop loop, String why) {
        assertThatThrownBy(() -> loop.run(this::batch, (step, look) -> true, saves(1, new ArrayList<>())))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.resolve("state").toString())
                .hasMessageContaining(why)
                .hasMessageContaining("remove the file to begin anew");
    }
}
