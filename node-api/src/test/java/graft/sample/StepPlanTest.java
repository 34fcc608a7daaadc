package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import graft.node.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepPlanTest {

    private static final NoiseSchedule SCHEDULE =
            NoiseSchedule.of("scaled_linear", 0.00085, 0.012, 1000, "epsilon", "leading", 1, false);

    @Test
    void refusesWhatCannotBe() {
        assertProblem(Sampler.EULER, Spacing.AUTO, 0, 1, "steps", "Cannot sample in 0 steps");
        assertProblem(Sampler.EULER, Spacing.AUTO, 1001, 1, "steps", "Euler takes 1 to 1000");
        assertProblem(Sampler.LCM, Spacing.AUTO, 51, 1, "steps", "LCM (diffusers) takes 1 to 50");
        assertProblem(Sampler.EULER, Spacing.AUTO, 10, 1.5, "denoise", "between 0 and 1");
        assertProblem(Sampler.EULER, Spacing.AUTO, 10, Double.NaN, "denoise", "between 0 and 1");
        assertProblem(Sampler.DDIM, Spacing.KARRAS, 10, 1, "spacing", "DDIM");
    }

    @ParameterizedTest
    @EnumSource(names = {"DDIM", "EULER", "EULER_ANCESTRAL", "HEUN", "DPMPP_2M", "UNIPC", "LCM"})
    void walksOnlyTheEndOnAPicture(Sampler sampler) {
        int callsPerStep = sampler == Sampler.HEUN ? 2 : 1;
        assertThat(plan(sampler, 10, 1).first()).isZero();
        assertThat(plan(sampler, 10, 0.35).first()).isEqualTo(7 * callsPerStep);
        assertThat(plan(sampler, 10, 0.01).calls()).isEqualTo(1);
        assertThat(plan(sampler, 10, 0).calls()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void timestepsFallWithinTheTraining(Sampler sampler) {
        for (Spacing spacing : Spacing.values()) {
            for (int steps : new int[] {1, 2, 7, 50, 998}) {
                if (!sampler.takes(spacing) || (sampler == Sampler.LCM && steps > 50)) {
                    continue;
                }
                StepPlan plan = StepPlan.of(sampler, spacing, SCHEDULE, steps, 1);
                float before = 999;
                for (int call = 0; call < plan.end(); call++) {
                    assertThat(plan.timestep(call)).isBetween(0f, before);
                    before = plan.timestep(call);
                }
            }
        }
    }

    /** A spacing as a plugin brings it. */
    private record Given(List<Double> levels) implements NoiseSpacing {

        static Given of(Double... levels) {
            return new Given(List.of(levels));
        }

        @Override
        public String id() {
            return "stranger/given";
        }

        @Override
        public String title() {
            return "Given";
        }

        @Override
        public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
            return levels.stream().mapToDouble(level -> level).toArray();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EULER", "DPMPP_2M", "UNIPC"})
    void walksTheNoiseLevelsOfAnotherSpacing(Sampler sampler) {
        StepPlan plan = StepPlan.of(sampler, Given.of(10.0, 2.0, 0.5), SCHEDULE, 3, 1);
        float[] known = SCHEDULE.sigmas();
        for (int call = 0; call < 3; call++) {
            assertThat(plan.sigma(call)).isEqualTo((float) new double[] {10, 2, 0.5}[call]);
            assertThat(known[Math.round(plan.timestep(call))]).isCloseTo(plan.sigma(call), withinPercentage(1));
        }
        assertThat(plan.sigma(3)).isZero();
    }

    @Test
    void refusesNoiseLevelsThatCannotBeWalked() {
        for (Given given : List.of(
                Given.of(),
                Given.of(3.0, 1.0),
                Given.of(3.0, 1.0, 1.0),
                Given.of(3.0, 1.0, 2.0),
                Given.of(3.0, 1.0, 0.0),
                Given.of(3.0, Double.NaN, 1.0),
                Given.of(Double.POSITIVE_INFINITY, 2.0, 1.0))) {
            assertProblem(Sampler.EULER, given, 3, 1, "spacing", "stranger/given");
        }
        assertProblem(Sampler.DDIM, Given.of(3.0, 2.0, 1.0), 3, 1, "spacing", "DDIM");
        assertProblem(Sampler.LCM, Given.of(3.0, 2.0, 1.0), 3, 1, "spacing", "LCM");
    }

    private static StepPlan plan(Sampler sampler, int steps, double denoise) {
        return StepPlan.of(sampler, Spacing.AUTO, SCHEDULE, steps, denoise);
    }

    private static void assertProblem(
            Sampler sampler, NoiseSpacing spacing, int steps, double denoise, String setting, String words) {
        assertThatThrownBy(() -> StepPlan.of(sampler, spacing, SCHEDULE, steps, denoise))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).contains(setting))
                .hasMessageContaining(words);
    }
}
