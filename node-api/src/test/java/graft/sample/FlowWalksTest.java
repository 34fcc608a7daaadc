package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.GoldenScheduler;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.tensor.Finite;
import graft.tensor.TorchRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every sampler along a rectified flow of data that is known: normal numbers of mean m and deviation d.
 *
 * <p>The best guess of them is x₀ = m + (1−σ)·d²·(x − (1−σ)·m)/((1−σ)²·d² + σ²), and the flow takes ε to m + d·ε.
 */
class FlowWalksTest {

    private static final float MEAN = 0.7f;
    private static final float DEVIATION = 0.4f;

    private final NoiseSchedule flow = NoiseSchedule.of(GoldenScheduler.of("zimage"));

    /** v = (x − x₀)/σ. */
    private static NDArray velocity(NDArray x, double timestep) {
        float sigma = (float) (timestep / 1000);
        float rest = 1 - sigma;
        float variance = rest * rest * DEVIATION * DEVIATION + sigma * sigma;
        NDArray clean =
                x.sub(rest * MEAN).mul(rest * DEVIATION * DEVIATION / variance).add(MEAN);
        return x.sub(clean).div(sigma);
    }

    private NDArray walked(Sampler sampler, Spacing spacing, int steps, NDArray noise) throws Cancelled {
        return Sampling.run(
                StepPlan.of(sampler, spacing, flow, steps, 1),
                flow,
                FlowWalksTest::velocity,
                noise,
                null,
                StepNoise.of(new TorchRandom(3)),
                StepListener.NONE);
    }

    private double error(Sampler sampler, Spacing spacing, int steps) throws Cancelled {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 8, 8);
            return walked(sampler, spacing, steps, noise)
                    .sub(noise.mul(DEVIATION).add(MEAN))
                    .abs()
                    .max()
                    .getFloat();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DDIM", "EULER", "HEUN", "DPMPP_2M", "UNIPC"})
    void endsWhereTheFlowLeads(Sampler sampler) throws Cancelled {
        for (Spacing spacing : Spacing.values()) {
            // leading begins with less than all of the noise
            if (sampler.takes(spacing) && spacing != Spacing.LEADING && !Spacing.isComfy(spacing)) {
                double coarse = error(sampler, spacing, 160);
                double fine = error(sampler, spacing, 640);
                assertThat(coarse).as(spacing.id()).isLessThan(0.05);
                assertThat(fine).as(spacing.id()).isLessThan(0.4 * coarse + 1e-4);
            }
        }
    }

    /** Fresh noise on the way leaves the distribution as it is. */
    @ParameterizedTest
    @EnumSource(names = {"EULER_ANCESTRAL"})
    void freshNoiseKeepsMeanAndDeviation(Sampler sampler) throws Cancelled {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray drawn = walked(sampler, Spacing.AUTO, 1000, new TorchRandom(1).randn(manager, 1, 4, 60, 60));
            double mean = drawn.mean().getFloat();
            assertThat(mean).isCloseTo(MEAN, within(0.01));
            assertThat(Math.sqrt(drawn.sub((float) mean).square().mean().getFloat()))
                    .isCloseTo(DEVIATION, within(0.01));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWalkOfFewStepsEndsOnFiniteNumbers(Sampler sampler) throws Cancelled {
        for (Spacing spacing : Spacing.values()) {
            for (int steps = 1; steps <= 4 && sampler.takes(spacing); steps++) {
                try (NDManager manager = NDManager.newBaseManager()) {
                    NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 2, 2);
                    assertThat(Finite.all(walked(sampler, spacing, steps, noise)))
                            .as("%s %s %d", sampler, spacing, steps)
                            .isTrue();
                }
            }
        }
    }

    /** min(snr, γ) of the error of x₀, which is σ times that of the velocity. */
    @Test
    void weighsItsVelocityAsErrorsOfThePicture() {
        for (int t : new int[] {0, 100, 500, 999}) {
            double sigma = flow.sigmas()[t];
            double snr = (1 - sigma) * (1 - sigma) / (sigma * sigma);
            assertThat((double) flow.minSnrWeight(t, 5)).isCloseTo(Math.min(snr, 5) * sigma * sigma, within(1e-6));
        }
        assertThat((double) flow.debiasedWeight(500))
                .isCloseTo(flow.sigmas()[500] * (double) flow.sigmas()[500], within(1e-6));
    }

    @Test
    void isNotTakenForAnotherPrediction() {
        assertThatThrownBy(() -> flow.with(Prediction.EPSILON))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("rectified flow");
        assertThatThrownBy(() -> GoldenScheduler.of("zimage").predicting("epsilon", false))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("rectified flow");
    }

    @Test
    void guessesBothPartsOfTheMixture() {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray clean = manager.create(new float[] {1, -2}, new Shape(1, 2));
            NDArray noise = manager.create(new float[] {0.5f, 3}, new Shape(1, 2));
            NoiseLevel level = flow.trained(0.25f);
            Guess guess = flow.guess(level.noised(clean, noise), noise.sub(clean), level);
            assertThat(guess.clean().toFloatArray()).containsExactly(new float[] {1, -2}, within(1e-6f));
            assertThat(guess.noise().toFloatArray()).containsExactly(new float[] {0.5f, 3}, within(1e-6f));
        }
    }
}
