package graft.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.node.Problem;
import org.junit.jupiter.api.Test;

class NoiseScheduleTest {

    @Test
    void stretchesToNoiseAloneAsDiffusersDoes() {
        float[] alphas = of("scaled_linear", "v_prediction", "trailing")
                .withZeroTerminalSnr()
                .alphasCumprod();
        // diffusers 0.42, rescale_betas_zero_snr
        assertThat(alphas[0]).isCloseTo(0.9991500f, within(1e-6f));
        assertThat(alphas[500]).isCloseTo(0.2410186f, within(1e-6f));
        assertThat(alphas[998]).isCloseTo(1.9679634e-7f, within(1e-9f));
        assertThat(alphas[999]).isEqualTo(0x1p-24f);
    }

    @Test
    void namesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> of("sigmoid", "epsilon", "leading"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("beta_schedule \"sigmoid\"");
        assertThatThrownBy(() -> of("linear", "sample", "leading"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("prediction_type \"sample\"");
        assertThatThrownBy(() -> of("linear", "epsilon", "karras"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("timestep_spacing \"karras\"");
    }

    private static VariancePreserving of(String betas, String prediction, String spacing) {
        return NoiseSchedule.of(betas, 0.00085, 0.012, 1000, prediction, spacing, 1, false);
    }
}
