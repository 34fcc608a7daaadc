package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model predicts can be said where its files do not, and is then as if they did. */
class PredictionTest {

    private static final String FLOW = "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}";

    @TempDir
    private Path folder;

    private CaseFolder inputs() {
        return CaseFolder.of("43-scheduler-settings", folder);
    }

    private String model(String name, String scheduler) {
        return "model.file="
                + ModelFolder.in(folder.resolve(name)).scheduler(scheduler).path();
    }

    private CaseFolder.Answer drawn(CaseFolder inputs, String model, String sampler, String prediction) {
        return inputs.run(
                "workflow.json",
                "--set",
                model,
                "--set",
                "sample.sampler=" + sampler,
                "--set",
                "model.prediction=" + prediction);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ddim  | V_PREDICTION          | {\"prediction_type\": \"v_prediction\"}",
                "euler | V_PREDICTION          | {\"prediction_type\": \"v_prediction\"}",
                "ddim  | V_PREDICTION_ZERO_SNR | {\"prediction_type\": \"v_prediction\", \"rescale_betas_zero_snr\": true,"
                        + " \"timestep_spacing\": \"trailing\"}",
                "unipc | V_PREDICTION_ZERO_SNR | {\"prediction_type\": \"v_prediction\", \"rescale_betas_zero_snr\": true,"
                        + " \"timestep_spacing\": \"trailing\"}"
            })
    void theSettingDrawsWhatTheConfigurationWould(String sampler, String prediction, String scheduler) {
        CaseFolder inputs = inputs();
        CaseFolder.Answer silent = drawn(inputs, model("silent", "{}"), sampler, prediction);
        CaseFolder.Answer told = drawn(inputs, model("told", scheduler), sampler, "AUTO");
        CaseFolder.Answer epsilon = drawn(inputs, model("again", "{}"), sampler, "AUTO");
        assertThat(silent.done().farthest(told.done())).isZero();
        assertThat(silent.farthest(epsilon.done())).isGreaterThan(20);
    }

    @Test
    void whatTheFilesSayIsReplaced() {
        CaseFolder inputs = inputs();
        CaseFolder.Answer epsilon = drawn(inputs, model("silent", "{}"), "ddim", "AUTO");
        CaseFolder.Answer said =
                drawn(inputs, model("told", "{\"prediction_type\": \"v_prediction\"}"), "ddim", "EPSILON");
        assertThat(said.done().farthest(epsilon.done())).isZero();
    }

    @Test
    void guidanceIsTakenBack() {
        CaseFolder inputs = inputs();
        CaseFolder.Answer plain = drawn(inputs, model("one", "{}"), "ddim", "V_PREDICTION_ZERO_SNR");
        CaseFolder.Answer rescaled = inputs.run(
                "workflow.json",
                "--set",
                model("two", "{}"),
                "--set",
                "model.prediction=V_PREDICTION_ZERO_SNR",
                "--set",
                "sample.rescale=0.7");
        assertThat(rescaled.done().farthest(plain.done())).isGreaterThan(1);
    }

    @Test
    void aModelOfARectifiedFlowHasOnePrediction() {
        CaseFolder inputs = inputs();
        String flow = model("flow", FLOW);
        drawn(inputs, flow, "euler", "AUTO").done();
        drawn(inputs, flow, "dpmpp_2m", "AUTO").done();
        drawn(inputs, flow, "euler", "EPSILON").refused("model.prediction", "rectified flow");
    }
}
