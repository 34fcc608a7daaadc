package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Very few and very many steps: a picture, or a sentence of how many the sampler takes. */
class StepsTest {

    @TempDir
    private Path folder;

    private CaseFolder steps() {
        return CaseFolder.of("40-steps-extremes", folder);
    }

    private static String[] set(String sampler, String spacing, double denoise, int count) {
        return new String[] {
            "--set", "sample.sampler=" + sampler,
            "--set", "sample.spacing=" + spacing,
            "--set", "sample.denoise=" + denoise,
            "--set", "sample.steps=" + count
        };
    }

    @ParameterizedTest
    @CsvSource({
        "dpmpp_2m, auto, 1, leading, 998",
        "unipc, auto, 1, leading, 998",
        "dpmpp_2m, leading, 1, leading, 998",
        "dpmpp_2m, linspace, 1, linspace, 999",
        "unipc, linspace, 1, linspace, 999",
        "dpmpp_2m, auto, 0.5, leading, 999",
        "unipc, linspace, 0.8, linspace, 999"
    })
    void moreStepsThanCanBeToldApartAreRefusedWithTheMostThatCan(
            String sampler, String spacing, double denoise, String named, int most) {
        steps().run("workflow.json", set(sampler, spacing, denoise, 1000))
                .refused("sample.steps", "1000 steps", "at most " + most, named);
    }

    @Test
    void theMostThatWasNamedIsTaken() {
        CaseFolder steps = steps();
        assertThat(steps.check("workflow.json", set("dpmpp_2m", "auto", 1, 998)).code())
                .isZero();
        assertThat(steps.check("workflow.json", set("unipc", "linspace", 1, 999))
                        .code())
                .isZero();
        // these end on timestep 0, and so have one step more
        assertThat(steps.check("workflow.json", set("dpmpp_2m", "trailing", 1, 1000))
                        .code())
                .isZero();
        assertThat(steps.check("workflow.json", set("unipc", "karras", 1, 1000)).code())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "euler", "euler_ancestral", "heun", "dpmpp_2m", "unipc", "lcm"})
    void oneStepAndTwoDrawAPicture(String sampler) throws Exception {
        CaseFolder steps = steps();
        for (int count = 1; count <= 2; count++) {
            drawsAPicture(steps, sampler, count);
        }
    }

    @Test
    void theMostStepsDrawAPicture() throws Exception {
        drawsAPicture(steps(), "dpmpp_2m", 998, "--set", "sample.guidance=1");
    }

    /** And not a black one. */
    private static void drawsAPicture(CaseFolder steps, String sampler, int count, String... more) throws IOException {
        CaseFolder.Answer answer = steps.run("workflow.json", with(set(sampler, "auto", 1, count), more))
                .done();
        BufferedImage image = ImageIO.read(answer.pictures().get(0).toFile());
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        assertThat(Arrays.stream(pixels).distinct().count()).isGreaterThan(20);
    }

    @Test
    void aModelOfFewerTimestepsTakesFewerSteps() {
        ModelFolder model = ModelFolder.in(folder.resolve("model"));
        model.scheduler("{\"num_train_timesteps\": 100}");
        String at = "model.file=" + model.path();
        CaseFolder steps = steps();
        steps.run("workflow.json", with(set("euler", "auto", 1, 101), "--set", at))
                .refused("sample.steps", "1 to 100");
        steps.run("workflow.json", with(set("dpmpp_2m", "auto", 1, 100), "--set", at))
                .refused("sample.steps", "at most 98");
        model.scheduler("{\"num_train_timesteps\": 20}");
        steps.run("workflow.json", with(set("lcm", "auto", 1, 4), "--set", at))
                .refused("sample.sampler", "20 timesteps");
    }

    private static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
