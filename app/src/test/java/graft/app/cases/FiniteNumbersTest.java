package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that are not finite, or overflow, between model and picture: a sentence, exit code 1, and no picture. */
class FiniteNumbersTest {

    @TempDir
    private Path folder;

    private ModelFolder model() {
        return ModelFolder.in(folder.resolve("model"));
    }

    private CaseFolder.Answer run(String workflow, ModelFolder model, String... more) {
        String[] all = Arrays.copyOf(more, more.length + 2);
        all[more.length] = "--set";
        all[more.length + 1] = "model.file=" + model.path();
        return CaseFolder.of("51-nan-model", folder).run(workflow, all);
    }

    /** A sentence of a node with these words, exit code 1, nothing written that looks like a result. */
    private static void failed(CaseFolder.Answer answer, String node, String... words) {
        assertThat(answer.code()).as(answer.said()).isEqualTo(1);
        assertThat(answer.err()).contains("(" + node + "):").contains(words).doesNotContain("Exception", "report it");
        assertThat(answer.pictures()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "mid_block.resnets.0.conv1.weight, NaN, ddim",
        "conv_in.weight, Infinity, euler",
        "conv_out.bias, NaN, heun",
        "mid_block.attentions.0.norm.weight, NaN, dpmpp_2m",
        "mid_block.resnets.0.conv1.weight, 1e30, unipc"
    })
    void ofTheUNetAreNamedWithTheStepAndTheWeight(String weight, float number, String sampler) {
        // what is finite here is beyond 16 bits
        ModelFolder model = model().widened(ModelFolder.UNET).number(ModelFolder.UNET, weight, number);
        failed(run("workflow.json", model, "--set", "sample.sampler=" + sampler), "sample", "at step 1 of ", weight);
    }

    @Test
    void ofTheTextEncoderAreNamedWhereThePromptIsRead() {
        ModelFolder model =
                model().number(ModelFolder.TEXT, "text_model.embeddings.position_embedding.weight", Float.NaN);
        failed(run("workflow.json", model), "prompt", "text_model.embeddings.position_embedding.weight", "NaN");
    }

    @Test
    void ofTheVaeAreNamedWhereItDecodes() {
        ModelFolder model = model().number(ModelFolder.VAE, "decoder.conv_out.weight", Float.NaN);
        failed(run("workflow.json", model), "decode", "decoder.conv_out.weight", "NaN");
    }

    @Test
    void ofTheVaeAreNamedBeforeATraining() {
        ModelFolder model = model().number(ModelFolder.VAE, "encoder.conv_in.weight", Float.POSITIVE_INFINITY);
        failed(run("train.json", model), "train", "encoder.conv_in.weight");
    }

    @Test
    void ofTheUNetEndATrainingAtItsFirstStep() {
        ModelFolder model = model().number(ModelFolder.UNET, "mid_block.resnets.0.conv1.weight", Float.NaN);
        CaseFolder.Answer answer = run("train.json", model);
        failed(answer, "train", "step 1", "NaN");
        assertThat(answer.files(".safetensors")).isEmpty();
    }

    @Test
    void aPlainPictureOfFiniteNumbersIsAPicture() {
        ModelFolder model = model().numbers(
                        ModelFolder.VAE,
                        name -> name.startsWith("decoder.conv_out"),
                        values -> new float[values.length]);
        assertThat(run("workflow.json", model).done().pictures()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e4, 1e15, 1e30})
    void ofALoraThatDrownTheModelAreRefusedWithTheLayer(double number) {
        CaseFolder inputs = CaseFolder.of("51-nan-model", folder);
        lora(inputs.path("huge.safetensors"), (float) number);
        failed(inputs.run("lora.json"), "add", "huge", "attn1.to_q");
    }

    @Test
    void aLoraOfUsualNumbersDraws() {
        CaseFolder inputs = CaseFolder.of("51-nan-model", folder);
        lora(inputs.path("huge.safetensors"), 0.1f);
        assertThat(inputs.run("lora.json").done().pictures()).hasSize(1);
    }

    private static void lora(Path file, float number) {
        String key = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
        int width = 128;
        float[] down = new float[width];
        float[] up = new float[width];
        Arrays.fill(down, 1);
        Arrays.fill(up, number);
        SafeTensors.write(
                file,
                List.of(
                        Tensor.of(key + ".lora_down.weight", DType.F32, new long[] {1, width}, down),
                        Tensor.of(key + ".lora_up.weight", DType.F32, new long[] {width, 1}, up),
                        Tensor.of(key + ".alpha", DType.F32, new long[0], new float[] {1})),
                Map.of());
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e6, 1e25})
    void ofAWordThatDrownTheTextEncoderAreRefusedWithTheWord(double number) {
        CaseFolder inputs = CaseFolder.of("51-nan-model", folder);
        float[] vector = new float[128];
        vector[3] = (float) number;
        SafeTensors.write(
                inputs.path("loud.safetensors"),
                List.of(Tensor.of("emb_params", DType.F32, new long[] {1, 128}, vector)),
                Map.of());
        failed(inputs.run("word.json"), "add", "loud");
    }
}
