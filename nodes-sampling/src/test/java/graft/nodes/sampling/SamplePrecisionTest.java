package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import graft.model.Checkpoint;
import graft.node.testing.RecordedRun;
import graft.tensor.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sampling in 16 bits, by the code that trains in them, on the model that comes with Graft. */
class SamplePrecisionTest {

    @TempDir
    static Path folder;

    private static Checkpoint model;

    @BeforeAll
    static void theModelIsLoaded() {
        LoadModel node = new LoadModel();
        node.run(new RecordedRun(folder));
        model = node.model;
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    /** The bounds that the setting's help tells; fp16 has 11 bits of precision, bf16 has 8. */
    @ParameterizedTest
    @CsvSource({"FP16, 0.1", "BF16, 1"})
    void thePictureIsAboutThatOfFloat32(Precision precision, double mean) throws Exception {
        int[] exact = drawn(Precision.FP32, new RecordedRun(folder));
        int[] rounded = drawn(precision, new RecordedRun(folder));

        int[] differences = IntStream.range(0, exact.length)
                .map(i -> Math.abs(exact[i] - rounded[i]))
                .toArray();
        assertThat(differences).contains(1);
        assertThat(IntStream.of(differences).average().orElseThrow()).isLessThan(mean);
    }

    @Test
    void afterwardsTheModelDrawsInFloat32AsBefore() throws Exception {
        int[] before = drawn(Precision.FP32, new RecordedRun(folder));
        drawn(Precision.FP16, new RecordedRun(folder));

        assertThat(drawn(Precision.FP32, new RecordedRun(folder))).isEqualTo(before);
    }

    @Test
    void onAProcessorItIsWarnedOf() throws Exception {
        RecordedRun run = new RecordedRun(folder);

        drawn(Precision.BF16, run);

        assertThat(run.warnings).singleElement().asString().startsWith("A processor computes in BF16 far more slowly");
    }

    /** The channels of a picture, 0 to 255. */
    private static int[] drawn(Precision precision, RecordedRun run) throws Exception {
        EncodePrompt words = new EncodePrompt();
        words.model = model;
        words.prompt = "a red apple";
        words.run(new RecordedRun(folder));
        EmptyLatents canvas = new EmptyLatents();
        canvas.model = model;
        canvas.width = 64;
        canvas.height = 64;
        canvas.run(new RecordedRun(folder));
        Sample sample = new Sample();
        sample.model = model;
        sample.positive = words.conditioning;
        sample.latents = canvas.latents;
        sample.steps = 10;
        sample.precision = precision;
        sample.run(run);
        Decode decode = new Decode();
        decode.model = model;
        decode.latents = sample.samples;
        decode.run(new RecordedRun(folder));
        List.of(words.conditioning, canvas.latents, sample.samples).forEach(each -> each.close());
        float[] rgb = decode.images.pictures().get(0).rgb();
        return IntStream.range(0, rgb.length).map(i -> Math.round(255 * rgb[i])).toArray();
    }
}
