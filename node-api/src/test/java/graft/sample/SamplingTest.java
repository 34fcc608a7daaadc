package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Context;
import graft.model.FakeNetwork;
import graft.model.Network;
import graft.node.Cancelled;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplingTest {

    private static final NoiseSchedule SCHEDULE =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);

    @ParameterizedTest
    @EnumSource
    void freesAllButTheResult(Sampler sampler) throws Cancelled {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 8, 8);
            int before = manager.getManagedArrays().size();
            List<NDArray> seen = new ArrayList<>();
            NDArray latents = run(sampler, 6, noise, (done, total, x, denoised) -> {
                seen.add(x);
                seen.add(denoised);
            });
            assertThat(manager.getManagedArrays()).hasSize(before + 1);
            assertThat(latents.getManager()).isSameAs(manager);
            assertThat(latents.isReleased()).isFalse();
            assertThat(seen).filteredOn(array -> array != latents).allMatch(NDArray::isReleased);
        }
    }

    @Test
    void stopsAtOnceAndFreesEverything() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 8, 8);
            int before = manager.getManagedArrays().size();
            List<Integer> calls = new ArrayList<>();
            assertThatThrownBy(() -> run(Sampler.DPMPP_2M, 6, noise, (done, total, x, denoised) -> {
                        calls.add(done);
                        if (done == 3) {
                            throw new Cancelled();
                        }
                    }))
                    .isInstanceOf(Cancelled.class);
            assertThat(calls).containsExactly(1, 2, 3);
            assertThat(manager.getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void leavesAPictureAsItIsWhenNothingIsToBeDenoised() throws Cancelled {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 8, 8);
            NDArray start = new TorchRandom(2).randn(manager, 1, 4, 8, 8);
            StepPlan none = StepPlan.of(Sampler.EULER, Spacing.AUTO, SCHEDULE, 10, 0);
            NDArray latents = Sampling.run(
                    none,
                    SCHEDULE,
                    (x, t) -> x.duplicate(),
                    noise,
                    start,
                    StepNoise.of(new TorchRandom(1)),
                    StepListener.NONE);
            assertThat(latents.toFloatArray()).containsExactly(start.toFloatArray());
        }
    }

    private static NDArray run(Sampler sampler, int steps, NDArray noise, StepListener listener) throws Cancelled {
        StepPlan plan = StepPlan.of(sampler, Spacing.AUTO, SCHEDULE, steps, 1);
        return Sampling.run(
                plan, SCHEDULE, (x, t) -> x.mul(0.5f), noise, null, StepNoise.of(new TorchRandom(3)), listener);
    }

    @Test
    void guidanceAsksForBothInOneBatch() {
        try (NDManager manager = NDManager.newBaseManager()) {
            List<Shape> contexts = new ArrayList<>();
            Network network = FakeNetwork.of((x, t, context) -> {
                contexts.add(context.states().getShape());
                assertThat(t.toFloatArray()).containsOnly(500f);
                return x.mul(context.states().get(":, :1, :1").reshape(-1, 1, 1, 1));
            });
            NDArray latents = manager.ones(new Shape(2, 4, 2, 2));
            Context positive = Context.of(manager.ones(new Shape(1, 7, 3)).mul(3));
            Context negative = Context.of(manager.ones(new Shape(1, 7, 3)));
            Context longer = Context.of(manager.ones(new Shape(1, 14, 3)));

            Guidance together = Guidance.of(manager, network, positive, negative, 7.5, 2);
            assertThat(together.predict(latents, 500).toFloatArray())
                    .containsOnly(1 + 7.5f * 2)
                    .hasSize(32);
            assertThat(contexts).containsExactly(new Shape(4, 7, 3));

            contexts.clear();
            Guidance apart = Guidance.of(manager, network, positive, longer, 7.5, 2);
            assertThat(apart.predict(latents, 500).toFloatArray()).containsOnly(1 + 7.5f * 2);
            assertThat(contexts).containsExactly(new Shape(2, 14, 3), new Shape(2, 7, 3));

            contexts.clear();
            Guidance alone = Guidance.of(manager, network, positive, negative, 1, 2);
            assertThat(alone.predict(latents, 500).toFloatArray()).containsOnly(3f);
            assertThat(contexts).containsExactly(new Shape(2, 7, 3));
        }
    }

    @Test
    void outsideOfItsRangeGuidanceAsksForThePromptAlone() throws Cancelled {
        try (NDManager manager = NDManager.newBaseManager()) {
            List<Long> asked = new ArrayList<>();
            Network network = FakeNetwork.of((x, t, context) -> {
                asked.add(x.getShape().get(0));
                return x.mul(context.states().get(":, :1, :1").reshape(-1, 1, 1, 1));
            });
            Context positive = Context.of(manager.ones(new Shape(1, 7, 3)).mul(0.4f));
            Context negative = Context.of(manager.ones(new Shape(1, 7, 3)).mul(0.2f));
            Guidance guidance = Guidance.of(manager, network, positive, negative, 3, 2);
            Guidance alone = Guidance.of(manager, network, positive, negative, 1, 2);

            float[][] always = walked(manager, guidance);
            assertThat(asked).containsExactly(4L, 4L, 4L, 4L);
            asked.clear();
            assertThat(walked(manager, guidance.between(0, 1))).isDeepEqualTo(always);
            asked.clear();
            float[][] within = walked(manager, guidance.between(0.25, 0.75));
            assertThat(asked).containsExactly(2L, 4L, 4L, 2L);
            float[][] never = walked(manager, alone);
            assertThat(within[0]).isEqualTo(never[0]);
            assertThat(within[1]).isNotEqualTo(never[1]);
            assertThat(walked(manager, guidance.between(0.5, 0.5))).isDeepEqualTo(never);
        }
    }

    @Test
    void aBatchInPartsIsTheSameBatchWithTheSameNoise() throws Cancelled {
        try (NDManager manager = NDManager.newBaseManager()) {
            List<Long> asked = new ArrayList<>();
            Network network = FakeNetwork.of((x, t, context) -> {
                asked.add(x.getShape().get(0));
                assertThat(t.getShape()).isEqualTo(new Shape(x.getShape().get(0)));
                return x.mul(context.states().get(":, :1, :1").reshape(-1, 1, 1, 1));
            });
            Context positive =
                    Context.of(manager.create(new float[] {0.2f, 0.5f, 0.7f}).reshape(3, 1, 1));
            Context negative = Context.of(manager.ones(new Shape(1, 1, 1)).mul(0.1f));
            Context longer = Context.of(manager.ones(new Shape(1, 2, 1)).mul(0.1f));
            Guidance whole = Guidance.of(manager, network, positive, negative, 3, 3);
            NDArray noise = new TorchRandom(1).randn(manager, 3, 4, 8, 8);
            float[] drawn = ancestral(whole, noise);
            assertThat(asked).containsOnly(6L);
            for (int most : new int[] {5, 4, 3, 2, 1}) {
                asked.clear();
                assertThat(ancestral(whole.within(most), noise)).isEqualTo(drawn);
                assertThat(asked).allMatch(rows -> rows <= most).hasSize(4 * ((6 + most - 1) / most));
            }
            Guidance apart = Guidance.of(manager, network, positive, longer, 3, 3);
            assertThat(ancestral(apart.within(2), noise)).isEqualTo(drawn);
            assertThat(BatchLimit.fitting(100, 10, 6)).isEqualTo(6);
            assertThat(BatchLimit.fitting(100, 30, 6)).isEqualTo(2);
            assertThat(BatchLimit.fitting(100, 300, 6)).isEqualTo(1);
        }
    }

    private static float[] ancestral(Predictor predictor, NDArray noise) throws Cancelled {
        StepPlan plan = StepPlan.of(Sampler.EULER_ANCESTRAL, Spacing.AUTO, SCHEDULE, 4, 1);
        return Sampling.run(plan, SCHEDULE, predictor, noise, null, StepNoise.of(new TorchRandom(1)), StepListener.NONE)
                .toFloatArray();
    }

    /** The latents after each of four steps from one noise. */
    private static float[][] walked(NDManager manager, Predictor predictor) throws Cancelled {
        List<float[]> latents = new ArrayList<>();
        Sampling.run(
                StepPlan.of(Sampler.EULER, Spacing.AUTO, SCHEDULE, 4, 1),
                SCHEDULE,
                predictor,
                new TorchRandom(1).randn(manager, 2, 4, 8, 8),
                null,
                StepNoise.of(new TorchRandom(1)),
                (done, total, x, denoised) -> latents.add(x.toFloatArray()));
        return latents.toArray(float[][]::new);
    }

    @Test
    void guidanceIsTakenBackToTheDeviationOfThePrompt() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Network network = FakeNetwork.of(
                    (x, t, context) -> x.mul(context.states().get(":, :1, :1").reshape(-1, 1, 1, 1)));
            NDArray latents = manager.create(new float[] {-1, 1, -2, 2}, new Shape(2, 1, 1, 2));
            Context positive = Context.of(manager.ones(new Shape(1, 7, 3)).mul(3));
            Context negative = Context.of(manager.ones(new Shape(1, 7, 3)));
            Guidance guidance = Guidance.of(manager, network, positive, negative, 5, 2);
            assertThat(guidance.predict(latents, 500).toFloatArray()).containsExactly(-11, 11, -22, 22);
            assertThat(guidance.rescaled(1).predict(latents, 500).toFloatArray())
                    .containsExactly(new float[] {-3, 3, -6, 6}, within(1e-5f));
            assertThat(guidance.rescaled(0.5).predict(latents, 500).toFloatArray())
                    .containsExactly(new float[] {-7, 7, -14, 14}, within(1e-5f));
        }
    }
}
