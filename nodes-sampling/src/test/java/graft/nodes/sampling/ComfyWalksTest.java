package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Conditioning;
import graft.model.Latents;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.sample.Sampler;
import graft.sample.SeededNoise;
import graft.sample.Spacing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a seed and settings draw on the model that comes with Graft, beside ComfyUI's arithmetic in Python: its noise, noise levels,
 * timesteps and samplers of 0.3.64 around diffusers' network, in float32. Other weights need other numbers.
 */
class ComfyWalksTest {

    private static final double ERROR = 1e-4; // of the standard deviation

    @TempDir
    static Path folder;

    private static Checkpoint model;
    private static Conditioning positive;
    private static Conditioning negative;
    private static SafeTensors expected;

    @BeforeAll
    static void theModelIsLoaded() throws Exception {
        LoadModel node = new LoadModel();
        node.run(new RecordedRun(folder));
        model = node.model;
        positive = EncodePrompt.encoded(model, List.of("a noto emoji of a red apple on a white background"));
        negative = EncodePrompt.encoded(model, List.of("a flat emoji on a pink background"));
        expected = SafeTensors.open(Path.of(ComfyWalksTest.class
                .getResource("/comfy-walks/walks.safetensors")
                .toURI()));
    }

    @AfterAll
    static void allIsFreed() {
        expected.close();
        positive.close();
        negative.close();
        model.close();
    }

    @ParameterizedTest
    @CsvSource({
        "euler.karras, EULER, COMFY_KARRAS, 8, 5",
        "euler.simple, EULER, SIMPLE, 8, 5",
        "euler.normal, EULER, NORMAL, 8, 5",
        "heun.karras, HEUN, COMFY_KARRAS, 8, 5",
        "heun.simple, HEUN, SIMPLE, 8, 5",
        "heun.normal, HEUN, NORMAL, 8, 5",
        "euler_ancestral.karras, EULER_ANCESTRAL, COMFY_KARRAS, 8, 5",
        "euler_ancestral.simple, EULER_ANCESTRAL, SIMPLE, 8, 5",
        "euler_ancestral.normal, EULER_ANCESTRAL, NORMAL, 8, 5",
        "dpm_2.normal, DPM_2, NORMAL, 6, 5",
        "dpmpp_2m_sde.karras, DPMPP_2M_SDE, COMFY_KARRAS, 8, 5",
        "euler_cfg_pp.karras, EULER_CFG_PP, COMFY_KARRAS, 8, 1",
        "euler_ancestral_cfg_pp.karras, EULER_ANCESTRAL_CFG_PP, COMFY_KARRAS, 8, 1.6",
        "dpmpp_2m_cfg_pp.karras, DPMPP_2M_CFG_PP, COMFY_KARRAS, 8, 1.6"
    })
    void aSeedDrawsComfysLatents(String name, Sampler sampler, Spacing spacing, int steps, double guidance)
            throws Exception {
        Sample node = sample(sampler, spacing, steps, 42);
        node.guidance = guidance;
        try (Latents none = zeros(1)) {
            node.latents = none;
            check(drawn(node), name);
        }
    }

    /** Below a denoise of 1 all the steps are walked, the last of as many more, from the picture's latents under noise. */
    @Test
    void halfOfAPictureIsDrawnAnew() throws Exception {
        Sample node = sample(Sampler.EULER, Spacing.NORMAL, 6, 7);
        node.denoise = 0.55;
        try (Latents picture = stored("euler.normal")) {
            node.latents = picture;
            check(drawn(node), "half");
        }
    }

    @Test
    void anAdvancedWalkEndsWithNoiseAndAnotherGoesOn() throws Exception {
        SampleAdvanced first = advanced(Sampler.EULER, 7);
        first.endStep = 5;
        first.leftoverNoise = true;
        SampleAdvanced second = advanced(Sampler.EULER_ANCESTRAL, 9);
        second.startStep = 5;
        second.addNoise = false;
        second.guidance = 3;
        try (Latents none = zeros(1)) {
            first.latents = none;
            first.run(new RecordedRun(folder));
            try (Latents noisy = first.samples) {
                check(noisy, "advanced.first");
                second.latents = noisy;
                second.run(new RecordedRun(folder));
                try (Latents samples = second.samples) {
                    check(samples, "advanced.second");
                }
            }
        }
    }

