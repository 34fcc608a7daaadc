package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a model's {@code scheduler_config.json} asks for is followed as diffusers does, or refused by name and value.
 *
 * <p>The pictures in {@code diffusers} were drawn with diffusers 0.42.1 by the schedulers of the same names.
 */
class SchedulerSettingsTest {

    @TempDir
    private Path folder;

    private CaseFolder inputs() {
        return CaseFolder.of("43-scheduler-settings", folder);
    }

    private String model(String scheduler) {
        return "model.file="
                + ModelFolder.in(folder.resolve("model-" + Integer.toHexString(scheduler.hashCode())))
                        .scheduler(scheduler.replace('\'', '"'))
                        .path();
    }

    private CaseFolder.Answer drawn(CaseFolder inputs, String scheduler, String sampler) {
        return inputs.run("workflow.json", "--set", model(scheduler), "--set", "sample.sampler=" + sampler);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alphaone-ddim        | {'set_alpha_to_one': true, 'steps_offset': 0}",
                "offset7-euler        | {'steps_offset': 7}",
                "karras-euler         | {'use_karras_sigmas': true}",
                "karras-heun          | {'use_karras_sigmas': true}",
                "karras-dpmpp_2m      | {'use_karras_sigmas': true}",
                "karras-unipc         | {'use_karras_sigmas': true}",
                "karras-ddim          | {'use_karras_sigmas': true}",
                "thresh-euler         | {'thresholding': true}",
                "clip-ddim            | {'clip_sample': true, 'clip_sample_range': 1.0}",
                "nolower-dpmpp_2m     | {'lower_order_final': false}",
                "logrho-dpmpp_2m      | {'solver_type': 'logrho'}",
                "lambda-dpmpp_2m      | {'lambda_min_clipped': -5.1}",
                "train500-dpmpp_2m    | {'num_train_timesteps': 500}",
                "prk-unipc            | {'skip_prk_steps': true, 'variance_type': 'fixed_small', 'sample_max_value': 2.0}"
            })
    void whatIsFollowedOrAnotherSamplersIsThePictureOfDiffusers(String reference, String scheduler) {
        CaseFolder inputs = inputs();
        String sampler = reference.substring(reference.indexOf('-') + 1);
        CaseFolder.Answer answer = drawn(inputs, scheduler, sampler);
        assertThat(answer.done().farthest(inputs.path("diffusers/" + reference + ".png")))
                .isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ddim     | thresholding         | true",
                "dpmpp_2m | thresholding         | true",
                "unipc    | thresholding         | true",
                "lcm      | thresholding         | true",
                "dpmpp_2m | solver_order         | 3",
                "dpmpp_2m | solver_order         | 1",
                "dpmpp_2m | algorithm_type       | 'sde-dpmsolver++'",
                "dpmpp_2m | solver_type          | 'heun'",
                "dpmpp_2m | final_sigmas_type    | 'sigma_min'",
                "dpmpp_2m | use_exponential_sigmas | true",
                "dpmpp_2m | use_lu_lambdas       | true",
                "dpmpp_2m | use_flow_sigmas      | true",
                "dpmpp_2m | variance_type        | 'learned_range'",
                "dpmpp_2m | lambda_min_clipped   | -1.5",
                "euler    | use_beta_sigmas      | true",
                "euler    | final_sigmas_type    | 'sigma_min'",
                "euler    | interpolation_type   | 'log_linear'",
                "heun     | use_exponential_sigmas | true",
                "unipc    | solver_type          | 'bh1'",
                "unipc    | lower_order_final    | false",
                "unipc    | predict_x0           | false",
                "unipc    | disable_corrector    | [0]",
                "lcm      | original_inference_steps | 100",
                "lcm      | timestep_scaling     | 1.0"
            })
    void whatIsNotFollowedIsRefusedByNameAndValue(String sampler, String name, String value) {
        drawn(inputs(), "{'" + name + "': " + value + "}", sampler)
                .refused("sample.sampler", name, value.replace('\'', '"'));
    }

    @Test
    void whereDiffusersLeavesASettingOutThatIsFollowedHereItIsSaid() {
        drawn(inputs(), "{'prediction_type': 'v_prediction', 'rescale_betas_zero_snr': true}", "heun")
                .warns("rescale_betas_zero_snr", "diffusers");
    }

    @Test
    void aSpacingThatIsChosenByHandReplacesTheOneThatIsNotFollowed() {
        CaseFolder inputs = inputs();
        inputs.run(
                        "workflow.json",
                        "--set",
                        model("{'use_beta_sigmas': true}"),
                        "--set",
                        "sample.sampler=euler",
                        "--set",
                        "sample.spacing=karras")
                .done();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'trained_betas': [0.01, 0.02]}",
                "{'prediction_type': 'sample'}",
                "{'prediction_type': 'flow_prediction'}",
                "{'beta_schedule': 'sigmoid'}",
                "{'timestep_spacing': 'log'}",
                "{'num_train_timesteps': 1}",
                "{'beta_start': 0.0, 'beta_end': 0.0}",
                "{'beta_end': 1.5}"
            })
    void aScheduleThatIsNotKnownIsRefusedBeforeAnythingRuns(String scheduler) {
        String name = scheduler.substring(2, scheduler.indexOf('\'', 2));
        drawn(inputs(), scheduler, "ddim").refused(name);
    }

    @Test
    void trainingDoesNotAskWhatSamplersDo() {
        CaseFolder inputs = CaseFolder.of("60-stale-cache-other-vae", folder);
        inputs.run("a-memory.json", "--set", model("{'thresholding': true, 'solver_order': 3}"))
                .done();
    }
}
