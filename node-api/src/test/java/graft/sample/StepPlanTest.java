package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
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
        assertProblem(Sampler.LCM, Spacing.AUTO, 51, 1, "steps", "LCM takes 1 to 50");
        assertProblem(Sampler.EULER, Spacing.AUTO, 10, 1.5, "denoise", "between 0 and 1");
        assertProblem(Sampler.EULER, Spacing.AUTO, 10, Double.NaN, "denoise", "between 0 and 1");
        assertProblem(Sampler.DDIM, Spacing.KARRAS, 10, 1, "spacing", "DDIM");
    }

    @ParameterizedTest
    @EnumSource
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
            for (int steps : new int[] {1, 2, 7, 50, 1000}) {
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

    private static StepPlan plan(Sampler sampler, int steps, double denoise) {
        return StepPlan.of(sampler, Spacing.AUTO, SCHEDULE, steps, denoise);
    }

    private static void assertProblem(
            Sampler sampler, Spacing spacing, int steps, double denoise, String setting, String words) {
        assertThatThrownBy(() -> StepPlan.of(sampler, spacing, SCHEDULE, steps, denoise))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).contains(setting))
                .hasMessageContaining(words);
    }
}
