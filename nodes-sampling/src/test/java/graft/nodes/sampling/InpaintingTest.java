package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.model.Checkpoint;
import graft.model.Conditioning;
import graft.model.Latents;
import graft.node.testing.NodeTrial;
import graft.node.testing.RecordedRun;
import graft.picture.Images;
import graft.picture.Mask;
import graft.picture.Picture;
import graft.sample.Sampler;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts of pictures drawn by the model that comes with Graft, and by one of its shape that is made for inpainting. */
class InpaintingTest {

    private static final int SIDE = 16;

    @TempDir
    static Path folder;

    private static Checkpoint model;
    private static Conditioning prompt;

    @BeforeAll
    static void theModelIsLoaded() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.of("cpu"));
        Compute.prepareThread();
        prompt = EncodePrompt.encoded(model, List.of("a red car"));
    }

    @AfterAll
    static void theModelIsFreed() {
        prompt.close();
        model.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Sampler.class,
            names = {"DPMPP_2M", "HEUN"})
    void onlyWhatTheMaskCoversIsDrawn(Sampler sampler) throws Exception {
        try (Latents picture = encoded(pattern());
                Latents masked = masked(picture, left());
                Latents drawn = drawn(model, prompt, masked, sampler, 1)) {
            float[] before = picture.array().toFloatArray();
            float[] after = drawn.array().toFloatArray();

            assertThat(distance(before, after, 10, 16)).isLessThan(1e-4);
            assertThat(distance(before, after, 0, 7)).isGreaterThan(0.2);
            assertThat(drawn.noiseMask()).isEqualTo(masked.noiseMask());
        }
    }

    @Test
    void aDifferentialModelDrawsPlacesOfLessLater() throws Exception {
        float[] ramp = new float[SIDE * SIDE];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = (i % SIDE) / (SIDE - 1f);
        }
        Mask mask = new Mask(SIDE, SIDE, List.of(ramp));
        try (Latents picture = encoded(pattern());
                Latents masked = masked(picture, mask);
                Checkpoint differential = NodeTrial.of(DifferentialDiffusion.class)
                        .input("model", model)
                        .run(folder)
                        .output("differential", Checkpoint.class);
                Latents drawn = drawn(differential, prompt, masked, Sampler.EULER, 1);
                Latents mixed = drawn(model, prompt, masked, Sampler.EULER, 1)) {
            float[] before = picture.array().toFloatArray();
            float[] after = drawn.array().toFloatArray();

            assertThat(distance(before, after, 0, 1)).isLessThan(1e-4);
            assertThat(distance(before, after, 1, 5)).isLessThan(distance(before, after, 11, 15));
            assertThat(distance(after, mixed.array().toFloatArray(), 0, 16)).isGreaterThan(0.01);
        }
    }

    @Test
    void encodingForInpaintingCoversWithGreyAndGrowsTheMask() throws Exception {
        Picture picture = pattern();
        float[] greyed = picture.rgb().clone();
        for (int i = 0; i < greyed.length; i++) {
            greyed[i] = i / 3 % 64 < 32 ? 0.5f : greyed[i];
        }
        try (Latents expected = encoded(new Picture(64, 64, greyed));
                Latents made = NodeTrial.of(InpaintEncode.class)
                        .input("model", model)
                        .input("images", new Images(List.of(picture)))
                        .input("mask", left())
                        .set("grow", 4)
                        .run(folder)
                        .output("latents", Latents.class)) {
            assertThat(made.array().toFloatArray()).isEqualTo(expected.array().toFloatArray());
            float[] row = Arrays.copyOf(made.noiseMask().orElseThrow().planes().get(0), 64);
            for (int x = 0; x < 64; x++) {
                assertThat(row[x]).isEqualTo(x < 34 ? 1 : 0); // two pixels more, as the square's middle is its third
            }
        }
    }

    @Test
    void aModelForInpaintingSeesMaskAndPicture() throws Exception {
        Path wide = inpaintingModel("blind", 0);
        Path seeing = inpaintingModel("seeing", 0.05f);
        try (Checkpoint blind = Checkpoint.load(wide, Compute.of("cpu"));
                Checkpoint sees = Checkpoint.load(seeing, Compute.of("cpu"));
                Latents picture = encoded(pattern());
                Latents masked = masked(picture, left());
                Latents base = drawn(model, prompt, masked, Sampler.EULER, 1);
                Latents same = drawn(blind, prompt, masked, Sampler.EULER, 1)) {
            assertThat(blind.spec().paintsIn()).isTrue();
            // weights of nothing for what lies beside the latents
            assertThat(same.array().toFloatArray()).containsExactly(base.array().toFloatArray(), within(2e-4f));

            NodeTrial.Result told = NodeTrial.of(InpaintConditioning.class)
                    .input("positive", prompt)
                    .input("negative", prompt)
                    .input("model", sees)
                    .input("images", new Images(List.of(pattern())))
                    .input("mask", left())
                    .run(folder);
            try (Conditioning positive = told.output("inpaintPositive", Conditioning.class);
                    Conditioning negative = told.output("inpaintNegative", Conditioning.class);
                    Latents latents = told.output("latents", Latents.class);
                    Latents around = drawn(sees, positive, negative, latents);
                    Latents otherwise = drawn(sees, prompt, prompt, latents);
                    Latents unaware = drawn(model, positive, negative, latents);
                    Latents plain = drawn(model, prompt, prompt, latents)) {
                NDArray beside = positive.context().concat();
                assertThat(beside.getShape()).isEqualTo(new Shape(1, 5, SIDE, SIDE));
                float[] seen = beside.toFloatArray();
                assertThat(Arrays.copyOf(seen, SIDE)).startsWith(1, 1, 1).endsWith(0, 0, 0);
                assertThat(positive.uses()).containsExactly(prompt);
                // without conditioning of its own it sees the latents as they are, with the left half not covered by
                // grey
                assertThat(distance(
                                around.array().toFloatArray(), otherwise.array().toFloatArray(), 0, 7))
                        .isGreaterThan(1e-3);
                // a model that does not look at it draws as if it were not there
                assertThat(unaware.array().toFloatArray())
                        .isEqualTo(plain.array().toFloatArray());
            }
        }
    }

    @Test
    void aModelForInpaintingThatIsToldNothingSaysSo() throws Exception {
        try (Checkpoint blind = Checkpoint.load(inpaintingModel("untold", 0.05f), Compute.of("cpu"));
                Latents empty = new Latents(Compute.of("cpu").newManager().zeros(new Shape(2, 4, SIDE, SIDE)), true)) {
            RecordedRun run = new RecordedRun(folder);
            Sample sample = sample(blind, prompt, prompt, empty);
            sample.run(run);
            sample.samples.close();

            assertThat(run.warnings)
                    .containsExactly(
                            "The model is made for inpainting, and neither Inpaint Conditioning nor a mask of the"
                                    + " latents says what to paint into: it draws the whole picture anew.");
        }
    }

    @Test
    void whatIsToldFitsOtherSizesAndBatches() throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                Latents four = new Latents(manager.zeros(new Shape(4, 4, 8, 12)), true)) {
            float[] values = new float[2 * 5 * 256];
            Arrays.fill(values, 5 * 256, values.length, 1);
            NDArray two = manager.create(values, new Shape(2, 5, SIDE, SIDE));
            var entry = prompt.entries().get(0);
            var told = Inpainting.told(
                    List.of(entry.with(entry.context().withConcat(two))),
                    Checkpoint.inspect(inpaintingModel("sizes", 0)),
                    four,
                    manager);

            NDArray beside = told.get(0).context().concat();
            assertThat(beside.getShape()).isEqualTo(new Shape(4, 5, 8, 12));
            assertThat(told.get(0).context().prompts()).isEqualTo(4);
            float[] fitted = beside.toFloatArray();
            // as ComfyUI repeats two pictures for four: the first twice, then the second twice
            assertThat(List.of(fitted[0], fitted[5 * 96], fitted[10 * 96], fitted[15 * 96]))
                    .containsExactly(0f, 0f, 1f, 1f);
        }
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        try (Latents picture = encoded(pattern())) {
            drawOnce(picture);
            long before = NativeArrays.count();
            drawOnce(picture);
            assertThat(NativeArrays.count()).isEqualTo(before);
        }
    }

    private static void drawOnce(Latents picture) throws Exception {
        NodeTrial.Result told = NodeTrial.of(InpaintConditioning.class)
                .input("positive", prompt)
                .input("negative", prompt)
                .input("model", model)
                .input("images", new Images(List.of(pattern())))
                .input("mask", left())
                .run(folder);
        try (Conditioning positive = told.output("inpaintPositive", Conditioning.class);
                Conditioning negative = told.output("inpaintNegative", Conditioning.class);
                Latents latents = told.output("latents", Latents.class);
                Latents drawn = drawn(model, positive, negative, latents)) {
            assertThat(drawn.spec()).isEqualTo(picture.spec());
        }
    }

    /** The built-in model whose network takes five channels more, each with one weight in the middle of its kernels. */
    private static Path inpaintingModel(String name, float weight) throws IOException {
        Path from = BuiltIn.path("builtin:emoji-sd");
        Path to = folder.resolve(name);
        if (Files.exists(to)) {
            return to;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        Path config = to.resolve("unet/config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("\"in_channels\": *4", "\"in_channels\": 9"));
        Path weights = to.resolve("unet/diffusion_pytorch_model.safetensors");
        List<SafeTensors.Tensor> tensors = new ArrayList<>();
        try (SafeTensors file = SafeTensors.open(from.resolve("unet/diffusion_pytorch_model.safetensors"))) {
            for (String key : file.names()) {
                long[] shape = file.entry(key).shape();
                float[] values = file.floats(key);
                if (key.equals("conv_in.weight")) {
                    values = widened(values, (int) shape[0], weight);
                    shape = new long[] {shape[0], 9, 3, 3};
                }
                tensors.add(SafeTensors.Tensor.of(key, SafeTensors.DType.F32, shape, values));
            }
        }
        Files.delete(weights);
        SafeTensors.write(weights, tensors, Map.of());
        return to;
    }

    private static float[] widened(float[] values, int out, float weight) {
        float[] wide = new float[out * 81];
        for (int o = 0; o < out; o++) {
            System.arraycopy(values, o * 36, wide, o * 81, 36);
            for (int i = 4; i < 9; i++) {
                wide[o * 81 + i * 9 + 4] = o % 2 == 0 ? weight : -weight;
            }
        }
        return wide;
    }

    private static Latents masked(Latents picture, Mask mask) throws Exception {
        return NodeTrial.of(NoiseMask.class)
                .input("latents", picture)
                .input("mask", mask)
                .run(folder)
                .output("masked", Latents.class);
    }

    private static Latents drawn(Checkpoint by, Conditioning what, Latents from, Sampler sampler, double denoise)
            throws Exception {
        Sample sample = sample(by, what, what, from);
        sample.sampler = sampler;
        sample.denoise = denoise;
        sample.run(new RecordedRun(folder));
        return sample.samples;
    }

    private static Latents drawn(Checkpoint by, Conditioning positive, Conditioning negative, Latents from)
            throws Exception {
        Sample sample = sample(by, positive, negative, from);
        sample.run(new RecordedRun(folder));
        return sample.samples;
    }

    private static Sample sample(Checkpoint by, Conditioning positive, Conditioning negative, Latents from) {
        Sample sample = new Sample();
        sample.model = by;
        sample.positive = positive;
        sample.negative = negative;
        sample.latents = from;
        sample.steps = 4;
        sample.guidance = 2;
        return sample;
    }

    private static Latents encoded(Picture picture) throws Exception {
        return NodeTrial.of(EncodeImage.class)
                .input("model", model)
                .input("images", new Images(List.of(picture)))
                .run(folder)
                .output("latents", Latents.class);
    }

    /** The left half of 64 by 64 pixels. */
    private static Mask left() {
        float[] plane = new float[64 * 64];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = i % 64 < 32 ? 1 : 0;
        }
        return new Mask(64, 64, List.of(plane));
    }

    private static Picture pattern() {
        float[] rgb = new float[64 * 64 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (i / 3 % 64 / 8 + i / 192 / 8 + i % 3) % 3 / 2f;
        }
        return new Picture(64, 64, rgb);
    }

    /** Mean absolute difference of latents over some columns. */
    private static double distance(float[] one, float[] other, int from, int to) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < one.length; i++) {
            if (i % SIDE >= from && i % SIDE < to) {
                sum += Math.abs(one[i] - other[i]);
                count++;
            }
        }
        return sum / count;
    }
}
