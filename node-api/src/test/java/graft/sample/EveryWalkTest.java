package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.tensor.Finite;
import graft.tensor.TorchRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sampler, spacing, prediction and number of steps ends on finite numbers, or is refused before it begins. */
class EveryWalkTest {

    private static VariancePreserving schedule(String prediction, String spacing, boolean zeroSnr) {
        VariancePreserving schedule =
                NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, prediction, spacing, 1, false);
        return zeroSnr ? schedule.withZeroTerminalSnr() : schedule;
    }

    private static List<NoiseSchedule> schedules() {
        List<NoiseSchedule> all = new ArrayList<>();
        for (String prediction : List.of("epsilon", "v_prediction")) {
            for (boolean zeroSnr : new boolean[] {false, true}) {
                all.add(schedule(prediction, "leading", zeroSnr));
            }
        }
        all.add(NoiseSchedule.of("squaredcos_cap_v2", 0, 0, 1000, "epsilon", "trailing", 1, true));
        return all;
    }

    /** Those that walk freely are planned alike, but for the last level. */
    static Stream<Sampler> planned() {
        return Arrays.stream(Sampler.values())
                .filter(sampler -> sampler.walk() != SamplerMethod.Walk.FREE || sampler == Sampler.DPM_2);
    }

    @ParameterizedTest
    @MethodSource("planned")
    void aPlanLeadsOnAtEachStepOrIsRefusedWithTheMostThatDoes(Sampler sampler) {
        int most = sampler == Sampler.LCM ? 50 : 1000;
        for (NoiseSchedule schedule : schedules()) {
            for (Spacing spacing : Spacing.values()) {
                if (!sampler.takes(spacing)) {
                    continue;
                }
                for (double denoise : new double[] {1, 0.5}) {
                    IntStream.of(1, 2, 3, 50, 500, 501, 667, 998, 999, 1000)
                            .filter(steps -> steps <= most)
                            .forEach(steps -> check(sampler, spacing, schedule, steps, denoise));
                }
            }
        }
    }

    private static void check(Sampler sampler, Spacing spacing, NoiseSchedule schedule, int steps, double denoise) {
        StepPlan plan;
        try {
            plan = StepPlan.of(sampler, spacing, schedule, steps, denoise);
        } catch (Problem refused) {
            assertThat(refused).hasMessageContaining("at most");
            int named = Integer.parseInt(refused.getMessage().replaceAll("(?s).*at most (\\d+).*", "$1"));
            // a walk of half of its steps plans twice as many, and DPM2 one more
            assertThat(named).isBetween(499, steps - 1);
            assertThat(StepPlan.of(sampler, spacing, schedule, named, denoise).steps())
                    .isEqualTo(named);
            return;
        }
        if (sampler.walk() == SamplerMethod.Walk.MULTISTEP || plan.walksFreely()) {
            for (int call = plan.first(); call < plan.end(); call++) {
                assertThat(plan.sigma(call)).isGreaterThan(plan.sigma(call + 1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWalkOfFewStepsEndsOnFiniteNumbers(Sampler sampler) throws Cancelled {
        for (NoiseSchedule schedule : schedules()) {
            for (Spacing spacing : spacings(sampler)) {
                for (int steps = 1; steps <= 3 && sampler.takes(spacing); steps++) {
                    assertThat(walked(sampler, spacing, schedule, steps))
                            .as("%s %s %s %d", sampler, spacing, schedule, steps)
                            .isTrue();
                }
            }
        }
    }

    /** The ways to spread steps that make a difference to a sampler. */
    private static Spacing[] spacings(Sampler sampler) {
        return sampler.walk() == SamplerMethod.Walk.FREE
                ? new Spacing[] {Spacing.AUTO, Spacing.SIMPLE, Spacing.DDIM_UNIFORM}
                : Spacing.values();
    }

    static Stream<Sampler> ofManySteps() {
        return Arrays.stream(Sampler.values())
                .filter(sampler -> sampler != Sampler.LCM && sampler.walk() != SamplerMethod.Walk.FREE);
    }

    @ParameterizedTest
    @MethodSource("ofManySteps")
    void aWalkOfTheMostStepsEndsOnFiniteNumbers(Sampler sampler) throws Cancelled {
        NoiseSchedule schedule = schedule("epsilon", "leading", false);
        assertThat(walked(sampler, Spacing.LEADING, schedule, 998)).isTrue();
        assertThat(walked(sampler, Spacing.TRAILING, schedule, 1000)).isTrue();
        assertThat(walked(sampler, Spacing.LINSPACE, schedule("v_prediction", "leading", true), 999))
                .isTrue();
    }

    private static boolean walked(Sampler sampler, Spacing spacing, NoiseSchedule schedule, int steps)
            throws Cancelled {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 2, 2);
            StepPlan plan = StepPlan.of(sampler, spacing, schedule, steps, 1);
            return Finite.all(Sampling.run(
                    plan,
                    schedule,
                    (x, t) -> x.mul(0.5f),
                    noise,
                    null,
                    StepNoise.of(new TorchRandom(3)),
                    StepListener.NONE));
        }
    }

    /** A network whose answer is not finite at one of its calls. */
    private record Breaking(AtomicInteger calls, int at, float number) implements Predictor {
        @Override
        public NDArray predict(NDArray latents, double timestep) {
            return latents.mul(calls.incrementAndGet() == at ? number : 0.5f);
        }
    }

    @ParameterizedTest
    @EnumSource
    void numbersThatAreNotFiniteEndTheWalkAtTheirStep(Sampler sampler) {
        NoiseSchedule schedule = schedule("epsilon", "leading", false);
        int call = sampler == Sampler.HEUN ? 5 : 3;
        for (float number : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            try (NDManager manager = NDManager.newBaseManager()) {
                NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 2, 2);
                int before = manager.getManagedArrays().size();
                StepPlan plan = StepPlan.of(sampler, Spacing.AUTO, schedule, 6, 1);
                assertThatThrownBy(() -> Sampling.run(
                                plan,
                                schedule,
                                new Breaking(new AtomicInteger(), call, number),
                                noise,
                                null,
                                StepNoise.of(new TorchRandom(3)),
                                StepListener.NONE))
                        .isInstanceOf(Problem.class)
                        .hasMessageContaining(sampler.walk() == SamplerMethod.Walk.FREE ? " of 6" : "at step 3 of 6")
                        .hasMessageContaining("NaN");
                assertThat(manager.getManagedArrays()).hasSize(before);
            }
        }
    }

    @Test
    void aNetworkThatSaysWhatIsWrongWithItIsNotWalkedBeyondItsFirstStep() {
        NoiseSchedule schedule = schedule("epsilon", "leading", false);
        int[] calls = new int[1];
        Predictor damaged = new Predictor() {
            @Override
            public NDArray predict(NDArray latents, double timestep) {
                calls[0]++;
                return latents.mul(0.5f);
            }

            @Override
            public Optional<String> damage() {
                return Optional.of("conv_in.weight holds numbers too large to compute with");
            }
        };
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray noise = new TorchRandom(1).randn(manager, 1, 4, 2, 2);
            assertThatThrownBy(() -> Sampling.run(
                            StepPlan.of(Sampler.EULER, Spacing.AUTO, schedule, 6, 1),
                            schedule,
                            damaged,
                            noise,
                            null,
                            StepNoise.of(new TorchRandom(3)),
                            StepListener.NONE))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("at step 1 of 6")
                    .hasMessageContaining("conv_in.weight");
        }
        assertThat(calls).containsExactly(1);
    }
}
