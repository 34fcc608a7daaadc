package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Embedding;
import graft.adapter.Lora;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Change;
import graft.model.Checkpoint;
import graft.model.NetworkHook;
import graft.model.NetworkPass;
import graft.model.Parts;
import graft.model.SchedulerConfig;
import graft.node.testing.GoldenPicture;
import graft.node.testing.NodeTrial;
import graft.picture.Images;
import graft.picture.Picture;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.sample.Sampling;
import graft.sample.Spacing;
import graft.sample.StepPlan;
import graft.score.Score;
import graft.tensor.Compute;
import graft.tensor.KeyedRandom;
import graft.train.AdapterKind;
import graft.train.LossMethod;
import graft.train.RateSchedule;
import graft.train.optimizer.Optimizer;
import graft.train.optimizer.OptimizerMethod;
import graft.train.optimizer.ParameterGroup;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleTest {

    @TempDir
    private Path folder;

    @Test
    void theCornersDarken() throws Exception {
        float[] white = new float[48 * 32 * 3];
        Arrays.fill(white, 1);
        NodeTrial trial =
                NodeTrial.of(Vignette.class).input("images", new Images(List.of(new Picture(48, 32, white))));
        trial.checkSettings();
        Images darkened = trial.run(folder).output("darkened", Images.class);
        GoldenPicture.at(Path.of("src/test/resources/vignette.png"))
                .check(darkened.pictures().get(0).toBufferedImage());
    }

    @Test
    void aMosaicIsOfTheMeanColoursAndBecomesAPicture() throws Exception {
        float[] rgb = new float[4 * 2 * 3];
        for (int i = 0; i < 8; i++) {
            rgb[3 * i] = i % 4 < 2 ? 1 : 0; // the left half is red
            rgb[3 * i + 2] = i < 4 ? 0.5f : 0; // the upper row has some blue
        }
        NodeTrial trial = NodeTrial.of(MakeMosaic.class)
                .input("images", new Images(List.of(new Picture(4, 2, rgb))))
                .set("columns", 2)
                .set("rows", 1);
        trial.checkSettings();
        try (Mosaic mosaic = trial.run(folder).output("mosaic", Mosaic.class)) {
            assertThat(mosaic.cells().getShape()).isEqualTo(new Shape(1, 3, 1, 2));
            Picture picture = new MosaicToImages().convert(mosaic).pictures().get(0);
            assertThat(picture.rgb()).containsExactly(1, 0, 0.25f, 0, 0, 0.25f);
        }
    }

    @Test
    void eachSwatchIsAPictureOfItsOwn() throws Exception {
        NodeTrial trial = NodeTrial.of(Swatches.class)
                .set("size", 16)
                .set("striped", true)
                .set("between", "#0000FF")
                .set("swatches", List.of(Map.of("name", "red", "colour", "#FF0000"), Map.of("name", "none")));
        trial.checkSettings();
        NodeTrial.Result painted = trial.run(folder);
        assertThat(painted.output("names", List.class)).isEqualTo(List.of("red", "none"));
        List<?> pictures = painted.output("pictures", List.class);
        float[] rgb = ((Images) pictures.get(0)).pictures().get(0).rgb();
        assertThat(Arrays.copyOf(rgb, 3)).containsExactly(1, 0, 0);
        assertThat(Arrays.copyOfRange(rgb, 8 * 3, 9 * 3)).containsExactly(0, 0, 1);
    }

    @Test
    void aFileOfColoursIsFoundAndItsWordsAreWhatTheResultDependsOn() throws Exception {
        Path file = Files.writeString(folder.resolve("mine.colours"), "sea #0000FF\n");
        Files.writeString(folder.resolve("notes.txt"), "no colours");
        NodeTrial trial = NodeTrial.of(Swatches.class)
                .set("from", "file")
                .set("folder", folder.toString())
                .set("file", "mine.colours");
        assertThat(trial.choices("file")).containsExactly("mine.colours");
        assertThat(trial.run(folder).output("names", List.class)).isEqualTo(List.of("sea"));
        String before = trial.fingerprint();
        Files.writeString(file, "sky #0080FF\n");
        assertThat(trial.fingerprint()).isNotEqualTo(before);
    }

    @Test
    void onlyWhatIsChosenIsAskedFor() throws Exception {
        NodeTrial trial = NodeTrial.of(Either.class).set("first", false).input("other", "this");
        assertThat(trial.needs()).containsExactly("other");
        assertThat(trial.run(folder).output("chosen", String.class)).isEqualTo("this");
    }

    /**
     * For data of unit variance the network's best guess is x/(σ² + 1), and the walk ends at x·√(1/(σ² + 1)) whatever the
     * number of steps: the method of second order comes nearer to that than Euler's.
     */
    @Test
    void theSamplerIsNearerToTheTruthThanEulers() throws Exception {
        assertThat(error(new AdamsBashforth(), 20)).isLessThan(0.4 * error(Sampler.EULER, 20));
        assertThat(error(new AdamsBashforth(), 80)).isLessThan(0.15 * error(new AdamsBashforth(), 20));
    }

    @Test
    void aSamplersSettingsSayHowMuchNoiseIsFresh() throws Exception {
        StochasticEuler plain = new StochasticEuler();
        plain.eta = 0;
        assertThat(error(plain, 20)).isEqualTo(error(Sampler.EULER, 20));
        // The noise of this test is nought: what is taken off and not made up for shows.
        assertThat(error(new StochasticEuler(), 20)).isGreaterThan(error(plain, 20));
    }

    @Test
    void theLossIsTheSquareOfSmallErrorsAndAStraightLineOfLargeOnes() {
        LogCosh loss = new LogCosh();
        loss.sharpness = 2;
        Compute.prepareThread();
        try (NDManager manager = Compute.choose("cpu").newManager()) {
            NDArray prediction = manager.create(new float[] {0.01f, 1, 8}, new Shape(1, 1, 1, 3));
            NDArray target = manager.zeros(new Shape(1, 1, 1, 3));
            float[] distances = loss.distances(new LossMethod.Predicted(
                            prediction, target, prediction, prediction, prediction, new int[] {0}, null))
                    .toFloatArray();
            assertThat(distances[0]).isCloseTo(1e-4f, within(1e-6f));
            assertThat(distances[1]).isCloseTo((float) (0.5 * Math.log(Math.cosh(2))), within(1e-5f));
            // |e|/a·… − log 2 beyond: log cosh(16) = 16 − log 2
            assertThat(distances[2]).isCloseTo((float) (0.5 * (16 - Math.log(2))), within(1e-4f));
        }
    }

    @Test
    void theRateFallsInSteps() {
        StepDown curve = new StepDown();
        RateSchedule schedule = new RateSchedule(curve, 0, 9, 1, 1);
        assertThat(IntStream.rangeClosed(1, 9).mapToDouble(step -> schedule.at(8, step)))
                .containsExactly(8.0, 8.0, 8.0, 4.0, 4.0, 2.0, 2.0, 1.0, 1.0);
    }

    @Test
    void anIa3LearnsFromNothingAndIsWrittenAndRead() {
        Compute.prepareThread();
        try (NDManager manager = Compute.choose("cpu").newManager()) {
            Ia3Kind kind = new Ia3Kind();
            NDArray weight = manager.ones(new Shape(2, 3));
            Change.Custom fresh =
                    kind.fresh(new AdapterKind.Layer(weight, 4, 1, KeyedRandom.of(1, "node", 0, "ia3")), manager);
            assertThat(fresh.delta(weight).toFloatArray()).containsOnly(0);
            fresh.arrays().get(0).addi(0.5f);
            Lora.Custom learnt = kind.learnt(fresh, 1);
            assertThat(learnt).isEqualTo(new Ia3(List.of(0.5f, 0.5f), true));
            assertThat(kind.learns(learnt)).isTrue();
            Lora lora = Lora.of("it", Map.of(Parts.DENOISER, Map.of("mid.to_k", learnt)), Map.of());
            Path file = folder.resolve("it.safetensors");
            SafeTensors.write(file, new Ia3Format().tensors(lora, DType.F32), Map.of());
            try (SafeTensors written = SafeTensors.open(file)) {
                assertThat(new Ia3Format().knows(written)).isTrue();
                assertThat(new Ia3Format().read(written).layers(Parts.DENOISER))
                        .isEqualTo(lora.layers(Parts.DENOISER));
            }
        }
    }

    @Test
    void attentionToTheTextIsSharpenedUpToItsEnd() throws Exception {
        Compute.prepareThread();
        try (Checkpoint model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"))) {
            NodeTrial trial = NodeTrial.of(SharpenAttention.class).input("model", model).set("end", 0.5);
            trial.checkSettings();
            Checkpoint sharpened = trial.run(folder).output("sharpened", Checkpoint.class);
            NetworkHook hook = sharpened.hooks().get(0);
            NetworkPass early = new NetworkPass("walk", 0.4, 600, List.of());
            NetworkPass late = new NetworkPass("walk", 0.6, 400, List.of());
            assertThat(hook.attends("mid_block.attentions.0.transformer_blocks.0.attn2", early)).isTrue();
            assertThat(hook.attends("mid_block.attentions.0.transformer_blocks.0.attn1", early)).isFalse();
            assertThat(hook.attends("mid_block.attentions.0.transformer_blocks.0.attn2", late)).isFalse();
            assertThat(model.hooks()).isEmpty();
        }
    }

    @Test
    void tagsBecomeWords() {
        TagsToWords rule = new TagsToWords();
        assertThat(rule.edited("Long_Hair, blue_eyes", "a.png")).isEqualTo("long hair, blue eyes");
        rule.lowercase = false;
        assertThat(rule.edited("Long_Hair, blue_eyes", "a.png")).isEqualTo("Long Hair, blue eyes");
    }

    private static Picture plain(int width, int height, float brightness) {
        float[] rgb = new float[width * height * 3];
        Arrays.fill(rgb, brightness);
        return new Picture(width, height, rgb);
    }

    @Test
    void grainIsOfTheGivenStrengthAndTheSameForTheSameVariant() {
        Grain grain = new Grain();
        grain.amount = 0.1;
        Picture grey = plain(64, 64, 0.5f);
        Picture grainy = grain.varied(grey, KeyedRandom.of(1, "a", 0, grain.id()));
        assertThat(grainy).isEqualTo(grain.varied(grey, KeyedRandom.of(1, "a", 0, grain.id())));
        assertThat(grainy).isNotEqualTo(grain.varied(grey, KeyedRandom.of(1, "a", 1, grain.id())));
        assertThat(new Contrast().contrast(grainy)).isCloseTo(0.1, within(0.005));
    }

    @Test
    void contrastIsMeasuredAgainstTheTrainingPictures() {
        Contrast measure = new Contrast();
        float[] halves = {0, 0, 0, 1, 1, 1};
        Picture hard = new Picture(2, 1, halves);
        List<Score.Example> taught = List.of(new Score.Example(hard, ""), new Score.Example(plain(2, 1, 1), ""));
        Score.Drawings drawn = new Score.Drawings(List.of(hard, plain(2, 1, 0.3f)), List.of(), List.of());
        List<Double> off = measure.values(null, taught, drawn);
        assertThat(off.get(0)).isCloseTo(0.25, within(1e-6));
        assertThat(off.get(1)).isCloseTo(0.25, within(1e-6));
        measure.asSeen = false;
        assertThat(measure.contrast(new Picture(2, 1, new float[] {1, 0, 0, 0, 1, 0}))).isZero();
    }

    private static double error(SamplerMethod method, int steps) throws Exception {
        Compute.prepareThread();
        NoiseSchedule schedule = NoiseSchedule.of(SchedulerConfig.STABLE_DIFFUSION);
        StepPlan plan = StepPlan.of(method, Spacing.LINSPACE, schedule, steps, 1);
        int[] call = {0};
        try (NDManager manager = Compute.choose("cpu").newManager()) {
            NDArray noise = manager.ones(new Shape(1, 4, 2, 2));
            NDArray drawn = Sampling.run(
                    plan,
                    schedule,
                    (input, timestep) -> {
                        float sigma = plan.sigma(call[0]++);
                        return input.mul(sigma / (float) Math.sqrt(sigma * sigma + 1));
                    },
                    noise,
                    null,
                    (owner, shape) -> owner.zeros(shape),
                    (done, total, latents, denoised) -> {});
            double began = plan.sigma(0);
            return Math.abs(drawn.toFloatArray()[0] - began / Math.sqrt(began * began + 1));
        }
    }

    @Test
    void everyStepOfTheSpacingTakesTheSameShareOfTheNoise() {
        NoiseSchedule schedule = NoiseSchedule.of(SchedulerConfig.STABLE_DIFFUSION);
        assertThat(new Exponential().sigmas(schedule, 16, 2, 4))
                .containsExactly(new double[] {16, 8, 4, 2}, within(1e-12));
        assertThat(new Exponential().sigmas(schedule, 16, 16, 1)).containsExactly(16);
        StepPlan plan = StepPlan.of(new AdamsBashforth(), new Exponential(), schedule, 20, 1);
        assertThat(plan.sigma(1) / plan.sigma(0)).isCloseTo(plan.sigma(19) / plan.sigma(18), within(1e-5f));
    }

    /** As torch.optim.SGD(lr=0.5, momentum=0.5, nesterov=True) steps from 1 with the gradients 1 and 2; and with decay. */
    @Test
    void theOptimiserStepsWithNesterovsMomentum() {
        try (NDManager manager = Compute.choose("cpu").newManager()) {
            assertThat(stepped(manager, 0)).containsExactly(new float[] {0.25f, -1.375f}, within(1e-6f));
            assertThat(stepped(manager, 0.5)).containsExactly(new float[] {0, -1.625f}, within(1e-6f));
        }
    }

    private static float[] stepped(NDManager manager, double decay) {
        NDArray weight = manager.create(new float[] {1});
        Optimizer optimizer = new NesterovSgd()
                .create(
                        List.of(new ParameterGroup(List.of(weight), 0.5)),
                        new OptimizerMethod.Hyperparameters(decay, 0.5, 0, 1),
                        manager);
        float[] after = new float[2];
        for (int step = 0; step < 2; step++) {
            optimizer.step(List.of(manager.create(new float[] {step + 1})), 0.5);
            after[step] = weight.getFloat(0);
        }
        assertThat(optimizer.state().get("momentum.0").toFloatArray()).containsExactly(2.5f);
        return after;
    }

    @Test
    void thePreviewColoursEachNumberOfAnEmbedding() {
        float[] vector = new float[40];
        vector[0] = 2;
        vector[33] = -1;
        BufferedImage sheet = new EmbeddingPreview()
                .draw(Embedding.of("sks", List.of(vector, new float[40])))
                .orElseThrow();
        assertThat(sheet.getWidth()).isEqualTo(32 * 6);
        assertThat(sheet.getHeight()).isEqualTo(4 * 6);
        assertThat(sheet.getRGB(3, 3) & 0xFFFFFF).isEqualTo(0xFF0000);
        assertThat(sheet.getRGB(9, 9) & 0xFFFFFF).isEqualTo(0x8080FF);
        assertThat(sheet.getRGB(9, 21) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    }

    @Test
    void anIa3ScalesTheOutputsOfItsLayer() throws Exception {
        Path file = folder.resolve("mine.safetensors");
        SafeTensors.write(
                file,
                List.of(
                        Tensor.of("lora_unet_mid_to_k.weight", DType.F32, new long[] {2, 1}, new float[] {0.5f, -1}),
                        Tensor.of("lora_te_fc.weight", DType.F32, new long[] {1, 3}, new float[] {1, 0, 0})),
                Map.of());
        Lora lora = NodeTrial.of(LoadIa3.class)
                .set("file", file.toString())
                .run(folder)
                .output("lora", Lora.class);
        assertThat(lora.kind()).isEqualTo("(IA)³");
        assertThat(lora.layers(Parts.DENOISER)).containsOnlyKeys("mid_to_k");
        try (NDManager manager = Compute.choose("cpu").newManager()) {
            NDArray weight = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
            Change.Custom outputs =
                    ((Ia3) lora.layers(Parts.DENOISER).get("mid_to_k")).change(new long[] {2, 3}, 2, manager);
            assertThat(outputs.delta(weight).toFloatArray()).containsExactly(1, 2, 3, -8, -10, -12);
            Change.Custom inputs = ((Ia3) lora.layers(Parts.TEXT).get("fc")).change(new long[] {2, 3}, 1, manager);
            assertThat(inputs.delta(weight).toFloatArray()).containsExactly(1, 0, 0, 4, 0, 0);
        }
    }
}