    @Test
    void anAdvancedWalkOfNoStepsLeavesTheLatentsAndSaysSo() throws Exception {
        SampleAdvanced node = advanced(Sampler.EULER, 7);
        node.startStep = 8;
        RecordedRun run = new RecordedRun(folder);
        try (Latents picture = stored("euler.normal")) {
            node.latents = picture;
            node.run(run);
            try (Latents samples = node.samples) {
                assertThat(samples.array().toFloatArray())
                        .isEqualTo(picture.array().toFloatArray());
            }
        }
        assertThat(run.warnings).singleElement().asString().contains("No step is left from start step 8");
    }

    @Test
    void aSolverOfDiffusersHasNoPart() {
        SampleAdvanced node = advanced(Sampler.UNIPC, 7);
        assertThatThrownBy(() -> node.configure(new KnownSpecs().with("model", model.spec())))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("UniPC (diffusers)");
    }

    /** One noise for all of a batch is ComfyUI's; with a seed for each, every picture is the one that its seed draws alone. */
    @Test
    void aBatchHasNoiseOfOneSeedOrOfOneForEach() throws Exception {
        Sample node = sample(Sampler.EULER_ANCESTRAL, Spacing.NORMAL, 4, 42);
        try (Latents two = zeros(2)) {
            node.latents = two;
            check(drawn(node), "batch");
            node.seeds = SeededNoise.Seeds.EACH;
            float[] each = drawnFloats(node);
            try (Latents one = zeros(1)) {
                node.latents = one;
                node.seed = 43;
                node.seeds = SeededNoise.Seeds.ONE;
                float[] alone = drawnFloats(node);
                float[] second = Arrays.copyOfRange(each, each.length / 2, each.length);
                assertThat(error(second, alone)).isLessThan(ERROR); // another size of batch rounds otherwise
            }
        }
    }

    /** What was saved before ComfyUI's spacings were there, and their simple one the default. */
    @Test
    void anOldSampleKeepsItsSpacing() {
        JsonObject unsaid = new JsonObject();
        new Sample().migrate(1, unsaid);
        assertThat(unsaid.get("spacing").getAsString()).isEqualTo("auto");
        JsonObject said = new JsonObject();
        said.addProperty("spacing", "karras");
        new Sample().migrate(1, said);
        assertThat(said.get("spacing").getAsString()).isEqualTo("karras");
        assertThat(new Sample().spacing).isEqualTo(Spacing.SIMPLE);
    }

    private static Sample sample(Sampler sampler, Spacing spacing, int steps, long seed) {
        Sample node = new Sample();
        node.model = model;
        node.positive = positive;
        node.negative = negative;
        node.sampler = sampler;
        node.spacing = spacing;
        node.steps = steps;
        node.seed = seed;
        node.guidance = 5;
        return node;
    }

    private static SampleAdvanced advanced(Sampler sampler, long seed) {
        SampleAdvanced node = new SampleAdvanced();
        node.model = model;
        node.positive = positive;
        node.negative = negative;
        node.sampler = sampler;
        node.spacing = Spacing.SIMPLE;
        node.steps = 8;
        node.seed = seed;
        node.guidance = 5;
        return node;
    }

    private static Latents drawn(Sample node) throws Exception {
        node.run(new RecordedRun(folder));
        return node.samples;
    }

    private static float[] drawnFloats(Sample node) throws Exception {
        try (Latents samples = drawn(node)) {
            return samples.array().toFloatArray();
        }
    }

    private static Latents zeros(int batch) {
        NDArray zeros = model.compute().newManager().zeros(new Shape(batch, 4, 16, 16));
        return new Latents(zeros, true);
    }

    private static Latents stored(String name) {
        return new Latents(model.compute().newManager().create(expected.floats(name), new Shape(1, 4, 16, 16)), false);
    }

    private static void check(Latents drawn, String name) {
        assertThat(error(drawn.array().toFloatArray(), expected.floats(name))).isLessThanOrEqualTo(ERROR);
    }

    /** The largest difference over the standard deviation of what was expected. */
    private static double error(float[] actual, float[] wanted) {
        assertThat(actual).hasSameSizeAs(wanted);
        double squares = 0;
        double sum = 0;
        double largest = 0;
        for (int i = 0; i < wanted.length; i++) {
            squares += (double) wanted[i] * wanted[i];
            sum += wanted[i];
            largest = Math.max(largest, Math.abs(actual[i] - wanted[i]));
        }
        double mean = sum / wanted.length;
        return largest / Math.sqrt(squares / wanted.length - mean * mean);
    }
}
